#include "features/batch/decide.hpp"

#include <algorithm>

namespace snapstash::batch {
namespace {

WallTime end_of_patience(const hooks::Standing& standing, WallTime since) {
  return since + std::chrono::duration_cast<WallTime::duration>(hooks::patience(standing));
}

/// What is done about a hook whose time has come, be it the first or the last.
HookStep run(hooks::Standing standing, std::optional<WallTime> since, WallTime now) {
  hooks::note_post_job(standing);
  if (standing.post_outcome) return {.outcome = standing.post_outcome};
  if (!since) return {.begin = true};
  const WallTime give_up = end_of_patience(standing, *since);
  const hooks::PostMove move = hooks::move_post(standing, now, give_up);
  HookStep step{.create = move.create, .remove = move.remove, .outcome = move.outcome, .stalled = move.stalled};
  if (!move.settled) step.look_again = give_up;
  return step;
}

bool all_cut(const Observation& seen) {
  return std::ranges::all_of(seen.members, [](const Member& each) { return each.cut || each.over; });
}

/// Whether the batch has a pre hook that has not come to an end.
bool is_pre_open(const Observation& seen, const HookStep& pre) { return seen.hooks && seen.hooks->pre && !pre.outcome; }

bool is_post_due(const Observation& seen, const HookStep& pre) {
  if (!seen.hooks || !seen.hooks->post || is_pre_open(seen, pre)) return false;
  const hooks::Standing& standing = *seen.hooks;
  if (has_failed(pre)) return standing.after_failure;
  if (standing.held && all_cut(seen)) return true;
  if (!all_over(seen)) return false;
  const bool well = std::ranges::all_of(seen.members, &Member::well);
  return well ? standing.after_success : standing.after_failure;
}

}  // namespace

bool has_failed(const HookStep& step) { return !step.outcome.value_or("").empty(); }

bool all_over(const Observation& seen) { return std::ranges::all_of(seen.members, &Member::over); }

HookStep step_pre(const Observation& seen) {
  if (!seen.hooks || !seen.hooks->pre) return {};
  // To its Job, it is what a post hook is to another: the one thing there is to run.
  hooks::Standing as_post = *seen.hooks;
  as_post.removed = seen.pre_removed;
  as_post.post_outcome = seen.hooks->pre_outcome;
  as_post.post_job = seen.pre_job;
  return run(std::move(as_post), seen.pre_since, seen.now);
}

std::vector<std::size_t> turns(const Observation& seen, const HookStep& pre) {
  std::vector<std::size_t> all;
  const bool may_begin = !is_pre_open(seen, pre) && !has_failed(pre);
  bool busy = false;
  for (std::size_t i = 0; i < seen.members.size(); ++i) {
    const Member& member = seen.members[i];
    if (member.over) continue;
    const bool waits = seen.sequential && busy;
    if (member.begun || (may_begin && !waits)) all.push_back(i);
    busy = true;
  }
  return all;
}

HookStep step_post(const Observation& seen, const HookStep& pre) {
  if (!seen.hooks || !seen.hooks->post) return {};
  if (seen.hooks->post_outcome) return {.outcome = seen.hooks->post_outcome};
  if (!seen.post_since && !is_post_due(seen, pre)) return {};
  return run(*seen.hooks, seen.post_since, seen.now);
}

bool is_over(const Observation& seen, const HookStep& pre, const HookStep& post) {
  if (is_pre_open(seen, pre)) return false;
  if (!has_failed(pre) && !all_over(seen)) return false;
  const bool owed = seen.post_since.has_value() || is_post_due(seen, pre);
  return !owed || post.outcome.has_value();
}

bool is_well(const Observation& seen, const HookStep& pre, const HookStep& post) {
  return !has_failed(pre) && !has_failed(post) && std::ranges::all_of(seen.members, &Member::well);
}

}  // namespace snapstash::batch

#include "features/restore_batch/observe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/jobs/observe.hpp"
#include "features/jobs/refusal.hpp"
#include "features/jobs/report.hpp"
#include "features/restore/hooks.hpp"
#include "features/restore/observe.hpp"
#include "features/restore_batch/part.hpp"

namespace snapstash::restore_batch {
namespace {

using api::RestoreBatch;
using hooks::Kind;

std::string invalid_of(const RestoreBatch& batch) {
  api::Problems problems = api::validate(batch);
  for (std::size_t i = 0; i < batch.spec.members.size(); ++i) {
    restore::check_watched(batch.spec.members[i].target, fmt::format("spec.members[{}].target", i), problems);
  }
  return api::describe(problems);
}

Task<Result<void>> observe_hooks(
    const cluster::Context& context, std::shared_ptr<const RestoreBatch> batch, batch::Observation& seen
) {
  const auto& own = *batch->spec.hooks;
  if (!own.pre_restore && !own.post_restore) co_return {};
  const auto& conditions = batch->status.conditions;
  // Its spec cannot be changed: neither hook is taken out meanwhile.
  hooks::Standing standing{.pre = own.pre_restore.has_value(), .post = own.post_restore.has_value(), .recorded = true};
  standing.timeout = hooks::kDefaultTimeout;
  restore::note_policy(own, standing);
  standing.pre_outcome = hooks::outcome_in(conditions, Kind::kGlobalPreRestore);
  standing.post_outcome = hooks::outcome_in(conditions, Kind::kGlobalPostRestore);
  standing.refused = jobs::refusal_in(conditions);
  seen.pre_since = hooks::running_since(conditions, Kind::kGlobalPreRestore);
  seen.post_since = hooks::running_since(conditions, Kind::kGlobalPostRestore);
  const std::string& uid = batch->metadata.uid;
  if (const auto job = jobs::hook_job_of(context.stores, uid, jobs::kPre)) {
    seen.pre_job = co_await jobs::observe(context, job);
  }
  if (const auto job = jobs::hook_job_of(context.stores, uid, jobs::kPost)) {
    standing.post_job = co_await jobs::observe(context, job);
  }
  seen.hooks = std::move(standing);
  co_return {};
}

bool has_begun(const batch::Observation& seen) {
  return seen.pre_since || (seen.hooks && seen.hooks->pre_outcome) ||
         std::ranges::any_of(seen.members, &batch::Member::begun);
}

}  // namespace

batch::Member view_of(const RestoreBatch::MemberStatus& status, bool begun) {
  batch::Member member{.begun = begun, .over = is_over(status.phase)};
  // A claim that waits for its first pod is there, and filled when that comes: not a failure.
  member.well = member.over && status.phase != RestoreBatch::MemberPhase::kFailed;
  return member;
}

Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const RestoreBatch> batch) {
  Sight sight{.batch = batch};
  batch::Observation& seen = sight.seen;
  seen.now = context.clock.now();
  seen.sequential = batch->spec.execution_order == RestoreBatch::ExecutionOrder::kSequential;
  const auto& status = batch->status;
  for (std::size_t i = 0; i < batch->spec.members.size(); ++i) {
    const bool begun = status.snapstash && i < status.snapstash->members.size() && status.snapstash->members[i].began;
    seen.members.push_back(i < status.members.size() ? view_of(status.members[i], begun) : batch::Member{});
  }
  co_await observe_hooks(context, batch, seen);
  if (!has_begun(seen)) sight.invalid = invalid_of(*batch);
  co_return sight;
}

}  // namespace snapstash::restore_batch

#include "features/batch/observe.hpp"

#include <algorithm>

#include "features/backup/hooks.hpp"
#include "features/backup/retry.hpp"
#include "features/batch/part.hpp"
#include "features/jobs/observe.hpp"
#include "features/jobs/report.hpp"

namespace snapstash::batch {
namespace {

using api::BackupSession;
using hooks::Kind;

std::optional<api::SessionHooks> hooks_of(const backup::Sight& whole, bool begun) {
  const auto& record = whole.session->status.snapstash;
  if (record && record->hooks) return record->hooks;
  // A session that has begun without them goes on without them.
  if (!whole.configuration || begun) return std::nullopt;
  return backup::hooks_of(*whole.configuration);
}

Task<Result<void>> observe_hooks(const cluster::Context& context, const backup::Sight& whole, Observation& seen) {
  const BackupSession& session = *whole.session;
  const bool begun = std::ranges::any_of(seen.members, &Member::begun);
  const auto hooks = hooks_of(whole, begun);
  if (!hooks) co_return {};
  const auto& conditions = session.status.conditions;
  auto& standing = seen.hooks.emplace(backup::standing_of(session, *hooks, whole.configuration.get()));
  standing.pre_outcome = hooks::outcome_in(conditions, Kind::kGlobalPreBackup);
  standing.post_outcome = hooks::outcome_in(conditions, Kind::kGlobalPostBackup);
  seen.pre_removed = !whole.configuration || !whole.configuration->spec.hooks->pre_backup;
  seen.pre_since = hooks::running_since(conditions, Kind::kGlobalPreBackup);
  seen.post_since = hooks::running_since(conditions, Kind::kGlobalPostBackup);
  if (const auto job = jobs::hook_job_of(context.stores, session.metadata.uid, jobs::kPre))
    seen.pre_job = co_await jobs::observe(context, job);
  if (const auto job = jobs::hook_job_of(context.stores, session.metadata.uid, jobs::kPost))
    standing.post_job = co_await jobs::observe(context, job);
  co_return {};
}

}  // namespace

Member view_of(const BackupSession::Status& part, bool begun, const backup::Sight* sight) {
  Member member{.begun = begun, .over = api::is_finished(part.phase)};
  member.well = part.phase == BackupSession::Phase::kSucceeded;
  if (member.over || sight == nullptr || part.targets.empty()) return member;
  const auto& seen = sight->seen;
  const bool held = seen.hooks && seen.hooks->held && !seen.hooks->post_outcome;
  member.cut = seen.started && !held && !seen.volumes.empty() &&
               std::ranges::all_of(seen.volumes, [](const backup::Volume& volume) {
                 return !volume.obstacle.empty() || (volume.snapshot && volume.snapshot->cut_at);
               });
  return member;
}

Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const BackupSession> session) {
  const cluster::Stores& stores = context.stores;
  const std::string key = runtime::key_of(session->metadata.namespace_, session->spec.invoker.name);
  const auto batch = stores.batches.get(key);
  Sight sight{.whole = {.session = session}};
  sight.whole.configuration = cluster::invoker_of(stores, *session);
  sight.whole.members = cluster::plans_of(stores, *session);
  sight.whole.seen = backup::blank(context, *session, sight.whole.configuration.get());
  if (sight.whole.seen.finished) {
    sight.whole.seen.retry = backup::retry_of(stores, *session, sight.whole.configuration.get());
    co_return sight;
  }
  Observation& seen = sight.seen;
  seen.now = sight.whole.seen.now;
  seen.sequential = batch && batch->spec.execution_order == api::BackupBatch::ExecutionOrder::kSequential;
  // A session that has begun keeps the members it began with.
  const auto& record = session->status.snapstash;
  const std::size_t known = record && !record->members.empty() ? record->members.size() : sight.whole.members.size();
  for (std::size_t i = 0; i < known; ++i) {
    const auto part = part_of(*session, i);
    seen.members.push_back(view_of(part->status, part->part->began.has_value(), nullptr));
  }
  co_await observe_hooks(context, sight.whole, seen);
  const bool begun =
      seen.pre_since || std::ranges::any_of(seen.members, &Member::begun) || (seen.hooks && seen.hooks->pre_outcome);
  sight.whole.seen.started = begun;
  if (!begun) sight.whole.seen.rival = backup::rival_of(stores, *session);
  co_return sight;
}

}  // namespace snapstash::batch

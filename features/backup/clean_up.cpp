#include "features/backup/clean_up.hpp"

#include <algorithm>

#include "features/retention/observe.hpp"

namespace snapstash::backup {
namespace {

using api::BackupConfiguration;
using api::BackupSession;

bool has_succeeded(const BackupSession& session, const Volume& volume) {
  if (!volume.obstacle.empty()) return false;
  const auto* stats = stats_of(session, volume.pvc);
  if (stats != nullptr && stats->phase) return stats->phase == api::HostBackupStats::Phase::kSucceeded;
  return volume.snapshot && volume.snapshot->ready && !volume.snapshot->deleting;
}

history::Outcome outcome_of(std::optional<BackupSession::Phase> phase) {
  using enum BackupSession::Phase;
  if (phase == kSucceeded) return history::Outcome::kSucceeded;
  if (phase == kSkipped) return history::Outcome::kSkipped;
  return api::is_finished(phase) ? history::Outcome::kFailed : history::Outcome::kUnfinished;
}

/// How the session is going to end, as far as it can be told by now.
history::Outcome prospect_of(const Sight& sight) {
  const auto& volumes = sight.seen.volumes;
  if (sight.seen.started && !volumes.empty()) {
    const bool well =
        std::ranges::all_of(volumes, [&](const Volume& each) { return has_succeeded(*sight.session, each); }) &&
        explain_failed_hooks(sight.seen, {}).empty();
    return well ? history::Outcome::kSucceeded : history::Outcome::kFailed;
  }
  return sight.seen.no_target && !sight.seen.rival ? history::Outcome::kFailed : history::Outcome::kSkipped;
}

}  // namespace

const api::HostBackupStats* stats_of(const BackupSession& session, const std::string& pvc) {
  if (session.status.targets.empty()) return nullptr;
  const auto& stats = session.status.targets[0].stats;
  const auto found = std::ranges::find(stats, pvc, &api::HostBackupStats::hostname);
  return found == stats.end() ? nullptr : &*found;
}

void plan_clean_up(const cluster::Stores& stores, Sight& sight) {
  if (!sight.configuration) return;
  const BackupConfiguration& configuration = *sight.configuration;
  const retention::Policy policy = retention::policy_of(configuration.spec.retention_policy);
  const auto all = stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(*sight.session));
  std::vector<std::string> applied;
  applied.reserve(all.size());
  for (const auto& each : all) applied.push_back(retention::applied_by(*each));
  const retention::Breaker breaker = retention::breaker_of(configuration, std::move(applied));
  for (const Volume& volume : sight.seen.volumes) {
    if (!has_succeeded(*sight.session, volume)) continue;
    auto own = retention::own_snapshots(stores, configuration, volume.pvc, sight.seen.now);
    sight.retention.push_back(retention::plan(volume.pvc, policy, std::move(own), breaker));
  }
  sight.seen.to_retain =
      !configuration.spec.retention_policy.dry_run &&
      std::ranges::any_of(sight.retention, [](const retention::Plan& plan) { return !plan.going().empty(); });

  if (!sight.session->part) plan_history(stores, sight, prospect_of(sight));
}

void plan_history(const cluster::Stores& stores, Sight& sight, history::Outcome ending) {
  const auto all = stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(*sight.session));
  std::vector<history::Session> sessions;
  sessions.reserve(all.size());
  const auto view_of = [](const BackupSession& each) {
    return history::Session{
        each.metadata.name, each.metadata.uid, each.metadata.creation_timestamp.value_or(WallTime{}),
        outcome_of(each.status.phase)
    };
  };
  for (const auto& each : all) sessions.push_back(view_of(*each));
  history::Session own = view_of(*sight.session);
  own.outcome = ending;
  sight.old_sessions = history::choose_deleted(std::move(sessions), own, sight.configuration->spec.history_limit());
  sight.seen.to_forget = !sight.old_sessions.empty();
}

}  // namespace snapstash::backup

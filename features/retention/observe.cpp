#include "features/retention/observe.hpp"

#include "features/naming/labels.hpp"

namespace snapstash::retention {
namespace {

/// Whether the session that made a snapshot has ended, or is gone.
bool session_ended(const cluster::Stores& stores, const kube::ObjectMeta& snapshot) {
  const auto name = snapshot.annotations.find(naming::kFullSession);
  const auto uid = snapshot.labels.find(naming::kSessionUid);
  if (name == snapshot.annotations.end() || uid == snapshot.labels.end()) return true;
  const auto session = stores.sessions.get(runtime::key_of(snapshot.namespace_, name->second));
  return !session || session->metadata.uid != uid->second || api::is_finished(session->status.phase);
}

WallTime::duration ready_deadline(const api::BackupConfiguration& configuration) {
  constexpr Duration kDefault = std::chrono::hours(24);
  const auto parsed = parse_duration(configuration.spec.snapstash.ready_deadline);
  return std::chrono::duration_cast<WallTime::duration>(parsed && *parsed > Duration(0) ? *parsed : kDefault);
}

}  // namespace

Policy policy_of(const api::RetentionPolicy& written) {
  return {written.keep_last,   written.keep_hourly,  written.keep_daily,
          written.keep_weekly, written.keep_monthly, written.keep_yearly};
}

std::string applied_by(const api::BackupSession& session) {
  return session.status.snapstash ? session.status.snapstash->retention_policy.str() : std::string();
}

Breaker breaker_of(const api::BackupConfiguration& configuration, std::vector<std::string> applied) {
  Breaker breaker{.percent = configuration.spec.snapstash.max_delete_percent, .approved = std::move(applied)};
  const auto& annotations = configuration.metadata.annotations;
  if (const auto found = annotations.find(naming::kApproveRetention); found != annotations.end()) {
    breaker.approved.push_back(found->second);
  }
  return breaker;
}

bool is_held(const kube::ObjectMeta& metadata) {
  const auto says_so = [](const kube::Labels& map) {
    const auto found = map.find(naming::kHold);
    return found != map.end() && found->second == "true";
  };
  return says_so(metadata.labels) || says_so(metadata.annotations);
}

Snapshot view(
    const api::VolumeSnapshot& snapshot, bool session_ended, const api::BackupConfiguration& configuration, WallTime now
) {
  const WallTime created = snapshot.metadata.creation_timestamp.value_or(WallTime{});
  const bool ready = snapshot.status.ready_to_use;
  return {
      .name = snapshot.metadata.name,
      .uid = snapshot.metadata.uid,
      .created = created,
      .ready = ready,
      .held = is_held(snapshot.metadata),
      .abandoned = !ready && session_ended && created + ready_deadline(configuration) < now
  };
}

std::vector<Snapshot> own_snapshots(
    const cluster::Stores& stores, const api::BackupConfiguration& configuration, const std::string& pvc, WallTime now
) {
  std::vector<Snapshot> own;
  const std::string group = cluster::snapshot_group(configuration);
  for (const auto& each : stores.snapshots.find_by(cluster::kByInvoker, group)) {
    if (each->spec.source.claim != pvc || each->metadata.deletion_timestamp) continue;
    own.push_back(view(*each, session_ended(stores, each->metadata), configuration, now));
  }
  return own;
}

}  // namespace snapstash::retention

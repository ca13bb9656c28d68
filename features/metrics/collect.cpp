#include "features/metrics/collect.hpp"

#include <map>

#include "api/validation.hpp"
#include "features/metrics/slots.hpp"

namespace snapstash::metrics {
namespace {

using runtime::Labels;
using runtime::MetricFamily;

double seconds(WallTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1e6; }

struct Families {
  MetricFamily created{
      "snapstash_backupconfiguration_created_timestamp_seconds", "When the BackupConfiguration was created.", {}, {}
  };
  MetricFamily success{
      "snapstash_backup_last_success_timestamp_seconds", "When the newest successful BackupSession began.", {}, {}
  };
  MetricFamily interval{
      "snapstash_backup_expected_interval_seconds",
      "Time between two slots of the schedule; absent while paused.",
      {},
      {}
  };
  MetricFamily slot{
      "snapstash_backup_next_slot_timestamp_seconds",
      "Next slot of the schedule, for schedules in UTC; absent while paused.",
      {},
      {}
  };
  MetricFamily sessions{"snapstash_backup_sessions", "BackupSessions that exist, by phase.", {}, {}};
  MetricFamily volumes{
      "snapstash_backup_volume_last_success_timestamp_seconds",
      "When the newest ready VolumeSnapshot of a PVC was taken.",
      {},
      {}
  };
};

void add_schedule(const api::BackupConfiguration& configuration, const Labels& labels, WallTime now, Families& to) {
  if (configuration.spec.paused) return;
  const auto schedule = api::parse_cron(configuration.spec.schedule);
  if (!schedule) return;
  if (const auto length = interval(*schedule, now)) {
    to.interval.samples.push_back({"", labels, std::chrono::duration<double>(*length).count()});
  }
  const std::string_view zone = configuration.spec.snapstash.time_zone;
  if (!zone.empty() && zone != "Etc/UTC" && zone != "UTC") return;
  if (const auto next = next_slot(*schedule, now)) to.slot.samples.push_back({"", labels, seconds(*next)});
}

void add_sessions(const cluster::Stores& stores, const std::string& key, const Labels& labels, Families& to) {
  std::map<std::string, int> phases;
  for (const auto& session : stores.sessions.find_by(cluster::kByConfiguration, key)) {
    ++phases[std::string(json::name_of(session->status.phase.value_or(api::BackupSession::Phase::kPending)))];
  }
  for (const auto& [phase, count] : phases) {
    Labels with_phase = labels;
    with_phase.emplace_back("phase", phase);
    to.sessions.samples.push_back({"", std::move(with_phase), static_cast<double>(count)});
  }
}

void add_volumes(
    const cluster::Stores& stores, const kube::ObjectMeta& configuration, const Labels& labels, Families& to
) {
  std::map<std::string, WallTime> newest;
  const std::string group = cluster::snapshot_group(configuration.namespace_, configuration.name);
  for (const auto& snapshot : stores.snapshots.find_by(cluster::kByConfiguration, group)) {
    if (!snapshot->status.ready_to_use || !snapshot->metadata.creation_timestamp) continue;
    WallTime& time = newest[snapshot->spec.source.claim];
    time = std::max(time, *snapshot->metadata.creation_timestamp);
  }
  for (const auto& [pvc, time] : newest) {
    Labels with_claim = labels;
    with_claim.emplace_back("pvc", pvc);
    to.volumes.samples.push_back({"", std::move(with_claim), seconds(time)});
  }
}

}  // namespace

std::vector<MetricFamily> families(const cluster::Stores& stores, WallTime now) {
  Families to;
  for (const auto& configuration : stores.configurations.objects()) {
    if (!api::is_ours(*configuration)) continue;
    const Labels labels{{"namespace", configuration->metadata.namespace_}, {"name", configuration->metadata.name}};
    if (const auto created = configuration->metadata.creation_timestamp) {
      to.created.samples.push_back({"", labels, seconds(*created)});
    }
    const auto& record = configuration->status.snapstash;
    if (record && record->last_success) to.success.samples.push_back({"", labels, seconds(*record->last_success)});
    add_schedule(*configuration, labels, now, to);
    add_sessions(stores, runtime::key_of(configuration->metadata), labels, to);
    add_volumes(stores, configuration->metadata, labels, to);
  }
  return {to.created, to.success, to.interval, to.slot, to.sessions, to.volumes};
}

runtime::Subscription export_backups(runtime::Registry& registry, const cluster::Stores& stores, const Clock& clock) {
  return registry.collect([&stores, &clock] { return families(stores, clock.now()); });
}

}  // namespace snapstash::metrics

#include "features/metrics/collect.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "api/validation.hpp"
#include "features/metrics/slots.hpp"
#include "features/metrics/stash_names.hpp"
#include "features/retention/plan.hpp"

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
  MetricFamily stale{
      "snapstash_backup_stale",
      "Whether the newest success (or the BackupConfiguration itself) is older than two intervals, and two slots; "
      "absent "
      "while paused.",
      {},
      {}
  };
  MetricFamily missed{
      "snapstash_backup_missed_slots",
      "Slots since the newest BackupSession that none was made for, for schedules in UTC; absent while paused.",
      {},
      {}
  };
  MetricFamily stalled{"snapstash_backup_stalled_sessions", "Running BackupSessions in which nothing moves.", {}, {}};
  MetricFamily ready{"snapstash_backup_ready_snapshots", "VolumeSnapshots of a PVC that are ready to use.", {}, {}};
  MetricFamily blocked{
      "snapstash_backup_retention_blocked",
      "Whether the newest BackupSession deleted nothing because too much would have gone at once.",
      {},
      {}
  };
  MetricFamily restores{
      "snapstash_restore_sessions", "RestoreSessions and RestoreBatches that exist, by phase.", {}, {}
  };
};

using Sessions = std::vector<std::shared_ptr<const api::BackupSession>>;

bool is_in_utc(const api::BackupConfiguration& configuration) {
  const std::string_view zone = configuration.spec.snapstash.time_zone;
  return zone.empty() || zone == "Etc/UTC" || zone == "UTC";
}

/// Slots after `since` that are over by more than it takes to make a session; a hundred stand for more.
int count_slots(const api::CronSchedule& schedule, WallTime since, WallTime now) {
  constexpr int kMost = 100;
  constexpr std::chrono::minutes kGrace(2);
  int count = 0;
  for (auto slot = next_slot(schedule, since); slot && *slot + kGrace < now && count < kMost;
       slot = next_slot(schedule, *slot)) {
    ++count;
  }
  return count;
}

WallTime created_of(const kube::ObjectMeta& metadata) { return metadata.creation_timestamp.value_or(WallTime{}); }

WallTime newest_of(const Sessions& sessions, WallTime at_least) {
  for (const auto& session : sessions) at_least = std::max(at_least, created_of(session->metadata));
  return at_least;
}

void add_schedule(
    const api::BackupConfiguration& configuration, const Sessions& sessions, const Labels& labels, WallTime now,
    Families& to
) {
  if (configuration.spec.paused) return;
  const auto schedule = api::parse_cron(configuration.spec.schedule);
  if (!schedule) return;
  const WallTime created = created_of(configuration.metadata);
  const auto length = interval(*schedule, now);
  if (!length) return;
  to.interval.samples.push_back({"", labels, std::chrono::duration<double>(*length).count()});
  const auto& record = configuration.status.snapstash;
  const WallTime success = std::max(record && record->last_success ? *record->last_success : created, created);
  // By slots where they can be counted: the nights of a schedule for working hours make nothing stale.
  const auto next = next_slot(*schedule, now);
  const bool stale = now - success > 2 * *length && (!next || count_slots(*schedule, success, now) >= 2);
  to.stale.samples.push_back({"", labels, stale ? 1.0 : 0.0});
  if (!is_in_utc(configuration)) return;
  if (!next) return;
  to.slot.samples.push_back({"", labels, seconds(*next)});
  const int missed = count_slots(*schedule, newest_of(sessions, created), now);
  to.missed.samples.push_back({"", labels, static_cast<double>(missed)});
}

template <class Session>
std::string phase_of(const Session& session) {
  using Phase = typename Session::Phase;
  return std::string(json::name_of(session.status.phase.value_or(Phase::kPending)));
}

void add_phases(const std::map<std::string, int>& phases, const Labels& labels, MetricFamily& to) {
  for (const auto& [phase, count] : phases) {
    Labels with_phase = labels;
    with_phase.emplace_back("phase", phase);
    to.samples.push_back({"", std::move(with_phase), static_cast<double>(count)});
  }
}

void add_sessions(const Sessions& sessions, const Labels& labels, Families& to) {
  std::map<std::string, int> phases;
  int stalled = 0;
  const api::BackupSession* newest = nullptr;
  for (const auto& session : sessions) {
    ++phases[phase_of(*session)];
    const auto& conditions = session->status.conditions;
    const bool stands = !api::is_finished(session->status.phase) &&
                        kube::has_condition(conditions, "Stalled", kube::ConditionStatus::kTrue);
    stalled += stands ? 1 : 0;
    const bool told = kube::find_condition(conditions, retention::kCondition) != nullptr;
    if (told && (newest == nullptr || created_of(newest->metadata) <= created_of(session->metadata)))
      newest = session.get();
  }
  add_phases(phases, labels, to.sessions);
  to.stalled.samples.push_back({"", labels, static_cast<double>(stalled)});
  const auto* applied =
      newest == nullptr ? nullptr : kube::find_condition(newest->status.conditions, retention::kCondition);
  to.blocked.samples.push_back({"", labels, applied != nullptr && applied->reason == retention::kBlocked ? 1.0 : 0.0});
}

void add_volumes(
    const cluster::Stores& stores, const api::BackupConfiguration& configuration, const Labels& labels, Families& to
) {
  struct Volume {
    WallTime newest;
    int ready = 0;
  };
  std::map<std::string, Volume> volumes;
  const std::string group = cluster::snapshot_group(configuration);
  for (const auto& snapshot : stores.snapshots.find_by(cluster::kByInvoker, group)) {
    if (!snapshot->status.ready_to_use || !snapshot->metadata.creation_timestamp) continue;
    Volume& volume = volumes[snapshot->spec.source.claim];
    volume.newest = std::max(volume.newest, *snapshot->metadata.creation_timestamp);
    ++volume.ready;
  }
  for (const auto& [pvc, volume] : volumes) {
    Labels with_claim = labels;
    with_claim.emplace_back("pvc", pvc);
    to.volumes.samples.push_back({"", with_claim, seconds(volume.newest)});
    to.ready.samples.push_back({"", std::move(with_claim), static_cast<double>(volume.ready)});
  }
}

/// `more`: what tells them from the others.
template <class Kind>
void add_restores(const runtime::Store<Kind>& restores, const Labels& more, Families& to) {
  std::map<std::string, std::map<std::string, int>> phases;
  for (const auto& restore : restores.objects()) {
    if (api::is_ours(*restore)) ++phases[restore->metadata.namespace_][phase_of(*restore)];
  }
  for (const auto& [namespace_, counts] : phases) {
    Labels labels{{"namespace", namespace_}};
    labels.insert(labels.end(), more.begin(), more.end());
    add_phases(counts, labels, to.restores);
  }
}

}  // namespace

std::vector<MetricFamily> families(const cluster::Stores& stores, WallTime now) {
  Families to;
  for (const auto& configuration : cluster::invokers(stores)) {
    Labels labels{{"namespace", configuration->metadata.namespace_}, {"name", configuration->metadata.name}};
    if (configuration->batch) labels.emplace_back("kind", cluster::kind_of(*configuration));
    if (const auto created = configuration->metadata.creation_timestamp) {
      to.created.samples.push_back({"", labels, seconds(*created)});
    }
    const auto& record = configuration->status.snapstash;
    if (record && record->last_success) to.success.samples.push_back({"", labels, seconds(*record->last_success)});
    const Sessions sessions = stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(*configuration));
    add_schedule(*configuration, sessions, labels, now, to);
    add_sessions(sessions, labels, to);
    add_volumes(stores, *configuration, labels, to);
  }
  add_restores(stores.restores, {}, to);
  add_restores(stores.restore_batches, {{"kind", std::string(api::RestoreBatch::kResource.kind)}}, to);
  return {to.created,  to.success, to.interval, to.slot,    to.stale, to.missed,
          to.sessions, to.stalled, to.blocked,  to.volumes, to.ready, to.restores};
}

runtime::Subscription export_backups(runtime::Registry& registry, const cluster::Stores& stores, const Clock& clock) {
  return registry.collect([&stores, &clock] {
    std::vector<MetricFamily> all = families(stores, clock.now());
    std::ranges::move(stash_families(stores), std::back_inserter(all));
    return all;
  });
}

}  // namespace snapstash::metrics

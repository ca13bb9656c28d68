#include "features/backup/observe.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/backup/clean_up.hpp"
#include "features/backup/hooks.hpp"
#include "features/backup/retry.hpp"
#include "features/backup/snapshots.hpp"
#include "features/cluster/target.hpp"
#include "features/jobs/observe.hpp"
#include "features/naming/labels.hpp"
#include "features/retention/observe.hpp"

namespace snapstash::backup {
namespace {

using api::BackupConfiguration;
using api::BackupSession;

Duration or_default(const std::string& text, Duration fallback) {
  const auto parsed = parse_duration(text);
  return parsed && *parsed > Duration(0) ? *parsed : fallback;
}

std::chrono::microseconds micros(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

WallTime created_of(const kube::ObjectMeta& metadata) { return metadata.creation_timestamp.value_or(WallTime{}); }

Invoker invoker_of(const BackupConfiguration* configuration) {
  if (configuration == nullptr) return Invoker::kMissing;
  if (configuration->status.observed_generation < configuration->metadata.generation) return Invoker::kUnseen;
  return configuration->status.phase == BackupConfiguration::Phase::kReady ? Invoker::kReady : Invoker::kNotReady;
}

bool older(const BackupSession& a, const BackupSession& b) {
  return std::tie(a.metadata.creation_timestamp, a.metadata.name) <
         std::tie(b.metadata.creation_timestamp, b.metadata.name);
}

/// Whether every snapshot that a session will ever take has its point in time: a successor then takes a newer one.
bool all_cut(const cluster::Stores& stores, const BackupSession& session) {
  if (session.status.targets.empty() || !session.status.targets[0].total_hosts) return false;
  const auto& target = session.status.targets[0];
  const auto& progress = session.status.snapstash;
  const bool held = progress && progress->hooks && progress->hooks->held;
  // Its late post hook would let go of what the successor's preBackup holds.
  if (held && !hooks::outcome_in(target.conditions, hooks::Kind::kPostBackup)) return false;
  const auto failed =
      std::ranges::count(target.stats, api::HostBackupStats::Phase::kFailed, &api::HostBackupStats::phase);
  const auto snapshots = stores.snapshots.find_by(cluster::kBySession, session.metadata.uid);
  const auto cut =
      std::ranges::count_if(snapshots, [](const auto& snapshot) { return snapshot->status.creation_time.has_value(); });
  return cut + failed >= *target.total_hosts;
}

/// The first session of that configuration that goes before this one: it is older, and its snapshots are not all cut.
std::optional<Rival> first_before(
    const cluster::Stores& stores, const BackupSession& session, const std::string& configuration
) {
  for (const auto& other : stores.sessions.find_by(cluster::kByConfiguration, configuration)) {
    if (other->metadata.uid == session.metadata.uid || !older(*other, session)) continue;
    if (api::is_finished(other->status.phase) || all_cut(stores, *other)) continue;
    const auto phase = other->status.phase.value_or(BackupSession::Phase::kPending);
    return Rival{other->metadata.name, std::string(json::name_of(phase))};
  }
  return std::nullopt;
}

std::optional<Rival> rival_of(const cluster::Stores& stores, const BackupSession& session) {
  return first_before(stores, session, cluster::configuration_key(session));
}

std::optional<Rival> neighbour_of(
    const cluster::Stores& stores, const BackupSession& session, const BackupConfiguration* configuration
) {
  if (configuration == nullptr) return std::nullopt;
  for (const std::string& other : neighbours_of(stores, *configuration)) {
    if (auto before = first_before(stores, session, other)) return before;
  }
  return std::nullopt;
}

Cluster cluster_of(
    const cluster::Stores& stores, const std::string& namespace_, const std::vector<std::string>& claims
) {
  Cluster made;
  for (const std::string& name : claims) {
    const auto claim = stores.claims.get(runtime::key_of(namespace_, name));
    if (!claim) continue;
    made.claims[name] = {
        name, claim->status.phase, claim->spec.volume_name, claim->metadata.deletion_timestamp.has_value()
    };
    const auto volume = stores.volumes.get(claim->spec.volume_name);
    if (volume) made.driver_of_volume[claim->spec.volume_name] = volume->spec.csi ? volume->spec.csi->driver : "";
  }
  for (const auto& each : stores.snapshot_classes.objects()) {
    const auto mark = each->metadata.annotations.find("snapshot.storage.kubernetes.io/is-default-class");
    made.classes.push_back(
        {each->metadata.name, each->driver, mark != each->metadata.annotations.end() && mark->second == "true"}
    );
  }
  return made;
}

/// The PVCs of the session: those its status names once it has been started, the target's otherwise.
struct Extent {
  bool recorded = false;
  std::vector<std::string> claims;
  std::optional<std::string> nothing;
};

/// Whether a list with commas between has that name.
bool is_listed(std::string_view list, std::string_view name) {
  for (const auto part : std::views::split(list, ',')) {
    if (std::string_view(part.begin(), part.end()) == name) return true;
  }
  return false;
}

Extent extent_of(
    const cluster::Stores& stores, const BackupSession& session, const BackupConfiguration* configuration
) {
  Extent extent;
  if (!session.status.targets.empty() && !session.status.targets[0].stats.empty()) {
    extent.recorded = true;
    for (const auto& stats : session.status.targets[0].stats) extent.claims.push_back(stats.hostname);
    return extent;
  }
  if (configuration == nullptr || !configuration->spec.target) {
    extent.nothing = "The BackupConfiguration names no target.";
    return extent;
  }
  const auto& wanted = *configuration->spec.target;
  const std::string& namespace_ = session.metadata.namespace_;
  const auto target = cluster::find_target(stores, wanted.ref, namespace_, wanted.replicas);
  if (!target) {
    extent.nothing = fmt::format("Backup target {} does not exist.", cluster::describe(wanted.ref, namespace_));
    return extent;
  }
  extent.claims = claims_of(*target);
  if (extent.claims.empty()) extent.nothing = explain_no_claims(*target);
  if (const auto only = session.metadata.annotations.find(naming::kOnlyVolumes);
      only != session.metadata.annotations.end() && !extent.claims.empty()) {
    std::erase_if(extent.claims, [&](const std::string& claim) { return !is_listed(only->second, claim); });
    if (extent.claims.empty())
      extent.nothing =
          fmt::format("None of the volumes that failed ({}) belongs to the target any more.", only->second);
  }
  return extent;
}

/// A failure that stands in the status is final, whatever became of the object since.
void latch_failures(const BackupSession& session, std::vector<Volume>& volumes) {
  for (Volume& volume : volumes) {
    const auto* stats = stats_of(session, volume.pvc);
    const bool failed = stats != nullptr && stats->phase == api::HostBackupStats::Phase::kFailed;
    // Obstacles are for those that have nothing yet; a class that is deleted later is no obstacle any more.
    if (volume.snapshot) volume.obstacle.clear();
    if (failed) volume.obstacle = stats->error.empty() ? "failed" : stats->error;
  }
}

bool is_recorded(const BackupSession& session) {
  if (session.status.targets.empty()) return false;
  const auto phase = session.status.targets[0].phase;
  return phase == api::BackupTargetStatus::Phase::kSucceeded || phase == api::BackupTargetStatus::Phase::kFailed;
}

/// Whether the store of snapshots is too little to go by. It may lag behind that of Jobs, or be an hour old: that a
/// snapshot is missing, or that it was not cut or not ready in time, must be what the API server says now, since it
/// ends the session, and what was not cut is deleted.
bool must_ask(const Observation& seen) {
  if (seen.recorded) return false;
  const bool over = seen.job && seen.job->state != JobView::State::kActive;
  return std::ranges::any_of(seen.volumes, [&](const Volume& volume) {
    if (needs_creation(volume)) return over || seen.now >= seen.clocks.cut;
    if (!volume.snapshot || volume.snapshot->ready) return false;
    return seen.now >= (volume.snapshot->cut_at ? seen.clocks.ready : seen.clocks.cut);
  });
}

Observation blank(
    const cluster::Context& context, const BackupSession& session, const BackupConfiguration* configuration
) {
  Observation seen;
  seen.now = context.clock.now();
  seen.created = created_of(session.metadata);
  seen.finished = api::is_finished(session.status.phase);
  seen.recorded = is_recorded(session);
  seen.invoker = invoker_of(configuration);
  seen.invoker_name =
      fmt::format("{} {}/{}", session.spec.invoker.kind, session.metadata.namespace_, session.spec.invoker.name);
  seen.clocks = clocks_of(session, configuration);
  seen.attempts = session.status.snapstash ? session.status.snapstash->attempts : 0;
  return seen;
}

}  // namespace

std::string refusal_of(const BackupSession& session) {
  const auto* stalled = kube::find_condition(session.status.conditions, "Stalled");
  const bool refused =
      stalled != nullptr && stalled->status == kube::ConditionStatus::kTrue && stalled->reason == "JobRefused";
  return refused ? stalled->message.str() : std::string();
}

Clocks clocks_of(const BackupSession& session, const BackupConfiguration* configuration) {
  constexpr Duration kCut = std::chrono::minutes(10);
  constexpr Duration kReady = std::chrono::hours(24);
  const WallTime created = created_of(session.metadata);
  if (configuration == nullptr) return {.cut = created + micros(kCut), .ready = created + micros(kReady)};
  const auto& settings = configuration->spec.snapstash;
  const Duration ready = or_default(configuration->spec.time_out, or_default(settings.ready_deadline, kReady));
  const Duration cut = std::min(or_default(settings.cut_deadline, kCut), ready);
  return {.cut = created + micros(cut), .ready = created + micros(ready)};
}

std::vector<std::string> neighbours_of(const cluster::Stores& stores, const BackupConfiguration& configuration) {
  std::vector<std::string> keys;
  if (!configuration.spec.target) return keys;
  const auto& ref = configuration.spec.target->ref;
  const std::string target = cluster::target_key(ref.kind, configuration.metadata.namespace_, ref.name);
  for (const auto& other : stores.configurations.find_by(cluster::kByTarget, target)) {
    if (other->metadata.uid != configuration.metadata.uid && api::is_ours(*other))
      keys.push_back(runtime::key_of(other->metadata));
  }
  return keys;
}

Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const BackupSession> session) {
  const cluster::Stores& stores = context.stores;
  Sight sight{.session = session, .configuration = stores.configurations.get(cluster::configuration_key(*session))};
  Observation& seen = sight.seen;
  seen = blank(context, *session, sight.configuration.get());
  if (seen.finished) {
    seen.retry = retry_of(stores, *session, sight.configuration.get());
    co_return sight;
  }

  const Extent extent = extent_of(stores, *session, sight.configuration.get());
  const Cluster facts = cluster_of(stores, session->metadata.namespace_, extent.claims);
  const std::string requested = sight.configuration && sight.configuration->spec.target
                                    ? sight.configuration->spec.target->snapshot_class_name
                                    : "";
  seen.volumes = plan(extent.claims, requested, facts);
  seen.no_target = extent.nothing;
  seen.unbound_pvc = any_unbound(extent.claims, facts);

  const auto jobs = jobs::jobs_of(stores, session->metadata.uid);
  Snapshots snapshots = stores.snapshots.find_by(cluster::kBySession, session->metadata.uid);
  // Whatever exists of it proves that the session was started, even if its status could not be written.
  seen.started = extent.recorded || !jobs.empty() || !snapshots.empty();
  if (!seen.started) {
    seen.rival = rival_of(stores, *session);
    seen.neighbour = neighbour_of(stores, *session, sight.configuration.get());
  }
  if (!jobs.empty()) {
    seen.job = co_await jobs::observe(context, jobs.back());
    seen.attempts = std::max(seen.attempts, static_cast<int>(jobs.size()));
  }
  if (jobs.empty()) seen.refused = refusal_of(*session);
  co_await add_snapshots(context, std::move(snapshots), seen.volumes);
  latch_failures(*session, seen.volumes);
  if (must_ask(seen)) {
    Snapshots live = co_await snapshots_now(context, session->metadata.namespace_, session->metadata.uid);
    co_await add_snapshots(context, std::move(live), seen.volumes);
    latch_failures(*session, seen.volumes);
  }
  if (seen.job) {
    for (Volume& volume : seen.volumes) {
      if (const auto said = seen.job->errors.find(volume.pvc); said != seen.job->errors.end()) {
        volume.creation_error = said->second;
      }
    }
  }
  co_await observe_hooks(context, session, sight.configuration, seen);
  plan_clean_up(stores, sight);
  co_return sight;
}

}  // namespace snapstash::backup

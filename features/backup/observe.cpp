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
#include "features/jobs/refusal.hpp"
#include "features/jobs/report.hpp"
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

Invoker standing_of(const BackupConfiguration* configuration) {
  if (configuration == nullptr) return Invoker::kMissing;
  if (configuration->status.observed_generation < configuration->metadata.generation) return Invoker::kUnseen;
  return configuration->status.phase == BackupConfiguration::Phase::kReady ? Invoker::kReady : Invoker::kNotReady;
}

bool older(const BackupSession& a, const BackupSession& b) {
  return std::tie(a.metadata.creation_timestamp, a.metadata.name) <
         std::tie(b.metadata.creation_timestamp, b.metadata.name);
}

/// Whether a target is still held: its late post hook would let go of what the successor's preBackup holds.
bool is_held(const api::SessionProgress& progress, const api::BackupTargetStatus& target) {
  return progress.hooks && progress.hooks->held && !hooks::outcome_in(target.conditions, hooks::Kind::kPostBackup);
}

/// Whether every snapshot that a session will ever take has its point in time: a successor then takes a newer one.
bool all_cut(const cluster::Stores& stores, const BackupSession& session) {
  const auto& targets = session.status.targets;
  const auto& record = session.status.snapstash;
  std::int64_t total = 0;
  std::int64_t failed = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool over = record && i < record->members.size() && api::is_finished(record->members[i].phase);
    if (!targets[i].total_hosts && !over) return false;
    const api::SessionProgress* progress = record ? &*record : nullptr;
    if (record && i < record->members.size()) progress = &record->members[i];
    if (progress != nullptr && is_held(*progress, targets[i])) return false;
    total += targets[i].total_hosts.value_or(0);
    failed += std::ranges::count(targets[i].stats, api::HostBackupStats::Phase::kFailed, &api::HostBackupStats::phase);
  }
  if (targets.empty()) return false;
  const auto snapshots = stores.snapshots.find_by(cluster::kBySession, session.metadata.uid);
  const auto cut =
      std::ranges::count_if(snapshots, [](const auto& snapshot) { return snapshot->status.creation_time.has_value(); });
  return cut + failed >= total;
}

/// The first session of that configuration that goes before this one: it is older, and its snapshots are not all cut.
std::optional<Rival> first_before(
    const cluster::Stores& stores, const BackupSession& session, const std::string& configuration
) {
  for (const auto& other : stores.sessions.find_by(cluster::kByInvoker, configuration)) {
    if (other->metadata.uid == session.metadata.uid || !older(*other, session)) continue;
    if (api::is_finished(other->status.phase) || all_cut(stores, *other)) continue;
    const auto phase = other->status.phase.value_or(BackupSession::Phase::kPending);
    return Rival{other->metadata.name, std::string(json::name_of(phase))};
  }
  return std::nullopt;
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

/// What an object says that a session made for one of its parts.
std::string member_of(const BackupSession& session) {
  return session.part ? std::to_string(session.part->member) : std::string();
}

}  // namespace

Observation blank(
    const cluster::Context& context, const BackupSession& session, const BackupConfiguration* configuration
) {
  Observation seen;
  seen.now = context.clock.now();
  seen.created = began_at(session);
  seen.finished = api::is_finished(session.status.phase);
  seen.recorded = is_recorded(session);
  seen.invoker = standing_of(configuration);
  seen.invoker_name =
      fmt::format("{} {}/{}", session.spec.invoker.kind, session.metadata.namespace_, session.spec.invoker.name);
  seen.clocks = clocks_of(session, configuration);
  seen.attempts = session.status.snapstash ? session.status.snapstash->attempts : 0;
  return seen;
}

bool is_left_out(
    const cluster::Stores& stores, const BackupSession& session, const BackupConfiguration& configuration
) {
  const auto only = session.metadata.annotations.find(naming::kOnlyVolumes);
  if (only == session.metadata.annotations.end() || !configuration.spec.target) return false;
  const auto& wanted = *configuration.spec.target;
  const auto target = cluster::find_target(stores, wanted.ref, session.metadata.namespace_, wanted.replicas);
  return target && std::ranges::none_of(claims_of(*target), [&](const std::string& claim) {
           return is_listed(only->second, claim);
         });
}

std::optional<Rival> rival_of(const cluster::Stores& stores, const BackupSession& session) {
  return first_before(stores, session, cluster::invoker_key(session));
}

WallTime began_at(const BackupSession& session) {
  const WallTime created = session.metadata.creation_timestamp.value_or(WallTime{});
  return session.part ? session.part->began.value_or(created) : created;
}

std::vector<std::shared_ptr<const api::Job>> jobs_of(const cluster::Stores& stores, const BackupSession& session) {
  auto all = jobs::jobs_of(stores, session.metadata.uid);
  std::erase_if(all, [&](const auto& job) { return !jobs::is_of_member(job->metadata, member_of(session)); });
  return all;
}

std::shared_ptr<const api::Job> hook_job_of(const cluster::Stores& stores, const BackupSession& session) {
  return jobs::hook_job_of(stores, session.metadata.uid, jobs::kPost, member_of(session));
}

Clocks clocks_of(const BackupSession& session, const BackupConfiguration* configuration) {
  constexpr Duration kCut = std::chrono::minutes(10);
  constexpr Duration kReady = std::chrono::hours(24);
  const WallTime began = began_at(session);
  if (configuration == nullptr) return {.cut = began + micros(kCut), .ready = began + micros(kReady)};
  const auto& settings = configuration->spec.snapstash;
  WallTime ready = began + micros(or_default(settings.ready_deadline, kReady));
  // A batch has one timeOut for all of its members.
  if (const Duration time_out = or_default(configuration->spec.time_out, Duration(0)); time_out > Duration(0)) {
    ready = session.metadata.creation_timestamp.value_or(WallTime{}) + micros(time_out);
  }
  return {.cut = std::min(began + micros(or_default(settings.cut_deadline, kCut)), ready), .ready = ready};
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
  for (const auto& other : stores.batches.find_by(cluster::kByTarget, target)) {
    if (other->metadata.uid != configuration.metadata.uid && api::is_ours(*other))
      keys.push_back(cluster::batch_key(other->metadata.namespace_, other->metadata.name));
  }
  return keys;
}

Task<Result<Sight>> observe(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session,
    std::shared_ptr<const BackupConfiguration> configuration
) {
  const cluster::Stores& stores = context.stores;
  Sight sight{.session = session, .configuration = std::move(configuration)};
  Observation& seen = sight.seen;
  seen = blank(context, *session, sight.configuration.get());
  // A batch asks once for all of its members, before the first of them starts.
  if (session->part && sight.configuration) seen.invoker = Invoker::kReady;
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

  const auto jobs = jobs_of(stores, *session);
  Snapshots snapshots = stores.snapshots.find_by(cluster::kBySession, session->metadata.uid);
  // Whatever exists of it proves that the session was started, even if its status could not be written.
  const bool made = std::ranges::any_of(snapshots, [&](const auto& each) {
    return jobs::is_of_member(each->metadata, member_of(*session));
  });
  seen.started = extent.recorded || !jobs.empty() || made;
  if (!seen.started) {
    if (!session->part) seen.rival = rival_of(stores, *session);
    seen.neighbour = neighbour_of(stores, *session, sight.configuration.get());
  }
  if (!jobs.empty()) {
    seen.job = co_await jobs::observe(context, jobs.back());
    seen.attempts = std::max(seen.attempts, static_cast<int>(jobs.size()));
  }
  if (jobs.empty()) seen.refused = jobs::refusal_in(session->status.conditions);
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

#include "features/restore/observe.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "api/restore_claims.hpp"
#include "api/validation.hpp"
#include "features/cluster/target.hpp"
#include "features/jobs/observe.hpp"
#include "features/naming/labels.hpp"
#include "features/restore/hooks.hpp"
#include "features/restore/job.hpp"

namespace snapstash::restore {
namespace {

using api::HostRestoreStats;
using api::RestoreSession;

WallTime created_of(const kube::ObjectMeta& metadata) { return metadata.creation_timestamp.value_or(WallTime{}); }

bool is_watched(const std::string& kind) {
  return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "PersistentVolumeClaim";
}

/// What is wrong with the spec. Of a batch, all members are looked at before the first begins.
std::string invalid_of(const RestoreSession& session) {
  if (session.part) return "";
  api::Problems problems = api::validate(session);
  check_watched(session.spec.target, "spec.target", problems);
  return api::describe(problems);
}

std::string missing_target(const cluster::Stores& stores, const RestoreSession& session) {
  const auto& target = session.spec.target;
  if (!target || !target->ref || target->ref->name.empty()) return "";
  const std::string& namespace_ = session.metadata.namespace_;
  if (cluster::find_target(stores, *target->ref, namespace_, {})) return "";
  return fmt::format("Restore target {} does not exist.", cluster::describe(*target->ref, namespace_));
}

const HostRestoreStats* stats_of(const RestoreSession& session, const std::string& pvc) {
  const auto found = std::ranges::find(session.status.stats, pvc, &HostRestoreStats::hostname);
  return found == session.status.stats.end() ? nullptr : &*found;
}

/// Success and failure that stand in the status are final.
std::optional<Outcome> said_of(const HostRestoreStats* stats) {
  if (stats == nullptr || !stats->phase) return std::nullopt;
  if (*stats->phase == HostRestoreStats::Phase::kSucceeded) return Outcome{ClaimState::kSucceeded, ""};
  if (*stats->phase == HostRestoreStats::Phase::kFailed) return Outcome{ClaimState::kFailed, stats->error};
  return std::nullopt;
}

void add_claims(const cluster::Stores& stores, Sight& sight) {
  const RestoreSession& session = *sight.session;
  for (const api::ClaimTemplate& wanted : sight.wanted) {
    const Request request = request_of(wanted);
    Claim claim{.namespace_ = session.metadata.namespace_, .name = request.name, .snapshot = request.snapshot};
    claim.said = said_of(stats_of(session, claim.name));
    const auto found = stores.claims.get(runtime::key_of(claim.namespace_, claim.name));
    if (found) claim.exists = view(*found, session.metadata.uid, request, stores.storage_classes.objects());
    sight.seen.claims.push_back(std::move(claim));
  }
}

/// A session that ended as Unknown has one thing left to learn: that its PVCs were bound, once pods used them.
bool may_become_known(const Sight& sight) {
  bool any = false;
  for (const Claim& claim : sight.seen.claims) {
    const auto* stats = stats_of(*sight.session, claim.name);
    if (stats == nullptr || stats->phase != HostRestoreStats::Phase::kUnknown) continue;
    any = true;
    if (!claim.exists || !claim.exists->ours || !claim.exists->bound) return false;
  }
  return any;
}

/// Those that create PVCs; of a batch, those of this member.
std::vector<std::shared_ptr<const api::Job>> jobs_of(const cluster::Stores& stores, const RestoreSession& session) {
  auto all = jobs::jobs_of(stores, session.metadata.uid);
  const std::string member = member_of(session);
  std::erase_if(all, [&](const auto& job) { return !jobs::is_of_member(job->metadata, member); });
  return all;
}

int attempts_of(const RestoreSession& session, const std::vector<std::shared_ptr<const api::Job>>& jobs) {
  int attempts = jobs.empty() ? 0 : 1;
  for (const auto& job : jobs) {
    for (int attempt = 2; attempt <= kMaxAttempts; ++attempt) {
      if (job->metadata.name == job_name(session, attempt)) attempts = std::max(attempts, attempt);
    }
  }
  return attempts;
}

/// Why the API server last refused the Job: kept where the user sees it.
std::string refusal_of(const RestoreSession& session) {
  const auto* ensured = kube::find_condition(session.status.conditions, "RestoreExecutorEnsured");
  const bool refused = ensured != nullptr && ensured->status == kube::ConditionStatus::kFalse;
  return refused ? ensured->message.str() : std::string();
}

bool needs_creation(const Claim& claim) { return !claim.exists && !claim.said; }

template <class T>
Task<Result<std::shared_ptr<const T>>> look_up(const cluster::Context& context, kube::Place place) {
  auto found = co_await context.client.get<T>(std::move(place)).as_result();
  if (found) co_return std::make_shared<const T>(*std::move(found));
  if (found.error().is(Code::kNotFound)) co_return std::shared_ptr<const T>();
  co_return fail(std::move(found).error());
}

Task<Result<Source>> source_of(const cluster::Context& context, std::string namespace_, std::string snapshot) {
  Source source;
  source.snapshot = co_await look_up<api::VolumeSnapshot>(context, {namespace_, snapshot});
  if (!source.snapshot || source.snapshot->status.bound_content.empty()) co_return source;
  const std::string& content = source.snapshot->status.bound_content;
  source.content = co_await look_up<api::VolumeSnapshotContent>(context, {"", content});
  co_return source;
}

/// Before the first PVC is created: everything that is known to be in the way of any of them.
Task<Result<void>> look_for_obstacles(const cluster::Context& context, Sight& sight) {
  std::map<std::string, Source> sources;
  for (std::size_t i = 0; i < sight.wanted.size(); ++i) {
    const Request request = request_of(sight.wanted[i]);
    Claim& claim = sight.seen.claims[i];
    if (!request.snapshot.empty() && !sources.contains(request.snapshot)) {
      sources[request.snapshot] = co_await source_of(context, claim.namespace_, request.snapshot);
    }
    const Source source = request.snapshot.empty() ? Source{} : sources[request.snapshot];
    claim.obstacle = find_obstacle(request, claim.namespace_, source, context.stores.storage_classes.objects());
    if (!source.snapshot || !claim.obstacle.empty()) continue;
    claim.raised = size_to_raise(request, *source.snapshot);
    if (!claim.raised.empty()) set_size(sight.wanted[i], claim.raised);
  }
  co_return {};
}

/// Before a Job is made for a session that has begun: what the checks found out about sizes is written nowhere.
Task<Result<void>> raise_sizes(const cluster::Context& context, Sight& sight) {
  for (std::size_t i = 0; i < sight.wanted.size(); ++i) {
    const Request request = request_of(sight.wanted[i]);
    const Claim& claim = sight.seen.claims[i];
    if (request.snapshot.empty() || !needs_creation(claim)) continue;
    const auto snapshot = co_await look_up<api::VolumeSnapshot>(context, {claim.namespace_, request.snapshot});
    const std::string size = snapshot ? size_to_raise(request, *snapshot) : std::string();
    if (!size.empty()) set_size(sight.wanted[i], size);
  }
  co_return {};
}

/// The store of PVCs may lag behind that of Jobs: a PVC is missing only if the API server says so too.
Task<Result<void>> look_for_missing(const cluster::Context& context, Sight& sight) {
  for (std::size_t i = 0; i < sight.wanted.size(); ++i) {
    Claim& claim = sight.seen.claims[i];
    if (claim.exists || claim.said) continue;
    const auto found = co_await look_up<api::PersistentVolumeClaim>(context, {claim.namespace_, claim.name});
    if (!found) continue;
    claim.exists = view(
        *found, sight.session->metadata.uid, request_of(sight.wanted[i]), context.stores.storage_classes.objects()
    );
  }
  co_return {};
}

/// What events say of PVCs that are slow. Only a hint, so that a failure to read it is none.
Task<Result<void>> ask_provisioners(const cluster::Context& context, Sight& sight) {
  for (Claim& claim : sight.seen.claims) {
    if (claim.said || !claim.exists) continue;
    ClaimView& view = *claim.exists;
    if (!view.ours || view.bound || view.waits_for_consumer || sight.seen.now < view.created + kQuietTime) continue;
    kube::Selection about{
        .namespace_ = claim.namespace_,
        .label_selector = "",
        .field_selector =
            fmt::format("involvedObject.kind=PersistentVolumeClaim,involvedObject.name={},type=Warning", claim.name)
    };
    const auto events = co_await context.client.list<api::CoreEvent>(std::move(about)).as_result();
    if (events && !events->items.empty()) view.provisioner_says = events->items.back().message;
  }
  co_return {};
}

void note_errors(Sight& sight) {
  if (!sight.seen.job) return;
  for (Claim& claim : sight.seen.claims) {
    const auto said = sight.seen.job->errors.find(claim.name);
    if (said != sight.seen.job->errors.end()) claim.creation_error = said->second;
  }
}

bool has_begun(const RestoreSession& session, const std::vector<Claim>& claims) {
  return session.status.total_hosts || !session.status.stats.empty() ||
         std::ranges::any_of(claims, [](const Claim& claim) { return claim.exists && claim.exists->ours; });
}

bool is_kept(const std::optional<api::DataSource>& source, const std::string& snapshot) {
  return source && source->kind == "VolumeSnapshot" && source->name == snapshot;
}

}  // namespace

WallTime began_at(const RestoreSession& session) {
  return session.part ? session.part->began : created_of(session.metadata);
}

WallTime deadline_of(const RestoreSession& session) {
  const auto parsed = parse_duration(session.spec.time_out);
  if (!parsed || *parsed <= Duration(0)) return began_at(session) + kDefaultDeadline;
  return created_of(session.metadata) + std::chrono::duration_cast<std::chrono::microseconds>(*parsed);
}

void check_watched(const std::optional<api::RestoreTarget>& target, const std::string& field, api::Problems& problems) {
  if (!target || !target->ref || target->ref->name.empty() || is_watched(target->ref->kind)) return;
  problems.push_back(
      {field + ".ref.kind",
       fmt::format(
           "is \"{}\": a restore can wait for a Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim; usually "
           "ref is left out",
           target->ref->kind
       )}
  );
}

bool is_made_by(const kube::ObjectMeta& metadata, const std::string& restore_uid) {
  const auto label = metadata.labels.find(std::string(naming::kRestoreUid));
  return label != metadata.labels.end() && label->second == restore_uid;
}

bool waits_for_consumer(const std::optional<std::string>& class_name, const Classes& classes) {
  const auto storage_class = class_of(class_name, classes);
  return storage_class && storage_class->volume_binding_mode == "WaitForFirstConsumer";
}

ClaimView view(
    const api::PersistentVolumeClaim& claim, const std::string& restore_uid, const Request& request,
    const Classes& classes
) {
  ClaimView made;
  made.ours = is_made_by(claim.metadata, restore_uid);
  made.bound = claim.status.phase == "Bound";
  made.deleting = claim.metadata.deletion_timestamp.has_value();
  made.source_kept = request.snapshot.empty() || is_kept(claim.spec.data_source, request.snapshot) ||
                     is_kept(claim.spec.data_source_ref, request.snapshot);
  made.waits_for_consumer = !made.bound && waits_for_consumer(claim.spec.storage_class_name, classes);
  made.phase = claim.status.phase;
  made.created = created_of(claim.metadata);
  return made;
}

Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const RestoreSession> session) {
  const cluster::Stores& stores = context.stores;
  Sight sight{.session = session, .wanted = {}, .seen = {}};
  Observation& seen = sight.seen;
  seen.now = context.clock.now();
  seen.created = began_at(*session);
  seen.deadline = deadline_of(*session);
  seen.finished = api::is_finished(session->status.phase);
  if (seen.finished) co_return sight;

  seen.invalid = invalid_of(*session);
  seen.no_target = missing_target(stores, *session);
  // What is invalid may be absurd, too (replicas: 30000000); it is not spelled out unless it has been begun.
  if (session->spec.target && (seen.invalid.empty() || session->status.total_hosts)) {
    if (auto wanted = api::claims_of(*session->spec.target)) sight.wanted = *std::move(wanted);
  }
  add_claims(stores, sight);
  if (session->status.phase == RestoreSession::Phase::kUnknown) seen.finished = !may_become_known(sight);
  if (seen.finished) co_return sight;

  const auto jobs = jobs_of(stores, *session);
  seen.started = !jobs.empty() || has_begun(*session, seen.claims);
  seen.attempts = attempts_of(*session, jobs);
  if (jobs.empty()) {
    seen.refused = refusal_of(*session);
  } else {
    seen.job = co_await jobs::observe(context, jobs.back());
  }
  if (!seen.started && seen.invalid.empty() && seen.no_target.empty()) co_await look_for_obstacles(context, sight);
  if (seen.started && (!seen.job || seen.job->node_lost)) co_await raise_sizes(context, sight);
  const bool over = seen.job && seen.job->state != jobs::JobView::State::kActive;
  if (over && std::ranges::any_of(seen.claims, needs_creation)) co_await look_for_missing(context, sight);
  note_errors(sight);
  co_await observe_hooks(context, session, seen);
  co_await ask_provisioners(context, sight);
  co_return sight;
}

}  // namespace snapstash::restore

#include <algorithm>

#include <fmt/format.h>

#include "api/backup_batch.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"
#include "sim/invariants/marks.hpp"
#include "sim/invariants/safety.hpp"
#include "sim/scenarios/expect.hpp"

namespace snapstash::sim {
namespace {

bool is(const Change& change, const kube::Resource& resource) { return change.type->resource == resource; }

/// How far a session has come; phases of one rank are different ends.
int rank(std::string_view phase) {
  if (phase.empty()) return 0;
  if (phase == "Pending") return 1;
  if (phase == "Running") return 2;
  return 3;
}

/// Unknown of a restore is a state that may change: a pod may come to use the PVC.
bool is_latched(const Change& change, std::string_view phase) {
  const bool restore = is(change, api::RestoreSession::kResource) || is(change, api::RestoreBatch::kResource);
  return rank(phase) == 3 && !(phase == "Unknown" && restore);
}

std::string told(const StoredObject& object) {
  return fmt::format("{} {}/{}", json::find_string(object.value(), "/kind"), object.namespace_(), object.name());
}

}  // namespace

void Safety::check_change(const Deed& deed, const Change& change) {
  if (deed.by_us && !change.before) check_created(change);
  const bool batch = is(change, api::RestoreBatch::kResource);
  const bool session = batch || is(change, api::BackupSession::kResource) || is(change, api::RestoreSession::kResource);
  if (session && change.before && change.after) check_session(change);
  if (batch && change.before && change.after) check_members(change);
  if (change.before && change.after && change.type->resource.group == "stash.appscode.com") check_generation(change);
  if (is(change, kinds::kSnapshotContent)) note_cut(change);
  if (deed.by_us && deed.exchange.asked.verb == "delete") check_deletion(change);
}

void Safety::check_created(const Change& change) {
  const StoredObject& made = *change.after;
  const bool data = is(change, kinds::kSnapshot) || is(change, kinds::kClaim);
  const bool owned = is(change, kinds::kJob) || is(change, kinds::kServiceAccount) ||
                     change.type->resource.kind == "RoleBinding" || is(change, kinds::kCronJob);
  const bool has_owner = json::find_array(made.value(), "/metadata/ownerReferences") != nullptr;
  if (data && has_owner) note("S10", told(made) + " has an owner: deleting that would delete the data");
  if (owned && !has_owner) note("S10", told(made) + " has no owner");
  if (is(change, kinds::kSnapshot)) {
    const auto uid = json::find_string(made.value(), marks::kSessionUid);
    if (uid.empty()) note("S10", told(made) + " does not say which session made it");
    const auto claim = json::find_string(made.value(), marks::kSource);
    for (const ObjectPtr& other : world_.storage().list(*change.type, made.namespace_())) {
      if (other->uid() == made.uid() || json::find_string(other->value(), marks::kSessionUid) != uid) continue;
      if (json::find_string(other->value(), marks::kSource) == claim) {
        note("S2", fmt::format("{} and {} are of one session and PVC", told(made), other->name()));
      }
    }
  }
  if (is(change, kinds::kJob) && !marks::runs_a_hook(made)) {
    for (const ObjectPtr& other : world_.storage().list(*change.type, made.namespace_())) {
      const bool same = other->uid() != made.uid() && controller_uid(*other) == controller_uid(made) &&
                        !marks::runs_a_hook(*other) && marks::member_of(*other) == marks::member_of(made);
      if (same && !has_condition(*other, "Failed") && !has_condition(*other, "Complete") && !is_deleting(*other)) {
        note("S2", fmt::format("{} and {} are live Jobs of one session", told(made), other->name()));
      }
    }
  }
  if (is(change, api::BackupSession::kResource)) {
    const std::string key = fmt::format("{}/{}", controller_uid(made), made.name());
    if (!created_sessions_.insert(key).second) note("S1", told(made) + " was created twice for one slot");
    const bool batch = json::find_string(made.value(), "/spec/invoker/kind") == "BackupBatch";
    const ObjectPtr configuration = world_.cluster().find(
        batch ? api::BackupBatch::kResource : api::BackupConfiguration::kResource, made.namespace_(),
        json::find_string(made.value(), "/spec/invoker/name")
    );
    // A retry belongs to a session that was there before, or that somebody made by hand.
    const bool retry = !json::find_string(made.value(), "/metadata/annotations/snapstash.dev~1retry-of").empty();
    if (!retry && configuration && is_true(configuration->value(), "/spec/paused")) {
      const ObjectPtr cron_job =
          world_.cluster().find(kinds::kCronJob, made.namespace_(), "stash-trigger-" + configuration->name());
      if (cron_job && is_true(cron_job->value(), "/spec/suspend")) {
        note("S13", told(made) + " was created while its configuration is paused");
      }
    }
  }
}

void Safety::check_session(const Change& change) {
  const std::string before = phase_of(*change.before), after = phase_of(*change.after);
  if (before == after) return;
  if (is_latched(change, before)) note("S5", fmt::format("{} goes from {} to {}", told(*change.after), before, after));
  check_progress(change, rank(before), rank(after));
  if (is(change, api::BackupSession::kResource)) {
    if (after == "Succeeded") check_result(*change.after);
    if (after == "Running") check_overlap(*change.after);
    if (after == "Succeeded" || after == "Failed") check_results_of_hosts(*change.after);
  }
}

/// A member never goes back, and the whole says no more than its members do.
void Safety::check_members(const Change& change) {
  const json::Array* members = json::find_array(change.after->value(), "/status/members");
  const std::string whole = phase_of(*change.after);
  for (std::size_t i = 0; members != nullptr && i < members->size(); ++i) {
    const auto phase = json::find_string(members->at(i), "/phase");
    const auto before = json::find_string(change.before->value(), fmt::format("/status/members/{}/phase", i));
    if (rank(phase) < rank(before) || (is_latched(change, before) && phase != before)) {
      note("S5", fmt::format("{}: member {} goes from {} to {}", told(*change.after), i, before, phase));
    }
    if (whole == "Succeeded" && phase != "Succeeded") {
      note("S6", fmt::format("{} succeeded, and its member {} is {}", told(*change.after), i, phase));
    }
    const json::Array* stats = json::find_array(members->at(i), "/stats");
    if (stats == nullptr || phase != "Succeeded") continue;
    for (const json::Value& host : *stats) {
      if (json::find_string(host, "/phase") == "Succeeded") continue;
      note("S6", fmt::format("{}: member {} succeeded, and not all of its PVCs", told(*change.after), i));
    }
  }
  if (whole == "Succeeded" && members == nullptr) note("S6", told(*change.after) + " succeeded with nothing");
}

void Safety::check_progress(const Change& change, int before, int after) {
  if (after < before) note("S5", fmt::format("{} goes back", told(*change.after)));
}

void Safety::check_result(const StoredObject& session) {
  const json::Array* targets = json::find_array(session.value(), "/status/targets");
  if (targets == nullptr) return note("S6", told(session) + " succeeded with nothing");
  std::size_t count = 0;
  for (std::size_t i = 0; i < targets->size(); ++i) {
    const json::Array* stats = json::find_array(targets->at(i), "/stats");
    if (stats == nullptr) continue;
    for (const json::Value& host : *stats) {
      const auto name = json::find_string(host, "/snapshots/0/name");
      const ObjectPtr snapshot = world_.cluster().find(kinds::kSnapshot, session.namespace_(), name);
      ++count;
      if (!snapshot) {
        note("S6", fmt::format("{} succeeded, and snapshot \"{}\" is not there", told(session), name));
      } else if (!is_true(snapshot->value(), "/status/readyToUse")) {
        note("S6", fmt::format("{} succeeded, and snapshot {} is not ready", told(session), name));
      } else if (json::find_string(snapshot->value(), marks::kSessionUid) != session.uid()) {
        note("S6", fmt::format("{} succeeded, and snapshot {} is of another session", told(session), name));
      } else {
        check_hold(session, i, *snapshot);
      }
    }
  }
  if (count == 0) note("S6", told(session) + " succeeded with nothing");
}

/// What a content's driver has just done is seen here, before the VolumeSnapshot says so.
void Safety::note_cut(const Change& change) {
  if (!change.after || json::find(change.after->value(), "/status/creationTime") == nullptr) return;
  if (change.before && json::find(change.before->value(), "/status/creationTime") != nullptr) return;
  const auto namespace_ = json::find_string(change.after->value(), "/spec/volumeSnapshotRef/namespace");
  const auto name = json::find_string(change.after->value(), "/spec/volumeSnapshotRef/name");
  const ObjectPtr snapshot = world_.cluster().find(kinds::kSnapshot, namespace_, name);
  if (!snapshot) return;
  const bool held =
      world_.applications().is_held(std::string(namespace_), json::find_string(snapshot->value(), marks::kSource));
  if (held) held_.insert(snapshot->uid());
}

void Safety::check_hold(const StoredObject& session, std::size_t target, const StoredObject& snapshot) {
  const bool batch = json::find(session.value(), "/status/snapstash/members") != nullptr;
  const std::string hooks = batch ? fmt::format("/status/snapstash/members/{}/hooks/held", target)
                                  : std::string("/status/snapstash/hooks/held");
  if (!is_true(session.value(), hooks) || held_.contains(snapshot.uid())) return;
  note(
      "S19",
      fmt::format(
          "{} succeeded, and snapshot {} was cut while nothing held the application", told(session), snapshot.name()
      )
  );
}

void Safety::check_results_of_hosts(const StoredObject& session) {
  const json::Array* targets = json::find_array(session.value(), "/status/targets");
  const json::Array* conditions = json::find_array(session.value(), "/status/conditions");
  const bool says_why = conditions != nullptr && std::ranges::any_of(*conditions, [](const json::Value& each) {
                          return !json::find_string(each, "/message").empty();
                        });
  if (targets == nullptr && !says_why) note("S7", told(session) + " ended and does not say why");
  if (targets == nullptr) return;
  for (const json::Value& target : *targets) {
    const json::Array* stats = json::find_array(target, "/stats");
    if (stats == nullptr) continue;
    for (const json::Value& host : *stats) {
      const auto phase = json::find_string(host, "/phase");
      if (phase == "Failed" && json::find_string(host, "/error").empty()) {
        note(
            "S7", fmt::format("{}: {} failed and does not say why", told(session), json::find_string(host, "/hostname"))
        );
      }
      if (phase != "Failed" && phase != "Succeeded") {
        note("S7", fmt::format("{}: {} has no result", told(session), json::find_string(host, "/hostname")));
      }
    }
  }
}

void Safety::check_overlap(const StoredObject& session) {
  const auto invoker_of = [](const StoredObject& each) {
    return std::pair(
        json::find_string(each.value(), "/spec/invoker/kind"), json::find_string(each.value(), "/spec/invoker/name")
    );
  };
  for (const ObjectPtr& other : world_.cluster().list(api::BackupSession::kResource, session.namespace_())) {
    if (other->uid() == session.uid() || phase_of(*other) != "Running") continue;
    if (invoker_of(*other) != invoker_of(session)) continue;
    for (const ObjectPtr& snapshot : world_.cluster().list(kinds::kSnapshot, session.namespace_())) {
      if (json::find_string(snapshot->value(), marks::kSessionUid) != other->uid()) continue;
      if (!json::find_string(snapshot->value(), marks::kCutAt).empty()) continue;
      return note("S14", fmt::format("{} runs while the snapshots of {} are not cut", told(session), other->name()));
    }
  }
}

void Safety::check_generation(const Change& change) {
  const std::int64_t before = number_at(change.before->value(), "/status/observedGeneration", 0);
  const std::int64_t after = number_at(change.after->value(), "/status/observedGeneration", 0);
  const std::int64_t generation = number_at(change.after->value(), "/metadata/generation", 0);
  if (after < before) note("S8", told(*change.after) + ": observedGeneration goes back");
  if (after > generation) note("S8", told(*change.after) + ": observedGeneration is ahead of generation");
}

}  // namespace snapstash::sim

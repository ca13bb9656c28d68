#include "features/backup/watches.hpp"

#include "features/backup/observe.hpp"
#include "features/naming/labels.hpp"

namespace snapstash::backup {
namespace {

using api::BackupSession;

std::vector<std::string> session_of(const kube::ObjectMeta& metadata) {
  // The full name is in the annotation; the label may have been cut.
  const auto full = metadata.annotations.find(std::string(naming::kFullSession));
  const auto label = metadata.labels.find(std::string(naming::kSession));
  if (full != metadata.annotations.end()) return {runtime::key_of(metadata.namespace_, full->second)};
  if (label != metadata.labels.end()) return {runtime::key_of(metadata.namespace_, label->second)};
  return {};
}

/// The sessions of the PVC's namespace that may be waiting for it to be bound.
std::vector<std::string> waiting_for(const cluster::Stores& stores, const api::PersistentVolumeClaim& claim) {
  std::vector<std::string> keys;
  for (const auto& session : stores.sessions.objects()) {
    const bool waits = cluster::is_batch(*session) ? !api::is_finished(session->status.phase)
                                                   : session->status.phase == BackupSession::Phase::kPending;
    if (waits && session->metadata.namespace_ == claim.metadata.namespace_) {
      keys.push_back(runtime::key_of(session->metadata));
    }
  }
  return keys;
}

/// The sessions of what was changed that are not over, or may be tried again.
std::vector<std::string> sessions_of(const cluster::Stores& stores, const std::string& invoker) {
  std::vector<std::string> keys;
  for (const auto& each : stores.sessions.find_by(cluster::kByInvoker, invoker)) {
    const bool may_retry = each->status.next_retry && !each->status.retried.value_or(false);
    if (!api::is_finished(each->status.phase) || may_retry) keys.push_back(runtime::key_of(each->metadata));
  }
  return keys;
}

/// The sessions that may be waiting for this one to have its snapshots cut.
std::vector<std::string> waiting_behind(const cluster::Stores& stores, const BackupSession& session) {
  std::vector<std::string> keys;
  for (const auto& plan : cluster::plans_of(stores, session)) {
    for (const std::string& behind : neighbours_of(stores, *plan)) {
      for (const auto& each : stores.sessions.find_by(cluster::kByInvoker, behind)) {
        const bool waits = cluster::is_batch(*each) ? !api::is_finished(each->status.phase)
                                                    : each->status.phase == BackupSession::Phase::kPending;
        if (waits) keys.push_back(runtime::key_of(each->metadata));
      }
    }
  }
  return keys;
}

std::vector<std::string> touched_by(const cluster::Stores& stores, const api::VolumeSnapshot& snapshot) {
  std::vector<std::string> keys = session_of(snapshot.metadata);
  const auto session = keys.empty() ? nullptr : stores.sessions.get(keys.front());
  if (!session) return keys;
  for (std::string& each : waiting_behind(stores, *session)) keys.push_back(std::move(each));
  return keys;
}

/// Only that it is listed before the first pass: what is not listed yet must not be taken for missing.
template <class T>
void wait_for(runtime::Controller& controller, runtime::Store<T>& store) {
  controller.watches<T>(store, [](const T&) { return std::vector<std::string>(); });
}

}  // namespace

void watch(runtime::Controller& controller, cluster::Stores& stores) {
  controller.reconciles(stores.sessions)
      .owns(stores.jobs)
      .watches<api::Pod>(stores.pods, [](const api::Pod& pod) { return session_of(pod.metadata); })
      .watches<api::VolumeSnapshot>(
          stores.snapshots, [&stores](const api::VolumeSnapshot& each) { return touched_by(stores, each); }
      )
      .watches<BackupSession>(
          stores.sessions, [&stores](const BackupSession& each) { return waiting_behind(stores, each); }
      )
      .watches<api::BackupConfiguration>(
          stores.configurations,
          [&stores](const api::BackupConfiguration& each) { return sessions_of(stores, cluster::invoker_key(each)); }
      )
      .watches<api::BackupBatch>(
          stores.batches,
          [&stores](const api::BackupBatch& each) {
            return sessions_of(stores, cluster::batch_key(each.metadata.namespace_, each.metadata.name));
          }
      )
      .watches<api::PersistentVolumeClaim>(stores.claims, [&stores](const api::PersistentVolumeClaim& each) {
        return waiting_for(stores, each);
      });
  wait_for(controller, stores.volumes);
  wait_for(controller, stores.snapshot_classes);
  wait_for(controller, stores.deployments);
  wait_for(controller, stores.stateful_sets);
  wait_for(controller, stores.daemon_sets);
}

}  // namespace snapstash::backup

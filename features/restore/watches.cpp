#include "features/restore/watches.hpp"

#include <algorithm>

#include "api/restore_batch.hpp"
#include "features/naming/labels.hpp"

namespace snapstash::restore {
namespace {

using api::RestoreBatch;
using api::RestoreSession;

using Keys = std::vector<std::string>;

/// The restore that made an object.
template <class Kind>
Keys maker_of(const runtime::Store<Kind>& restores, const kube::ObjectMeta& metadata) {
  const auto uid = metadata.labels.find(std::string(naming::kRestoreUid));
  if (uid == metadata.labels.end()) return {};
  for (const auto& restore : restores.objects()) {
    if (restore->metadata.uid == uid->second) return {runtime::key_of(restore->metadata)};
  }
  return {};
}

bool names(const std::optional<api::RestoreTarget>& target, std::string_view kind, std::string_view name) {
  return target && target->ref && target->ref->kind == kind && target->ref->name == name;
}

bool has_target(const RestoreSession& session, std::string_view kind, std::string_view name) {
  return names(session.spec.target, kind, name);
}

bool has_target(const RestoreBatch& batch, std::string_view kind, std::string_view name) {
  return std::ranges::any_of(batch.spec.members, [&](const RestoreBatch::Member& member) {
    return names(member.target, kind, name);
  });
}

/// Restores that may be waiting for an object, their target, to appear.
template <class Kind>
Keys waiting_for(const runtime::Store<Kind>& restores, std::string_view kind, const kube::ObjectMeta& metadata) {
  Keys keys;
  for (const auto& restore : restores.objects()) {
    if (api::is_finished(restore->status.phase) || restore->metadata.namespace_ != metadata.namespace_) continue;
    if (has_target(*restore, kind, metadata.name)) keys.push_back(runtime::key_of(restore->metadata));
  }
  return keys;
}

}  // namespace

template <class Kind>
void watch(runtime::Controller& controller, cluster::Stores& stores, runtime::Store<Kind>& restores) {
  const auto wakes_waiting = [&]<class T>(runtime::Store<T>& store) {
    controller.watches<T>(store, [&restores](const T& object) {
      return waiting_for(restores, T::kResource.kind, object.metadata);
    });
  };
  controller.reconciles(restores)
      .owns(stores.jobs)
      .template watches<api::Pod>(
          stores.pods, [&restores](const api::Pod& pod) { return maker_of(restores, pod.metadata); }
      )
      .template watches<api::PersistentVolumeClaim>(
          stores.claims,
          [&restores](const api::PersistentVolumeClaim& claim) {
            Keys keys = maker_of(restores, claim.metadata);
            for (std::string& key : waiting_for(restores, claim.kResource.kind, claim.metadata)) {
              keys.push_back(std::move(key));
            }
            return keys;
          }
      );
  wakes_waiting(stores.deployments);
  wakes_waiting(stores.stateful_sets);
  wakes_waiting(stores.daemon_sets);
  // No change of a class wakes a restore, but none is judged before the classes are known.
  controller.watches<api::StorageClass>(stores.storage_classes, [](const api::StorageClass&) { return Keys(); });
}

template void watch(runtime::Controller&, cluster::Stores&, runtime::Store<RestoreSession>&);
template void watch(runtime::Controller&, cluster::Stores&, runtime::Store<RestoreBatch>&);

}  // namespace snapstash::restore

#include "features/cluster/stores.hpp"

#include <fmt/format.h>

#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::cluster {
namespace {

std::vector<std::string> label_of(const kube::ObjectMeta& metadata, std::string_view key) {
  const auto found = metadata.labels.find(std::string(key));
  if (found == metadata.labels.end()) return {};
  return {found->second};
}

std::vector<std::string> controller_of(const kube::ObjectMeta& metadata) {
  for (const kube::OwnerReference& owner : metadata.owner_references) {
    if (owner.controller.value_or(false)) return {owner.uid};
  }
  return {};
}

std::vector<std::string> group_of(const api::VolumeSnapshot& snapshot) {
  const auto configuration = label_of(snapshot.metadata, naming::kConfiguration);
  if (configuration.empty()) return {};
  return {snapshot.metadata.namespace_ + "/" + configuration.front()};
}

}  // namespace

Stores::Stores() {
  configurations.add_index(std::string(kByTarget), [](const api::BackupConfiguration& configuration) {
    std::vector<std::string> keys;
    if (const auto& target = configuration.spec.target) {
      keys.push_back(target_key(target->ref.kind, configuration.metadata.namespace_, target->ref.name));
    }
    return keys;
  });
  sessions.add_index(std::string(kByConfiguration), [](const api::BackupSession& session) {
    // A batch of the same name is somebody else.
    if (session.spec.invoker.kind != "BackupConfiguration") return std::vector<std::string>();
    return std::vector<std::string>{configuration_key(session)};
  });
  jobs.add_index(std::string(kByOwner), [](const api::Job& job) { return controller_of(job.metadata); });
  pods.add_index(std::string(kByOwner), [](const api::Pod& pod) { return controller_of(pod.metadata); });
  snapshots.add_index(std::string(kBySession), [](const api::VolumeSnapshot& snapshot) {
    return label_of(snapshot.metadata, naming::kSessionUid);
  });
  snapshots.add_index(std::string(kByConfiguration), group_of);
}

std::string configuration_key(const api::BackupSession& session) {
  return session.metadata.namespace_ + "/" + session.spec.invoker.name;
}

std::string target_key(std::string_view kind, std::string_view namespace_, std::string_view name) {
  return fmt::format("{}/{}/{}", kind, namespace_, name);
}

std::string snapshot_group(std::string_view namespace_, std::string_view configuration) {
  return fmt::format("{}/{}", namespace_, naming::bounded(configuration));
}

kube::Selection managed_objects(const std::string& namespace_) {
  return {
      .namespace_ = namespace_,
      .label_selector = fmt::format("{}={}", naming::kManagedBy, naming::kStashManager),
      .field_selector = ""
  };
}

kube::Selection our_snapshots(const std::string& namespace_) {
  return {.namespace_ = namespace_, .label_selector = std::string(naming::kSessionUid), .field_selector = ""};
}

}  // namespace snapstash::cluster

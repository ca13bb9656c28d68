#include "features/cluster/stores.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
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

template <class T>
void index_by_blueprint(runtime::Store<T>& store) {
  store.add_index(std::string(kByBlueprint), [](const T& target) { return blueprints_of(target.metadata); });
}

std::vector<std::string> group_of(const api::VolumeSnapshot& snapshot) {
  const std::string& namespace_ = snapshot.metadata.namespace_;
  if (const auto batch = label_of(snapshot.metadata, naming::kBatch); !batch.empty()) {
    return {batch_key(namespace_, batch.front())};
  }
  const auto configuration = label_of(snapshot.metadata, naming::kConfiguration);
  if (configuration.empty()) return {};
  return {runtime::key_of(namespace_, configuration.front())};
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
  batches.add_index(std::string(kByTarget), [](const api::BackupBatch& batch) {
    std::vector<std::string> keys;
    for (const auto& member : batch.spec.members) {
      if (!member.target) continue;
      keys.push_back(target_key(member.target->ref.kind, batch.metadata.namespace_, member.target->ref.name));
    }
    return keys;
  });
  configurations.add_index(std::string(kByOwner), [](const api::BackupConfiguration& configuration) {
    return controller_of(configuration.metadata);
  });
  index_by_blueprint(deployments);
  index_by_blueprint(stateful_sets);
  index_by_blueprint(daemon_sets);
  index_by_blueprint(claims);
  sessions.add_index(std::string(kByInvoker), [](const api::BackupSession& session) {
    return std::vector<std::string>{invoker_key(session)};
  });
  jobs.add_index(std::string(kByOwner), [](const api::Job& job) { return controller_of(job.metadata); });
  pods.add_index(std::string(kByOwner), [](const api::Pod& pod) { return controller_of(pod.metadata); });
  snapshots.add_index(std::string(kBySession), [](const api::VolumeSnapshot& snapshot) {
    return label_of(snapshot.metadata, naming::kSessionUid);
  });
  snapshots.add_index(std::string(kByInvoker), group_of);
}

std::vector<std::string> blueprints_of(const kube::ObjectMeta& metadata) {
  std::vector<std::string> names;
  const auto annotation = metadata.annotations.find(naming::kBackupBlueprint);
  if (annotation == metadata.annotations.end()) return names;
  constexpr std::string_view kBetween = ", \t\n";
  std::string_view rest = annotation->second;
  for (std::size_t begin = 0; (begin = rest.find_first_not_of(kBetween)) != std::string_view::npos;) {
    rest.remove_prefix(begin);
    const std::string_view name = rest.substr(0, rest.find_first_of(kBetween));
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    rest.remove_prefix(name.size());
  }
  return names;
}

std::string target_key(std::string_view kind, std::string_view namespace_, std::string_view name) {
  return fmt::format("{}/{}/{}", kind, namespace_, name);
}

std::string snapshot_group(const api::BackupConfiguration& configuration) {
  const auto& metadata = configuration.metadata;
  const std::string name = naming::bounded(metadata.name);
  return configuration.batch ? batch_key(metadata.namespace_, name) : runtime::key_of(metadata.namespace_, name);
}

std::shared_ptr<const api::BackupConfiguration> invoker_of(const Stores& stores, const api::BackupSession& session) {
  const std::string key = runtime::key_of(session.metadata.namespace_, session.spec.invoker.name);
  if (!is_batch(session)) return stores.configurations.get(key);
  const auto batch = stores.batches.get(key);
  return batch ? whole_of(*batch) : nullptr;
}

std::vector<std::shared_ptr<const api::BackupConfiguration>> plans_of(
    const Stores& stores, const api::BackupSession& session
) {
  const std::string key = runtime::key_of(session.metadata.namespace_, session.spec.invoker.name);
  std::vector<std::shared_ptr<const api::BackupConfiguration>> all;
  if (is_batch(session)) {
    const auto batch = stores.batches.get(key);
    for (std::size_t i = 0; batch && i < batch->spec.members.size(); ++i) all.push_back(member_of(*batch, i));
  } else if (auto configuration = stores.configurations.get(key)) {
    all.push_back(std::move(configuration));
  }
  return all;
}

std::vector<std::shared_ptr<const api::BackupConfiguration>> invokers(const Stores& stores) {
  std::vector<std::shared_ptr<const api::BackupConfiguration>> all;
  for (const auto& each : stores.configurations.objects()) {
    if (api::is_ours(*each)) all.push_back(each);
  }
  for (const auto& each : stores.batches.objects()) {
    if (api::is_ours(*each)) all.push_back(whole_of(*each));
  }
  return all;
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

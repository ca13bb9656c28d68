#include "features/neighbours/check.hpp"

#include <algorithm>
#include <array>

#include "kernel/base/event.hpp"

namespace snapstash::neighbours {
namespace {

constexpr kube::Resource kCrds{
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false
};

Task<void> until_listed(cluster::Stores& stores, Executor& executor) {
  Event progress(executor);
  const auto subscription = stores.deployments.on_progress([&progress] { progress.set(); });
  while (!stores.deployments.synced()) {
    progress.reset();
    co_await progress.wait();
  }
}

}  // namespace

std::vector<std::string> stash_operators(const cluster::Stores& stores) {
  constexpr std::array<std::string_view, 3> kNames{"stash", "stash-community", "stash-enterprise"};
  std::vector<std::string> found;
  for (const auto& deployment : stores.deployments.objects()) {
    const auto name = deployment->metadata.labels.find("app.kubernetes.io/name");
    if (name != deployment->metadata.labels.end() &&
        std::ranges::find(kNames, std::string_view(name->second)) != kNames.end()) {
      found.push_back(runtime::key_of(deployment->metadata));
    }
  }
  return found;
}

bool keeps_our_fields(const json::Value& crd) {
  const json::Array* versions = json::find_array(crd, "/spec/versions");
  if (versions == nullptr) return false;
  for (const json::Value& version : *versions) {
    if (json::find_string(version, "/name") != "v1beta1") continue;
    return json::find(version, "/schema/openAPIV3Schema/properties/spec/properties/snapstash") != nullptr;
  }
  return false;
}

Task<void> check(kube::Client& client, cluster::Stores& stores, Executor& executor, Log& log) {
  co_await until_listed(stores, executor);
  for (const std::string& deployment : stash_operators(stores)) {
    log.warning(
        "Stash's own operator runs in this cluster; two operators on the same objects take every backup twice. Scale "
        "it "
        "down: kubectl scale deployment --replicas=0",
        {{"deployment", deployment}}
    );
  }
  const auto crd = co_await client.get_json(kCrds, {"", "backupconfigurations.stash.appscode.com"});
  if (!crd) {
    log.warning("cannot look at the installed CRD", {{"error", crd.error().message}});
  } else if (!keeps_our_fields(*crd)) {
    log.warning(
        "the installed BackupConfiguration CRD is not Snapstash's: it lacks spec.snapstash, and status.snapstash, "
        "without which no status can be written. Install ours: helm upgrade --set crds.takeOver=true --take-ownership"
    );
  }
}

}  // namespace snapstash::neighbours

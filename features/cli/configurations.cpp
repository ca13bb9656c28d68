#include "features/cli/configurations.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/backup_session.hpp"
#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "api/restore_session.hpp"
#include "features/cli/list_all.hpp"

namespace snapstash::cli {
namespace {

/// What completion asks for by name.
constexpr std::array<kube::Resource, 7> kKinds{
    api::BackupConfiguration::kResource,
    api::BackupSession::kResource,
    api::RestoreSession::kResource,
    api::VolumeSnapshot::kResource,
    api::VolumeSnapshotClass::kResource,
    api::StorageClass::kResource,
    kube::Resource{"", "v1", "Namespace", "namespaces", false}
};

}  // namespace

std::string suggest(const std::string& namespace_, const std::vector<std::string>& names) {
  if (names.empty()) {
    return fmt::format(
        "There is no BackupConfiguration in namespace {}; name another one with -n, or look at all with kubectl get "
        "backupconfigurations -A.",
        namespace_
    );
  }
  return fmt::format("The BackupConfigurations in namespace {} are: {}.", namespace_, fmt::join(names, ", "));
}

Task<Result<std::vector<std::string>>> names_of(const Ports& ports, std::string kind) {
  const auto known = std::ranges::find(kKinds, kind, &kube::Resource::plural);
  if (known == kKinds.end()) co_return fail(Code::kInvalid, fmt::format("{}: there is no such kind here", kind));
  kube::Selection here{
      .namespace_ = known->namespaced ? ports.namespace_ : "", .label_selector = "", .field_selector = ""
  };
  const json::Array all = co_await list_all(ports.client, *known, std::move(here));
  std::vector<std::string> names;
  for (const json::Value& each : all) names.emplace_back(json::find_string(each, "/metadata/name"));
  co_return names;
}

Task<Result<std::vector<std::string>>> configuration_names(const Ports& ports) {
  return names_of(ports, std::string(api::BackupConfiguration::kResource.plural));
}

Task<Result<api::BackupConfiguration>> find_configuration(const Ports& ports, std::string name) {
  auto found = co_await ports.client.get<api::BackupConfiguration>({ports.namespace_, name}).as_result();
  if (found || !found.error().is(Code::kNotFound)) co_return found;
  // An error of that list says more: that the kind is not known at all.
  const std::vector<std::string> names = co_await configuration_names(ports);
  co_return fail(
      Code::kNotFound,
      fmt::format(
          "BackupConfiguration {}/{} does not exist. {}", ports.namespace_, name, suggest(ports.namespace_, names)
      )
  );
}

}  // namespace snapstash::cli

#include "features/cli/configurations.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/backup_batch.hpp"
#include "api/backup_session.hpp"
#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"
#include "features/cli/list_all.hpp"
#include "features/cluster/batch.hpp"

namespace snapstash::cli {
namespace {

/// What completion asks for by name.
constexpr std::array<kube::Resource, 9> kKinds{
    api::RestoreBatch::kResource,
    api::BackupBatch::kResource,
    api::BackupConfiguration::kResource,
    api::BackupSession::kResource,
    api::RestoreSession::kResource,
    api::VolumeSnapshot::kResource,
    api::VolumeSnapshotClass::kResource,
    api::StorageClass::kResource,
    kube::Resource{"", "v1", "Namespace", "namespaces", false}
};

template <class T>
Task<Result<T>> find_named(const Ports& ports, std::string name) {
  auto found = co_await ports.client.get<T>({ports.namespace_, name}).as_result();
  if (found || !found.error().is(Code::kNotFound)) co_return found;
  // An error of that list says more: that the kind is not known at all.
  const std::vector<std::string> names = co_await names_of(ports, std::string(T::kResource.plural));
  co_return fail(
      Code::kNotFound, fmt::format(
                           "{} {}/{} does not exist. {}", T::kResource.kind, ports.namespace_, name,
                           suggest(ports.namespace_, names, T::kResource.kind)
                       )
  );
}

}  // namespace

std::string suggest(const std::string& namespace_, const std::vector<std::string>& names, std::string_view kind) {
  if (names.empty()) {
    return fmt::format(
        "There is no {0} in namespace {1}; name another one with -n, or look at all with kubectl get {2} -A.", kind,
        namespace_, kind == "BackupBatch" ? "backupbatches" : "backupconfigurations"
    );
  }
  return fmt::format(
      "The {} in namespace {} are: {}.", kind == "BackupBatch" ? "BackupBatches" : "BackupConfigurations", namespace_,
      fmt::join(names, ", ")
  );
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
  return find_named<api::BackupConfiguration>(ports, std::move(name));
}

Task<Result<api::BackupConfiguration>> find_invoker(const Ports& ports, std::string name, bool batch) {
  if (!batch) co_return co_await find_configuration(ports, std::move(name)).as_result();
  co_return *cluster::whole_of(co_await find_named<api::BackupBatch>(ports, std::move(name)));
}

}  // namespace snapstash::cli

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

}  // namespace

std::string suggest(const std::string& namespace_, const std::vector<std::string>& names, const kube::Resource& kind) {
  if (names.empty()) {
    return fmt::format(
        "There is no {} in namespace {}; name another one with -n, or look at all with kubectl get {} -A.", kind.kind,
        namespace_, kind.plural
    );
  }
  const std::string_view ending = kind.plural.substr(kind.kind.size());
  return fmt::format("The {}{} in namespace {} are: {}.", kind.kind, ending, namespace_, fmt::join(names, ", "));
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

Task<Result<Invoker>> get_invoker(const Ports& ports, std::string name, bool batch) {
  const kube::Place place{ports.namespace_, std::move(name)};
  if (!batch) co_return Invoker{co_await ports.client.get<api::BackupConfiguration>(place), {}};
  const auto found = co_await ports.client.get<api::BackupBatch>(place);
  Invoker invoker{*cluster::whole_of(found), {}};
  for (std::size_t i = 0; i < found.spec.members.size(); ++i) {
    invoker.members.push_back(cluster::member_of(found, i));
  }
  co_return invoker;
}

Task<Result<Invoker>> find_invoker(const Ports& ports, std::string name, bool batch) {
  auto found = co_await get_invoker(ports, name, batch).as_result();
  if (found || !found.error().is(Code::kNotFound)) co_return found;
  // An error of that list says more: that the kind is not known at all.
  const kube::Resource& kind = batch ? api::BackupBatch::kResource : api::BackupConfiguration::kResource;
  const std::vector<std::string> names = co_await names_of(ports, std::string(kind.plural));
  co_return fail(
      Code::kNotFound,
      fmt::format(
          "{} {}/{} does not exist. {}", kind.kind, ports.namespace_, name, suggest(ports.namespace_, names, kind)
      )
  );
}

Task<Result<api::BackupConfiguration>> find_configuration(const Ports& ports, std::string name) {
  Invoker found = co_await find_invoker(ports, std::move(name), false);
  co_return std::move(found.whole);
}

}  // namespace snapstash::cli

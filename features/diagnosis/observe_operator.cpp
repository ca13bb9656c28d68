#include <array>
#include <memory>

#include <fmt/format.h>

#include "api/cluster/workloads.hpp"
#include "features/diagnosis/observe.hpp"
#include "features/jobs/observe.hpp"
#include "features/neighbours/check.hpp"
#include "kernel/runtime/lease_api.hpp"

namespace snapstash::diagnosis {
namespace {

constexpr std::string_view kOurs = "app.kubernetes.io/part-of=snapstash,app.kubernetes.io/component=operator";
constexpr std::string_view kStashs = "app.kubernetes.io/name in (stash,stash-community,stash-enterprise)";
constexpr kube::Resource kCrds{
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false
};

std::int64_t number(const json::Value& object, std::string_view pointer) {
  const json::Value* found = json::find(object, pointer);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

/// The value of one of the operator's flags, "" when it is not set.
std::string flag_of(const json::Value& deployment, std::string_view flag) {
  const json::Array* arguments = json::find_array(deployment, "/spec/template/spec/containers/0/args");
  if (arguments == nullptr) return "";
  for (const json::Value& each : *arguments) {
    const std::string_view argument = each.is_string() ? json::as_view(each) : std::string_view();
    if (argument.starts_with(flag)) return std::string(argument.substr(flag.size()));
  }
  return "";
}

Program program_of(const json::Value& deployment) {
  const auto text = [&](std::string_view pointer) { return std::string(json::find_string(deployment, pointer)); };
  Program made{
      .namespace_ = text("/metadata/namespace"),
      .name = text("/metadata/name"),
      .image = text("/spec/template/spec/containers/0/image"),
      .ready = number(deployment, "/status/readyReplicas"),
      .wanted = number(deployment, "/spec/replicas")
  };
  made.elects = flag_of(deployment, "--leader-elect=") != "false";
  made.lease_namespace = flag_of(deployment, "--leader-election-namespace=");
  made.lease = flag_of(deployment, "--lease-name=");
  if (made.lease_namespace.empty()) made.lease_namespace = made.namespace_;
  if (made.lease.empty()) made.lease = "snapstash";
  return made;
}

Task<void> look_for_groups(Reader& reader, OperatorFacts& facts) {
  for (const std::string_view path : {"stash.appscode.com/v1beta1", "snapshot.storage.k8s.io/v1"}) {
    const bool known = co_await reader.knows(fmt::format("/apis/{}", path));
    if (!known) facts.missing_groups.emplace_back(path.substr(0, path.find('/')));
  }
  const auto crd =
      co_await reader.get(kCrds, {"", "backupconfigurations.stash.appscode.com"}, "the CRD of BackupConfigurations");
  if (crd) facts.schema_is_ours = neighbours::keeps_our_fields(*crd);
}

Task<void> look_for_pods(Reader& reader, std::string namespace_, OperatorFacts& facts) {
  const kube::Selection ours{
      .namespace_ = std::move(namespace_), .label_selector = std::string(kOurs), .field_selector = ""
  };
  for (api::Pod& each : co_await reader.list<api::Pod>(ours, "the operator's pods")) {
    const auto pod = std::make_shared<const api::Pod>(std::move(each));
    facts.pods.push_back(
        {.namespace_ = pod->metadata.namespace_,
         .name = pod->metadata.name,
         .phase = pod->status.phase,
         .trouble = jobs::view({}, {pod}).trouble}
    );
  }
}

Task<void> look_for_lease(Reader& reader, Program program, OperatorFacts& facts) {
  if (!program.elects) co_return;
  const std::size_t before = reader.unseen().size();
  const auto lease = co_await reader.get(
      runtime::ClientLease::kResource, {program.lease_namespace, program.lease}, "the Lease, so who leads"
  );
  if (lease) facts.lease = runtime::record_of(*lease);
  facts.lease_seen = reader.unseen().size() == before;
}

}  // namespace

Task<OperatorFacts> observe_operator(Reader& reader) {
  OperatorFacts facts;
  co_await look_for_groups(reader, facts);
  kube::Selection where{.namespace_ = "", .label_selector = std::string(kOurs), .field_selector = ""};
  const auto programs = co_await reader.list(api::Deployment::kResource, where, "the operator's Deployment");
  if (!programs) co_return facts;
  facts.seen = true;
  for (const json::Value& each : *programs) facts.programs.push_back(program_of(each));
  if (!facts.programs.empty()) {
    const Program& first = facts.programs.front();
    co_await look_for_pods(reader, first.namespace_, facts);
    co_await look_for_lease(reader, first, facts);
  }
  where.label_selector = std::string(kStashs);
  const auto stash = co_await reader.list(api::Deployment::kResource, where, "Stash's Deployments");
  if (!stash) co_return facts;
  for (const json::Value& each : *stash) {
    const Program found = program_of(each);
    if (found.wanted > 0) facts.stash.push_back(fmt::format("{}/{}", found.namespace_, found.name));
  }
  co_return facts;
}

}  // namespace snapstash::diagnosis

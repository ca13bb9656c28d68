#include "features/hooks/job.hpp"

#include "features/cluster/target.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::hooks {
namespace {

/// Kubernetes' own default: ten minutes of trying, longer and longer apart.
constexpr int kPostRetries = 6;

/// On top of what a hook may take, until its pod is killed.
constexpr std::chrono::seconds kGrace{30};

const kube::Resource* resource_of(std::string_view kind) {
  if (kind == "Deployment") return &api::Deployment::kResource;
  if (kind == "StatefulSet") return &api::StatefulSet::kResource;
  return kind == "DaemonSet" ? &api::DaemonSet::kResource : nullptr;
}

}  // namespace

std::chrono::seconds grace_of(const Errand& errand) {
  return std::chrono::ceil<std::chrono::seconds>(errand.timeout) + kGrace;
}

jobs::Plan post_plan(
    std::string name, std::string account, naming::Labels labels, const Errand& errand, std::string_view hook
) {
  labels[std::string(naming::kHook)] = hook;
  return {
      .name = std::move(name),
      .arguments = {"run-hook", "--errand=" + jobs::argument(to_json(errand))},
      .service_account = std::move(account),
      .labels = std::move(labels),
      .retries = kPostRetries,
      .grace = grace_of(errand)
  };
}

json::Value binding_manifest(json::Object metadata, const std::string& account, const std::string& role_prefix) {
  const std::string namespace_(json::find_string(metadata, "/namespace"));
  metadata["name"] = naming::hook_binding(json::find_string(metadata, "/name"));
  return json::Object{
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", "RoleBinding"},
      {"metadata", std::move(metadata)},
      {"roleRef",
       json::Object{
           {"apiGroup", "rbac.authorization.k8s.io"},
           {"kind", "ClusterRole"},
           {"name", json::make_string(role_prefix + "-hook-runner")}
       }},
      {"subjects", json::Array{json::Object{
                       {"kind", "ServiceAccount"},
                       {"name", json::make_string(account)},
                       {"namespace", json::make_string(namespace_)}
                   }}}
  };
}

Task<Result<Audience>> find_audience(
    const cluster::Context& context, api::TargetRef target, std::string namespace_, bool all
) {
  Audience audience{.selector = "", .claim = "", .all = all};
  const kube::Resource* resource = resource_of(target.kind);
  if (resource == nullptr) {
    if (target.kind == "PersistentVolumeClaim") audience.claim = target.name;
    co_return audience;
  }
  auto workload = co_await context.client.get_json(*resource, {namespace_, target.name}).as_result();
  // What the API server and the watch agree on is gone; one of them alone may be an answer from a bad moment.
  const bool gone = !workload && workload.error().is(Code::kNotFound) &&
                    !cluster::find_target(context.stores, target, namespace_, {});
  if (gone) co_return audience;
  if (!workload) co_return fail(std::move(workload).error());
  audience.selector = co_await selector_of(*workload);
  co_return audience;
}

}  // namespace snapstash::hooks

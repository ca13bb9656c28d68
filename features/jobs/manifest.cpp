#include "features/jobs/manifest.hpp"

namespace snapstash::jobs {

json::Object ignore_disruptions() {
  return {
      {"rules", json::Array{json::Object{
                    {"action", "Ignore"},
                    {"onPodConditions", json::Array{json::Object{{"type", "DisruptionTarget"}, {"status", "True"}}}}
                }}}
  };
}

json::Object owner_reference(const Owner& owner) {
  return {
      {"apiVersion", owner.resource.api_version()},
      {"kind", owner.resource.kind},
      {"name", owner.metadata.name},
      {"uid", owner.metadata.uid},
      {"controller", true},
      {"blockOwnerDeletion", true}
  };
}

json::Value manifest(
    const Owner& owner, const Plan& plan, const pods::Defaults& defaults, const api::RuntimeSettings& settings
) {
  const pods::Spec pod{
      .container = "stash",
      .arguments = plan.arguments,
      .environment = {json::Object{
          {"name", "POD_NAMESPACE"},
          {"valueFrom", json::Object{{"fieldRef", json::Object{{"fieldPath", "metadata.namespace"}}}}}
      }},
      .service_account = plan.service_account,
      .labels = plan.labels,
      .annotations = {}
  };
  json::Object pod_template = pods::pod_template(pod, defaults, settings, pods::Kind::kJob);
  if (plan.grace.count() > 0) {
    pod_template["spec"].as_object()["terminationGracePeriodSeconds"] = plan.grace.count();
  }
  json::Object spec{{"backoffLimit", plan.retries}};
  if (plan.retries > 0) spec["podFailurePolicy"] = ignore_disruptions();
  spec["template"] = std::move(pod_template);
  return json::Object{
      {"apiVersion", "batch/v1"},
      {"kind", "Job"},
      {"metadata",
       json::Object{
           {"name", plan.name},
           {"namespace", owner.metadata.namespace_},
           {"labels", kube::to_json(plan.labels)},
           {"ownerReferences", json::Array{owner_reference(owner)}}
       }},
      {"spec", std::move(spec)}
  };
}

std::string argument(const json::Value& value) {
  std::string text;
  for (const char c : json::serialize(value)) {
    if (c == '$') {
      text += "\\u0024";  // only ever inside of a string
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace snapstash::jobs

#include "api/admission_policy.hpp"

#include <utility>

#include "api/backup_batch.hpp"
#include "api/backup_configuration.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"

namespace snapstash::api {

namespace {

/// What one of the two policies says.
struct Policy {
  std::string_view name;
  json::Array resources;
  std::string_view is_new;     ///< CEL: whether what it judges has changed.
  std::string_view elsewhere;  ///< CEL: the references to another namespace, as a list.
};

json::Object metadata(std::string_view name) {
  return {
      {"name", json::make_string(name)},
      {"labels", {{"app.kubernetes.io/name", "stash"}}},
  };
}

// The sentence is the one of Stash's webhook; api/validation says the same.
constexpr std::string_view kMessage =
    "'cross-namespace target reference is not allowed for \"' + variables.elsewhere[0].?kind.orValue('') + "
    "'\": create this object in namespace ' + variables.elsewhere[0].namespace + ', beside its target'";
// An object that was let in before (by Stash's CRDs) can still be paused: its target may no longer be changed.
constexpr std::string_view kTargetIsNew =
    "request.operation == 'CREATE' || !has(oldObject.spec) || !has(oldObject.spec.target) || !has(object.spec) || "
    "!has(object.spec.target) || object.spec.target != oldObject.spec.target";
constexpr std::string_view kMembersAreNew =
    "request.operation == 'CREATE' || !has(oldObject.spec) || !has(oldObject.spec.members) || !has(object.spec) || "
    "!has(object.spec.members) || object.spec.members != oldObject.spec.members";
constexpr std::string_view kTargetElsewhere =
    "has(object.spec.target) && has(object.spec.target.ref) && has(object.spec.target.ref.namespace) && "
    "object.spec.target.ref.namespace != '' && object.spec.target.ref.namespace != object.metadata.namespace ? "
    "[object.spec.target.ref] : []";
constexpr std::string_view kMembersElsewhere =
    "has(object.spec.members) ? object.spec.members.filter(m, has(m.target) && has(m.target.ref) && "
    "has(m.target.ref.namespace) && m.target.ref.namespace != '' && "
    "m.target.ref.namespace != object.metadata.namespace).map(m, m.target.ref) : []";

json::Value manifest(Policy policy) {
  json::Object rule{
      {"apiGroups", json::Array{json::make_string(kGroup)}},
      {"apiVersions", json::Array{json::make_string(kVersion)}},
      {"operations", json::Array{"CREATE", "UPDATE"}},
      {"resources", std::move(policy.resources)},
  };
  return {
      {"apiVersion", "admissionregistration.k8s.io/v1"},
      {"kind", "ValidatingAdmissionPolicy"},
      {"metadata", metadata(policy.name)},
      {"spec",
       {{"failurePolicy", "Fail"},
        {"matchConstraints", {{"resourceRules", json::Array{std::move(rule)}}}},
        {"matchConditions",
         json::Array{
             json::Object{
                 {"name", "volume-snapshotter"},
                 {"expression",
                  "has(object.spec) && has(object.spec.driver) && object.spec.driver == 'VolumeSnapshotter'"}
             },
             json::Object{{"name", "not-being-deleted"}, {"expression", "!has(object.metadata.deletionTimestamp)"}},
             json::Object{{"name", "target-is-new"}, {"expression", json::make_string(policy.is_new)}},
         }},
        {"variables",
         json::Array{json::Object{{"name", "elsewhere"}, {"expression", json::make_string(policy.elsewhere)}}}},
        {"validations", json::Array{json::Object{
                            {"expression", "size(variables.elsewhere) == 0"},
                            {"messageExpression", json::make_string(kMessage)},
                            {"message", "cross-namespace target reference is not allowed"},
                            {"reason", "Invalid"},
                        }}}}},
  };
}

json::Value binding(std::string_view name) {
  return {
      {"apiVersion", "admissionregistration.k8s.io/v1"},
      {"kind", "ValidatingAdmissionPolicyBinding"},
      {"metadata", metadata(name)},
      {"spec", {{"policyName", json::make_string(name)}, {"validationActions", json::Array{"Deny"}}}},
  };
}

}  // namespace

std::vector<NamespacePolicy> namespace_policies() {
  const auto plural = [](const kube::Resource& resource) { return json::make_string(resource.plural); };
  std::vector<NamespacePolicy> all;
  const auto add = [&](Policy policy) {
    const std::string_view name = policy.name;
    all.push_back({name, manifest(std::move(policy)), binding(name)});
  };
  add(
      {"target-namespace.stash.appscode.com",
       {plural(BackupConfiguration::kResource), plural(RestoreSession::kResource)},
       kTargetIsNew,
       kTargetElsewhere}
  );
  add(
      {"member-namespace.stash.appscode.com",
       {plural(BackupBatch::kResource), plural(RestoreBatch::kResource)},
       kMembersAreNew,
       kMembersElsewhere}
  );
  return all;
}

}  // namespace snapstash::api

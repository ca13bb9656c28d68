#include "api/admission_policy.hpp"

#include "api/backup_configuration.hpp"
#include "api/restore_session.hpp"

namespace snapstash::api {

namespace {

json::Object metadata() {
  return {
      {"name", json::make_string(kTargetNamespacePolicy)},
      {"labels", {{"app.kubernetes.io/name", "stash"}}},
  };
}

// The sentence is the one of Stash's webhook; api/validation says the same.
constexpr std::string_view kSameNamespace = "!variables.elsewhere";
constexpr std::string_view kMessage =
    "'cross-namespace target reference is not allowed for \"' + object.spec.target.ref.?kind.orValue('') + "
    "'\": create this object in namespace ' + object.spec.target.ref.namespace + ', beside its target'";
// An object that was let in before (by Stash's CRDs) can still be paused: its target may no longer be changed.
constexpr std::string_view kIsNew =
    "request.operation == 'CREATE' || !has(oldObject.spec) || !has(oldObject.spec.target) || !has(object.spec) || "
    "!has(object.spec.target) || object.spec.target != oldObject.spec.target";
constexpr std::string_view kElsewhere =
    "has(object.spec.target) && has(object.spec.target.ref) && has(object.spec.target.ref.namespace) && "
    "object.spec.target.ref.namespace != '' && object.spec.target.ref.namespace != object.metadata.namespace";

}  // namespace

json::Value target_namespace_policy() {
  json::Object rule{
      {"apiGroups", json::Array{json::make_string(kGroup)}},
      {"apiVersions", json::Array{json::make_string(kVersion)}},
      {"operations", json::Array{"CREATE", "UPDATE"}},
      {"resources",
       json::Array{
           json::make_string(BackupConfiguration::kResource.plural),
           json::make_string(RestoreSession::kResource.plural),
       }},
  };
  return {
      {"apiVersion", "admissionregistration.k8s.io/v1"},
      {"kind", "ValidatingAdmissionPolicy"},
      {"metadata", metadata()},
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
             json::Object{{"name", "target-is-new"}, {"expression", json::make_string(kIsNew)}},
         }},
        {"variables", json::Array{json::Object{{"name", "elsewhere"}, {"expression", json::make_string(kElsewhere)}}}},
        {"validations", json::Array{json::Object{
                            {"expression", json::make_string(kSameNamespace)},
                            {"messageExpression", json::make_string(kMessage)},
                            {"message", "cross-namespace target reference is not allowed"},
                            {"reason", "Invalid"},
                        }}}}},
  };
}

json::Value target_namespace_policy_binding() {
  return {
      {"apiVersion", "admissionregistration.k8s.io/v1"},
      {"kind", "ValidatingAdmissionPolicyBinding"},
      {"metadata", metadata()},
      {"spec", {{"policyName", json::make_string(kTargetNamespacePolicy)}, {"validationActions", json::Array{"Deny"}}}},
  };
}

}  // namespace snapstash::api

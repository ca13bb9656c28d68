#include "features/pods/pod_template.hpp"

#include <gtest/gtest.h>

namespace snapstash::pods {
namespace {

Spec spec() {
  return {
      .container = "stash",
      .arguments = {"create-vs", "--backupsession=web-1"},
      .environment = {},
      .service_account = "account",
      .labels = {{"snapstash.dev/session-uid", "u1"}},
      .annotations = {}
  };
}

Defaults defaults() {
  return {
      .image = "registry/snapstash:1",
      .image_pull_secrets = {"pull"},
      .resources = {{"requests", json::Object{{"cpu", "10m"}}}},
      .labels = {{"team", "storage"}},
      .annotations = {}
  };
}

const json::Value& at(const json::Value& value, std::string_view pointer) {
  static const json::Value kNothing;
  const json::Value* found = json::find(value, pointer);
  return found == nullptr ? kNothing : *found;
}

json::Value made(const api::RuntimeSettings& settings = {}, Kind kind = Kind::kJob) {
  return pod_template(spec(), defaults(), settings, kind);
}

TEST(PodTemplate, IsRestricted) {
  const json::Value pod = made();
  EXPECT_EQ(at(pod, "/spec/securityContext/runAsNonRoot"), json::Value(true));
  EXPECT_EQ(at(pod, "/spec/securityContext/seccompProfile/type"), json::Value("RuntimeDefault"));
  EXPECT_EQ(at(pod, "/spec/containers/0/securityContext/allowPrivilegeEscalation"), json::Value(false));
  EXPECT_EQ(at(pod, "/spec/containers/0/securityContext/capabilities/drop/0"), json::Value("ALL"));
  EXPECT_EQ(at(pod, "/spec/containers/0/securityContext/readOnlyRootFilesystem"), json::Value(true));
}

TEST(PodTemplate, CarriesWhatTheOperatorSays) {
  const json::Value pod = made();
  EXPECT_EQ(at(pod, "/spec/containers/0/image"), json::Value("registry/snapstash:1"));
  EXPECT_EQ(at(pod, "/spec/containers/0/resources/requests/cpu"), json::Value("10m"));
  EXPECT_EQ(at(pod, "/spec/imagePullSecrets/0/name"), json::Value("pull"));
  EXPECT_EQ(at(pod, "/spec/serviceAccountName"), json::Value("account"));
  EXPECT_EQ(at(pod, "/metadata/labels/team"), json::Value("storage"));
  EXPECT_EQ(at(pod, "/metadata/labels/sidecar.istio.io~1inject"), json::Value("false"));
  EXPECT_EQ(at(pod, "/metadata/annotations/linkerd.io~1inject"), json::Value("disabled"));
}

TEST(PodTemplate, TheUsersSettingsWinKeyByKey) {
  api::RuntimeSettings settings;
  settings.pod.security_context = {{"runAsUser", 1000}};
  settings.pod.pod_labels = {{"team", "apps"}, {"snapstash.dev/session-uid", "forged"}};
  settings.container.security_context = {{"readOnlyRootFilesystem", false}};
  settings.container.resources = {{"requests", json::Object{{"memory", "1Mi"}}}};
  const json::Value pod = made(settings);
  EXPECT_EQ(at(pod, "/spec/securityContext/runAsUser"), json::Value(1000));
  EXPECT_EQ(at(pod, "/spec/securityContext/runAsNonRoot"), json::Value(true));
  EXPECT_EQ(at(pod, "/spec/containers/0/securityContext/readOnlyRootFilesystem"), json::Value(false));
  EXPECT_EQ(at(pod, "/spec/containers/0/resources"), json::Value({{"requests", json::Object{{"memory", "1Mi"}}}}));
  EXPECT_EQ(at(pod, "/metadata/labels/team"), json::Value("apps"));
  EXPECT_EQ(at(pod, "/metadata/labels/snapstash.dev~1session-uid"), json::Value("u1"));
}

TEST(PodTemplate, PassesEverySettingThrough) {
  api::RuntimeSettings settings;
  settings.pod.node_selector = {{"disk", "ssd"}};
  settings.pod.node_name = "n1";
  settings.pod.affinity = {{"nodeAffinity", json::Object{}}};
  settings.pod.scheduler_name = "mine";
  settings.pod.tolerations = {json::Object{{"operator", "Exists"}}};
  settings.pod.priority_class_name = "high";
  settings.pod.priority = 7;
  settings.pod.readiness_gates = {json::Object{{"conditionType", "x"}}};
  settings.pod.runtime_class_name = "gvisor";
  settings.pod.enable_service_links = true;
  settings.pod.automount_service_account_token = true;
  settings.pod.topology_spread_constraints = {json::Object{{"topologyKey", "zone"}}};
  settings.container.env = {json::Object{{"name", "A"}, {"value", "b"}}};
  settings.container.env_from = {json::Object{{"prefix", "P"}}};
  settings.container.nice = api::NiceSettings{5};
  settings.container.ionice = api::IoNiceSettings{2, 7};
  settings.container.liveness_probe = {{"periodSeconds", 3}};
  const json::Value pod = made(settings);
  for (const auto* pointer :
       {"/spec/nodeSelector/disk", "/spec/nodeName", "/spec/affinity/nodeAffinity", "/spec/schedulerName",
        "/spec/tolerations/0/operator", "/spec/priorityClassName", "/spec/priority", "/spec/readinessGates/0",
        "/spec/runtimeClassName", "/spec/automountServiceAccountToken", "/spec/topologySpreadConstraints/0",
        "/spec/containers/0/envFrom/0", "/spec/containers/0/livenessProbe"}) {
    EXPECT_FALSE(at(pod, pointer).is_null()) << pointer;
  }
  EXPECT_EQ(at(pod, "/spec/enableServiceLinks"), json::Value(true));
  const json::Value environment = at(pod, "/spec/containers/0/env");
  EXPECT_EQ(
      json::serialize(environment), R"([{"name":"NICE_ADJUSTMENT","value":"5"},{"name":"IONICE_CLASS","value":"2"},)"
                                    R"({"name":"IONICE_CLASS_DATA","value":"7"},{"name":"A","value":"b"}])"
  );
}

TEST(PodTemplate, ATriggersPodTakesNoProbes) {
  api::RuntimeSettings settings;
  settings.container.liveness_probe = {{"periodSeconds", 3}};
  settings.container.lifecycle = {{"preStop", json::Object{}}};
  const json::Value pod = made(settings, Kind::kTrigger);
  EXPECT_TRUE(at(pod, "/spec/containers/0/livenessProbe").is_null());
  EXPECT_TRUE(at(pod, "/spec/containers/0/lifecycle").is_null());
}

}  // namespace
}  // namespace snapstash::pods

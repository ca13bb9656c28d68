#include "sim/admission/kind_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/admission/canonical.hpp"
#include "sim/admission/field_type.hpp"
#include "sim/admission/quantity.hpp"

namespace snapstash::sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr kube::Resource kCronJobs{"batch", "v1", "CronJob", "cronjobs"};
constexpr kube::Resource kJobs{"batch", "v1", "Job", "jobs"};
constexpr kube::Resource kPods{"", "v1", "Pod", "pods"};
constexpr kube::Resource kClaims{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"};
constexpr kube::Resource kAccounts{"", "v1", "ServiceAccount", "serviceaccounts"};
constexpr kube::Resource kNamespaces{"", "v1", "Namespace", "namespaces", false};
constexpr kube::Resource kBindings{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"};
constexpr kube::Resource kLeases{"coordination.k8s.io", "v1", "Lease", "leases"};
constexpr kube::Resource kEvents{"events.k8s.io", "v1", "Event", "events"};
constexpr kube::Resource kStatefulSets{"apps", "v1", "StatefulSet", "statefulsets"};

json::Value value_of(std::string_view text) { return json::parse(text).value(); }

std::vector<std::string> lines(const Causes& causes) {
  std::vector<std::string> all;
  for (const Cause& cause : causes) all.push_back(cause.field + ": " + cause.message);
  return all;
}

std::string with_defaults(const kube::Resource& resource, std::string_view text) {
  json::Value value = value_of(text);
  set_defaults(resource, value);
  return json::serialize(value);
}

/// What is wrong with an object as a server would see it: with its defaults.
std::vector<std::string> wrong_with(const kube::Resource& resource, std::string_view text) {
  json::Value value = value_of(text);
  set_defaults(resource, value);
  return lines(validate_kind(resource, nullptr, value));
}

std::vector<std::string> wrong_with(const kube::Resource& resource, std::string_view before, std::string_view now) {
  json::Value old = value_of(before), value = value_of(now);
  set_defaults(resource, old);
  set_defaults(resource, value);
  return lines(validate_kind(resource, &old, value));
}

std::string cron_job(std::string_view spec, std::string_view pod) {
  return std::string(R"({"metadata":{"name":"a"},"spec":{)")
      .append(spec)
      .append(R"(,"jobTemplate":{"spec":{"template":{"spec":{)")
      .append(pod)
      .append("}}}}}}");
}

// The expectations below are answers of Kubernetes 1.36.

TEST(Defaults, OfCronJobs) {
  EXPECT_EQ(
      value_of(with_defaults(
          kCronJobs,
          R"({"kind":"CronJob","apiVersion":"batch/v1","metadata":{"name":"a","labels":{}},"spec":{"foo":3,)"
          R"("schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":)"
          R"([{"name":"c","image":"i:1","env":[]}]}}}}}})"
      )),
      value_of(
          R"({"kind":"CronJob","apiVersion":"batch/v1","metadata":{"name":"a"},"spec":{"schedule":"* * * * *",)"
          R"("concurrencyPolicy":"Allow","suspend":false,"jobTemplate":{"metadata":{},"spec":{"template":{)"
          R"("metadata":{},"spec":{"containers":[{"name":"c","image":"i:1","resources":{},"terminationMessagePath":)"
          R"("/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],)"
          R"("restartPolicy":"Never","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",)"
          R"("securityContext":{},"schedulerName":"default-scheduler"}}}},"successfulJobsHistoryLimit":3,)"
          R"("failedJobsHistoryLimit":1},"status":{}})"
      )
  );
}

TEST(Defaults, OfJobs) {
  json::Value job = value_of(
      R"({"metadata":{"name":"j"},"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":)"
      R"([{"type":"DisruptionTarget"}]}]},"template":{"spec":{"serviceAccountName":"sa","restartPolicy":"Never",)"
      R"("volumes":[{"name":"s","secret":{"secretName":"x"}},{"name":"p","projected":{"sources":)"
      R"([{"serviceAccountToken":{"path":"t"}}]}}],"containers":[{"name":"c","image":"i","env":[{"name":"A",)"
      R"("valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"ports":[{"containerPort":80}],)"
      R"("livenessProbe":{"httpGet":{"port":80}},"resources":{"limits":{"cpu":"1000m","memory":"1024Mi"}}}]}}}})"
  );
  set_defaults(kJobs, job);
  const json::Value& spec = job.at("spec");
  EXPECT_EQ(spec.at("completions"), 1);
  EXPECT_EQ(spec.at("parallelism"), 1);
  EXPECT_EQ(spec.at("backoffLimit"), 6);
  EXPECT_EQ(spec.at("podReplacementPolicy"), "Failed");
  EXPECT_EQ(json::find_string(spec, "/podFailurePolicy/rules/0/onPodConditions/0/status"), "True");
  EXPECT_EQ(
      spec.at("template").at("spec"),
      value_of(R"({"volumes":[{"name":"s","secret":{"secretName":"x","defaultMode":420}},{"name":"p","projected":)"
               R"({"sources":[{"serviceAccountToken":{"expirationSeconds":3600,"path":"t"}}],"defaultMode":420}}],)"
               R"("containers":[{"name":"c","image":"i","ports":[{"containerPort":80,"protocol":"TCP"}],"env":)"
               R"([{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}}],)"
               R"("resources":{"limits":{"cpu":"1","memory":"1Gi"}},"livenessProbe":{"httpGet":{"path":"/","port":80,)"
               R"("scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},)"
               R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",)"
               R"("imagePullPolicy":"Always"}],"restartPolicy":"Never","terminationGracePeriodSeconds":30,)"
               R"("dnsPolicy":"ClusterFirst","serviceAccountName":"sa","serviceAccount":"sa","securityContext":{},)"
               R"("schedulerName":"default-scheduler"})")
  );
}

TEST(Defaults, OfClaimsMirrorTheirSource) {
  const std::string_view source = R"({"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"s"})";
  for (const std::string_view field : {"dataSource", "dataSourceRef"}) {
    json::Value claim =
        value_of(std::string(R"({"spec":{"storageClassName":"","resources":{"requests":{"storage":"1024Mi"}},")")
                     .append(field)
                     .append("\":")
                     .append(source)
                     .append("}}"));
    set_defaults(kClaims, claim);
    EXPECT_EQ(claim.at("spec").at("dataSource"), value_of(source));
    EXPECT_EQ(claim.at("spec").at("dataSourceRef"), value_of(source));
    EXPECT_EQ(claim.at("spec").at("volumeMode"), "Filesystem");
    EXPECT_EQ(claim.at("spec").at("storageClassName"), "");
    EXPECT_EQ(json::find_string(claim, "/spec/resources/requests/storage"), "1Gi");
    EXPECT_EQ(json::find_string(claim, "/status/phase"), "Pending");
  }
}

TEST(Defaults, AreTheSameTheSecondTime) {
  for (const auto& [resource, text] :
       {std::pair(kCronJobs, cron_job(R"("schedule":"@daily")", R"("containers":[{"name":"c","image":"i"}])")),
        {kStatefulSets, std::string(R"({"spec":{"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{}}]}})")},
        {kBindings, std::string(R"({"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"}]})")}
       }) {
    const std::string once = with_defaults(resource, text);
    EXPECT_EQ(with_defaults(resource, once), once);
  }
}

TEST(Defaults, PutMembersInOneOrder) {
  EXPECT_EQ(
      with_defaults(
          kAccounts, R"({"secrets":[{"name":"s"}],"metadata":{"name":"x","labels":{"b":"1","a":"2"}},)"
                     R"("kind":"ServiceAccount","apiVersion":"v1"})"
      ),
      R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"labels":{"a":"2","b":"1"},"name":"x"},)"
      R"("secrets":[{"name":"s"}]})"
  );
}

TEST(Rules, OfCronJobs) {
  constexpr std::string_view kPod = R"("restartPolicy":"Never","containers":[{"name":"c","image":"i"}])";
  EXPECT_THAT(wrong_with(kCronJobs, cron_job(R"("schedule":"0 2 * * *","timeZone":"Europe/Berlin")", kPod)), IsEmpty());
  EXPECT_THAT(
      wrong_with(kCronJobs, cron_job(R"("schedule":"bad")", kPod)),
      ElementsAre("spec.schedule: Invalid value: \"bad\": expected exactly 5 fields, found 1: [bad]")
  );
  EXPECT_THAT(
      wrong_with(kCronJobs, R"({"metadata":{"name":"a"},"spec":{}})"),
      ElementsAre(
          "spec.schedule: Required value", "spec.jobTemplate.spec.template.spec.containers: Required value",
          "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""
      )
  );
  EXPECT_THAT(
      wrong_with(
          kCronJobs, cron_job(
                         R"("schedule":"* * * * *","timeZone":"","startingDeadlineSeconds":-1,)"
                         R"("successfulJobsHistoryLimit":-1,"concurrencyPolicy":"x")",
                         R"("restartPolicy":"Never","containers":[{"name":"C_","image":""},{"name":"C_"}])"
                     )
      ),
      ElementsAre(
          "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
          "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string",
          "spec.concurrencyPolicy: Unsupported value: \"x\": supported values: \"Allow\", \"Forbid\", \"Replace\"",
          StartsWith("spec.jobTemplate.spec.template.spec.containers[0].name: Invalid value: \"C_\": a lowercase RFC"),
          "spec.jobTemplate.spec.template.spec.containers[0].image: Required value",
          StartsWith("spec.jobTemplate.spec.template.spec.containers[1].name: Invalid value"),
          "spec.jobTemplate.spec.template.spec.containers[1].name: Duplicate value: \"C_\"",
          "spec.jobTemplate.spec.template.spec.containers[1].image: Required value",
          "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"
      )
  );
  EXPECT_THAT(
      wrong_with(kCronJobs, cron_job(R"("schedule":"TZ=UTC * * * * *","timeZone":"Mars/X")", kPod)),
      ElementsAre(
          "spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone "
          "field instead",
          "spec.timeZone: Invalid value: \"Mars/X\": unknown time zone Mars/X"
      )
  );
}

TEST(Rules, OfSchedulesHaveRobfigsSentences) {
  constexpr std::string_view kPod = R"("restartPolicy":"Never","containers":[{"name":"c","image":"i"}])";
  for (const auto& [schedule, sentence] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"0 25 * * *", "end of range (25) above maximum (23): 25"},
           {"* * 0 * *", "beginning of range (0) below minimum (1): 0"},
           {"5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"},
           {"*/0 * * * *", "step of range should be a positive number: */0"},
           {"1-2-3 * * * *", "too many hyphens: 1-2-3"},
           {"* * * foo *", R"(failed to parse int from foo: strconv.Atoi: parsing \"foo\": invalid syntax)"},
           {"@sometimes", "unrecognized descriptor: @sometimes"},
       }) {
    const auto wrong =
        wrong_with(kCronJobs, cron_job(std::string(R"("schedule":")").append(schedule).append("\""), kPod));
    ASSERT_EQ(wrong.size(), 1) << schedule;
    EXPECT_THAT(
        wrong.front(),
        testing::EndsWith(json::as_view(json::parse(std::string("\"").append(sentence).append("\"")).value()))
    );
  }
}

TEST(Undecodable, IsSaidInGosWords) {
  const auto why = [](const kube::Resource& resource, std::string_view text) {
    return undecodable(field_type(resource), value_of(text)).value_or("");
  };
  EXPECT_EQ(
      why(kCronJobs, R"({"spec":{"schedule":5}})"),
      "json: cannot unmarshal number into Go struct field CronJobSpec.spec.schedule of type string"
  );
  EXPECT_EQ(
      why(kClaims, R"({"spec":{"resources":{"requests":{"storage":"much"}}}})"),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  );
  EXPECT_EQ(
      why(kLeases, R"({"spec":{"renewTime":"yesterday"}})"),
      "parsing time \"yesterday\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"yesterday\" as \"2006\""
  );
  EXPECT_EQ(why(kPods, R"({"spec":{"foo":1,"containers":[{"name":"c"},{"name":"c"}]}})"), "");
}

TEST(Rules, OfCronJobsNames) {
  const std::string name(53, 'a');
  const json::Value job =
      value_of(std::string(R"({"metadata":{"name":")").append(name).append(R"("},"spec":{"schedule":"@daily"}})"));
  EXPECT_THAT(lines(validate_kind(kCronJobs, nullptr, job)), Contains(StartsWith("metadata.name: Invalid value")));
  EXPECT_THAT(
      lines(validate_kind(kCronJobs, &job, job)), testing::Not(Contains(StartsWith("metadata.name: Invalid value")))
  );
}

std::string job(std::string_view spec, std::string_view restart) {
  return std::string(R"({"metadata":{"name":"j"},"spec":{)")
      .append(spec)
      .append(R"("template":{"spec":{"restartPolicy":")")
      .append(restart)
      .append(R"(","containers":[{"name":"c","image":"i"}]}}}})");
}

TEST(Rules, OfJobs) {
  EXPECT_THAT(wrong_with(kJobs, job("", "OnFailure")), IsEmpty());
  EXPECT_THAT(
      wrong_with(kJobs, job(R"("podFailurePolicy":{"rules":[{"action":"Ignore"}]},)", "OnFailure")),
      ElementsAre(
          "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is "
          "required",
          "spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when "
          "podFailurePolicy is specified"
      )
  );
  EXPECT_THAT(
      wrong_with(kJobs, job("", "OnFailure"), job(R"("completions":2,)", "Never")),
      ElementsAre(
          "spec.completions: Invalid value: 2: field is immutable", StartsWith("spec.template: Invalid value: {")
      )
  );
}

TEST(Rules, OfJobsStatus) {
  const auto wrong = [](std::string_view status) {
    const json::Value before = value_of(R"({"metadata":{"name":"j","resourceVersion":"1"}})");
    const json::Value now =
        value_of(std::string(R"({"metadata":{"name":"j","resourceVersion":"1"},"status":)").append(status).append("}"));
    return lines(validate_object(kJobs, "status", &before, now));
  };
  EXPECT_THAT(
      wrong(R"({"startTime":"2026-01-01T00:00:00Z","completionTime":"2026-01-01T00:00:00Z","conditions":)"
            R"([{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]})"),
      IsEmpty()
  );
  EXPECT_THAT(
      wrong(R"({"active":1,"conditions":[{"type":"Failed","status":"True"}]})"),
      ElementsAre(
          "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
          "status.active: Invalid value: 1: active>0 is invalid for finished job",
          "status.startTime: Required value: startTime is required for finished job"
      )
  );
}

TEST(Rules, OfPods) {
  const auto pod = [](std::string_view image, std::string_view rest) {
    return std::string(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":")")
        .append(image)
        .append("\"}]")
        .append(rest)
        .append("}}");
  };
  EXPECT_THAT(wrong_with(kPods, pod("a", ""), pod("b", R"(,"nodeName":"n")")), IsEmpty());
  EXPECT_THAT(
      wrong_with(kPods, pod("a", ""), pod("a", R"(,"hostname":"h")")),
      ElementsAre(StartsWith("spec: Forbidden: pod updates may not change fields other than"))
  );
}

constexpr std::string_view kClaim =
    R"({"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}})";

TEST(Rules, OfClaims) {
  EXPECT_THAT(wrong_with(kClaims, kClaim), IsEmpty());
  EXPECT_THAT(
      wrong_with(kClaims, R"({"spec":{}})"), ElementsAre(
                                                 "spec.accessModes: Required value: at least 1 access mode is required",
                                                 "spec.resources[storage]: Required value"
                                             )
  );
  EXPECT_THAT(
      wrong_with(
          kClaims, R"({"spec":{"accessModes":["X"],"dataSource":{"kind":"Foo","name":"n"},)"
                   R"("dataSourceRef":{"kind":"Bar","apiGroup":"g","name":"n"},)"
                   R"("resources":{"requests":{"storage":"0"}}}})"
      ),
      ElementsAre(
          "spec.accessModes: Unsupported value: \"X\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", "
          "\"ReadWriteOnce\", \"ReadWriteOncePod\"",
          "spec.resources[storage]: Invalid value: \"0\": must be greater than zero",
          "spec.dataSource: Invalid value: \"Foo\": must be 'PersistentVolumeClaim' when referencing the default "
          "apiGroup",
          "spec: Invalid value: \"dataSource\": must match dataSourceRef"
      )
  );
}

TEST(Rules, OfClaimsGrowingOnceTheyAreBound) {
  const auto claim = [](std::string_view size, std::string_view phase) {
    return std::string(R"({"spec":{"accessModes":["ReadWriteOnce"],"volumeName":"v","resources":{"requests":{)")
        .append(R"("storage":")")
        .append(size)
        .append(R"("}}},"status":{"phase":")")
        .append(phase)
        .append(R"(","capacity":{"storage":"1Gi"}}})");
  };
  EXPECT_THAT(wrong_with(kClaims, claim("1Gi", "Bound"), claim("2Gi", "Bound")), IsEmpty());
  EXPECT_THAT(
      wrong_with(kClaims, claim("1Gi", "Pending"), claim("2Gi", "Pending")),
      ElementsAre(StartsWith("spec: Forbidden: spec is immutable after creation except resources.requests"))
  );
  EXPECT_THAT(
      wrong_with(kClaims, claim("2Gi", "Bound"), claim("1Gi", "Bound")),
      ElementsAre("spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")
  );
}

TEST(Rules, OfRoleBindings) {
  const std::string_view before =
      R"({"roleRef":{"kind":"ClusterRole","name":"x"},"subjects":[{"kind":"ServiceAccount","name":"s"}]})";
  EXPECT_THAT(wrong_with(kBindings, before), IsEmpty());
  EXPECT_THAT(
      wrong_with(kBindings, R"({"roleRef":{"kind":"Foo","name":""},"subjects":[{"kind":"Bar","name":""}]})"),
      ElementsAre(
          "roleRef.kind: Unsupported value: \"Foo\": supported values: \"Role\", \"ClusterRole\"",
          "roleRef.name: Required value", "subjects[0].name: Required value",
          "subjects[0].kind: Unsupported value: \"Bar\": supported values: \"ServiceAccount\", \"User\", \"Group\""
      )
  );
  EXPECT_THAT(
      wrong_with(kBindings, before, R"({"roleRef":{"kind":"ClusterRole","name":"y"}})"),
      ElementsAre("roleRef: Invalid value: "
                  "{\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"ClusterRole\",\"Name\":\"y\"}: "
                  "cannot change roleRef")
  );
}

TEST(Rules, OfLeases) {
  EXPECT_THAT(
      wrong_with(kLeases, R"({"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}})"),
      ElementsAre(
          "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
          "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"
      )
  );
}

TEST(Rules, OfEvents) {
  const std::string_view event =
      R"({"metadata":{"name":"p","namespace":"adm"},"eventTime":"2026-01-01T00:00:00.000000Z",)"
      R"("reportingController":"a/b","reportingInstance":"x","action":"A","reason":"R","type":"Normal",)"
      R"("regarding":{"kind":"Pod","namespace":"adm","name":"q"},"note":"hi"})";
  EXPECT_THAT(wrong_with(kEvents, event), IsEmpty());
  EXPECT_THAT(
      wrong_with(kEvents, R"({"metadata":{"name":"p","namespace":"adm"}})"),
      ElementsAre(
          "involvedObject.namespace: Invalid value: \"\": does not match event.namespace", "eventTime: Required value",
          "type: Invalid value: \"\": has invalid value: "
      )
  );
  std::string changed(event);
  changed.replace(changed.find("\"hi\""), 4, "\"ho\"");
  EXPECT_THAT(wrong_with(kEvents, event, changed), ElementsAre("message: Invalid value: \"ho\": field is immutable"));
}

TEST(Rules, OfStatefulSets) {
  const auto set = [](std::string_view spec) {
    return std::string(R"({"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},)")
        .append(R"("spec":{"containers":[{"name":"c","image":"i"}]}})")
        .append(spec)
        .append("}}");
  };
  EXPECT_THAT(wrong_with(kStatefulSets, set(""), set(R"(,"replicas":5)")), IsEmpty());
  EXPECT_THAT(
      wrong_with(kStatefulSets, set(""), set(R"(,"serviceName":"s")")),
      ElementsAre(StartsWith("spec: Forbidden: updates to statefulset spec for fields other than"))
  );
}

std::vector<std::string> wrong_metadata(const kube::Resource& resource, std::string_view metadata) {
  return lines(
      validate_metadata(resource, nullptr, value_of(std::string(R"({"metadata":)").append(metadata).append("}")))
  );
}

TEST(Metadata, OfNewObjects) {
  EXPECT_THAT(wrong_metadata(kAccounts, R"({"name":"a.b","namespace":"n"})"), IsEmpty());
  EXPECT_THAT(
      wrong_metadata(kAccounts, "{}"),
      ElementsAre(
          "metadata.name: Required value: name or generateName is required", "metadata.namespace: Required value"
      )
  );
  EXPECT_THAT(
      wrong_metadata(kNamespaces, R"({"name":"A","namespace":"n"})"),
      ElementsAre(
          StartsWith("metadata.name: Invalid value: \"A\": a lowercase RFC 1123 label must consist of"),
          "metadata.namespace: Forbidden: not allowed on this type"
      )
  );
  EXPECT_THAT(
      wrong_metadata(
          kAccounts,
          R"({"name":"a","namespace":"n","labels":{"a b":"c d"},"annotations":{"x/y/z":""},"finalizers":["-"],)"
          R"("ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":""}]})"
      ),
      ElementsAre(
          StartsWith("metadata.labels: Invalid value: \"a b\": name part must consist of"),
          StartsWith("metadata.labels: Invalid value: \"c d\": a valid label must be an empty string or consist of"),
          StartsWith("metadata.annotations: Invalid value: \"x/y/z\": a valid label key must consist of"),
          "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
          StartsWith("metadata.finalizers: Invalid value: \"-\": name part must consist of")
      )
  );
}

TEST(Metadata, OfChangedObjects) {
  const json::Value before = value_of(
      R"({"metadata":{"name":"a","uid":"1","resourceVersion":"1","deletionTimestamp":"t","finalizers":["x/y"]}})"
  );
  const json::Value now =
      value_of(R"({"metadata":{"name":"a","uid":"2","deletionTimestamp":"t","finalizers":["x/y","x/z"]}})");
  EXPECT_THAT(lines(validate_metadata(kAccounts, &before, before)), IsEmpty());
  EXPECT_THAT(
      lines(validate_metadata(kAccounts, &before, now)),
      ElementsAre(
          "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new "
          "finalizers []string{\"x/z\"}",
          "metadata.resourceVersion: Invalid value: \"\": must be specified for an update",
          "metadata.uid: Invalid value: \"2\": field is immutable"
      )
  );
}

TEST(Quantity, HasOneForm) {
  for (const auto& [given, wanted] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"1Gi", "1Gi"},
           {"1024Mi", "1Gi"},
           {"1.5Gi", "1536Mi"},
           {"1000m", "1"},
           {"0.5", "500m"},
           {"100m", "100m"},
           {"5", "5"},
           {"1500M", "1500M"},
           {"2000M", "2G"},
           {"0", "0"},
           {"0Gi", "0"},
           {"1e9", "1e9"},
           {"x", "x"},
           {"1073741824", "1073741824"}
       }) {
    EXPECT_EQ(canonical_quantity(given), wanted) << given;
  }
  EXPECT_EQ(compare_quantities("1Gi", "1024Mi"), std::partial_ordering::equivalent);
  EXPECT_EQ(compare_quantities("1G", "1Gi"), std::partial_ordering::less);
  EXPECT_EQ(compare_quantities("x", "1Gi"), std::partial_ordering::unordered);
}

TEST(InvalidObject, ReadsAsTheServersOwn) {
  const Error one = invalid_object(kCronJobs, "a", {required("spec.schedule")});
  EXPECT_EQ(one.message, "CronJob.batch \"a\" is invalid: spec.schedule: Required value");
  EXPECT_EQ(one.http_status, 422);
  EXPECT_EQ(one.reason, "Invalid");
  const Error two = invalid_object(kPods, "a", {required("a"), required("a"), forbidden("b", "no")});
  EXPECT_EQ(two.message, "Pod \"a\" is invalid: [a: Required value, b: Forbidden: no]");
  EXPECT_EQ(two.causes.size(), 3);
}

}  // namespace
}  // namespace snapstash::sim

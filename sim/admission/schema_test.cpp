#include "sim/admission/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/admission/cel_rules.hpp"

namespace snapstash::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr kube::Resource kSnapshots{"snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots"};
constexpr kube::Resource kConfigurations{
    "stash.appscode.com", "v1beta1", "BackupConfiguration", "backupconfigurations"
};
constexpr kube::Resource kSessions{"stash.appscode.com", "v1beta1", "BackupSession", "backupsessions"};
constexpr std::string_view kNotChecked =
    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the "
    "existing errors to complete validation";

json::Value value_of(std::string_view text) { return json::parse(text).value(); }

std::vector<std::string> lines(const Causes& causes) {
  std::vector<std::string> all;
  for (const Cause& cause : causes) all.push_back(cause.field + ": " + cause.message);
  return all;
}

std::vector<std::string> wrong_with(const kube::Resource& resource, std::string_view text) {
  return lines(find_schema(resource)->validate("", nullptr, value_of(text)));
}

std::vector<std::string> wrong_with(const kube::Resource& resource, std::string_view before, std::string_view now) {
  const json::Value old = value_of(before);
  return lines(find_schema(resource)->validate("", &old, value_of(now)));
}

TEST(Schema, HasNoRuleThatIsNotKnown) {
  EXPECT_EQ(custom_schemas().size(), 9);
  for (const auto& [kind, schema] : custom_schemas()) EXPECT_THAT(unknown_rules(schema), IsEmpty()) << kind;
}

TEST(Schema, PrunesWhatItDoesNotKnow) {
  json::Value snapshot =
      value_of(R"({"apiVersion":"x","kind":"y","metadata":{"name":"n"},"foo":1,"spec":{"bar":{},"source":{"baz":1}}})");
  find_schema(kSnapshots)->prune(snapshot);
  EXPECT_EQ(json::serialize(snapshot), R"({"apiVersion":"x","kind":"y","metadata":{"name":"n"},"spec":{"source":{}}})");
}

TEST(Schema, FillsInDefaultsAndDropsNulls) {
  json::Value configuration = value_of(R"({"spec":{"driver":null,"paused":null,"schedule":"@daily"}})");
  find_schema(kConfigurations)->set_defaults(configuration);
  EXPECT_EQ(configuration.at("spec").at("driver"), json::Value("Restic"));
  EXPECT_EQ(json::find(configuration, "/spec/paused"), nullptr);
}

TEST(Schema, SaysWhatIsOfTheWrongType) {
  EXPECT_THAT(
      wrong_with(kSnapshots, R"({"spec":{"source":{"persistentVolumeClaimName":5}}})"),
      ElementsAre(
          "spec.source.persistentVolumeClaimName: Invalid value: \"integer\": "
          "spec.source.persistentVolumeClaimName in body must be of type string: \"integer\"",
          kNotChecked
      )
  );
  EXPECT_THAT(wrong_with(kSnapshots, "{}"), ElementsAre("spec: Required value", kNotChecked));
  EXPECT_THAT(
      wrong_with(kSnapshots, R"({"spec":{"source":[1]}})"),
      ElementsAre(
          "spec.source: Invalid value: \"array\": spec.source in body must be of type object: \"array\"", kNotChecked
      )
  );
}

TEST(Schema, OfTheStatusNamesFieldsFromThere) {
  const json::Value before = value_of(R"({"spec":{"source":{"persistentVolumeClaimName":"x"}}})");
  const json::Value now =
      value_of(R"({"spec":{"source":{"persistentVolumeClaimName":"x"}},)"
               R"("status":{"restoreSize":"1x","creationTime":"yesterday","readyToUse":"no","error":{"time":3}}})");
  EXPECT_THAT(
      lines(find_schema(kSnapshots)->validate("status", &before, now)),
      ElementsAre(
          "status.restoreSize: Invalid value: \"1x\": restoreSize in body should match "
          R"('^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$')",
          "status.creationTime: Invalid value: \"yesterday\": creationTime in body must be of type date-time: "
          "\"yesterday\"",
          "status.readyToUse: Invalid value: \"string\": readyToUse in body must be of type boolean: \"string\"",
          "status.error.time: Invalid value: \"int64\": error.time in body must be of type date-time: \"int64\"",
          kNotChecked
      )
  );
}

TEST(Schema, FollowsTheSnapshottersRules) {
  EXPECT_THAT(
      wrong_with(kSnapshots, R"({"spec":{"source":{},"volumeSnapshotClassName":""}})"),
      ElementsAre(
          "spec.source: Invalid value: exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be "
          "set",
          "spec.volumeSnapshotClassName: Invalid value: \"\": volumeSnapshotClassName must not be the empty string "
          "when set"
      )
  );
  const std::string_view one = R"({"spec":{"source":{"persistentVolumeClaimName":"x"}}})";
  EXPECT_THAT(wrong_with(kSnapshots, one, one), IsEmpty());
  EXPECT_THAT(
      wrong_with(kSnapshots, one, R"({"spec":{"source":{"persistentVolumeClaimName":"y"}}})"),
      ElementsAre("spec.source.persistentVolumeClaimName: Invalid value: \"y\": persistentVolumeClaimName is immutable")
  );
  EXPECT_THAT(
      wrong_with(kSnapshots, one, R"({"spec":{"source":{"volumeSnapshotContentName":"c"}}})"),
      ElementsAre("spec.source: Invalid value: persistentVolumeClaimName is required once set")
  );
}

constexpr std::string_view kGood =
    R"("driver":"VolumeSnapshotter","schedule":"0 2 * * *","retentionPolicy":{"name":"k","keepLast":1,"prune":true},)"
    R"("target":{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web"}})";

std::string with_spec(std::string_view members) { return std::string(R"({"spec":{)").append(members).append("}}"); }

std::string changed(std::string_view from, std::string_view to) {
  std::string text = with_spec(kGood);
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(Schema, FollowsOurRules) {
  const auto wrong = [](const std::string& text) { return wrong_with(kConfigurations, text); };
  EXPECT_THAT(wrong(with_spec(kGood)), IsEmpty());
  EXPECT_THAT(wrong("{}"), ElementsAre("spec: Required value: say what to do"));
  EXPECT_EQ(wrong(changed("0 2 * * *", "99 * * * *")), std::vector<std::string>());  // the operator finds that
  EXPECT_THAT(
      wrong(changed("0 2 * * *", "now")),
      ElementsAre(testing::StartsWith("spec.schedule: Invalid value: \"now\": must be five fields"))
  );
  EXPECT_THAT(
      wrong(changed("StatefulSet", "CronJob")),
      ElementsAre("spec.target.ref.kind: Invalid value: unsupported target kind \"CronJob\": Snapstash backs up the "
                  "volumes of a Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim")
  );
  EXPECT_THAT(
      wrong(changed("VolumeSnapshotter", "Velero")),
      ElementsAre(
          "spec.driver: Unsupported value: \"Velero\": supported values: \"Restic\", \"VolumeSnapshotter\"", kNotChecked
      )
  );
  EXPECT_THAT(
      wrong(changed(R"("schedule")", R"("timeOut":"1d","schedule")")),
      ElementsAre(testing::StartsWith("spec.timeOut: Invalid value: \"1d\": must be a positive duration"))
  );
}

TEST(Schema, LetsPassWhatWasWrongBefore) {
  const std::string bad = changed("0 2 * * *", "now");
  std::string touched = bad;
  touched.insert(touched.find("\"schedule\""), "\"paused\":true,");
  EXPECT_THAT(wrong_with(kConfigurations, bad, touched), IsEmpty());
  EXPECT_THAT(wrong_with(kConfigurations, bad, changed("0 2 * * *", "then")), testing::SizeIs(1));
}

TEST(Schema, KeepsTerminalPhasesAndSpecs) {
  const std::string_view done =
      R"({"spec":{"invoker":{"kind":"BackupConfiguration","name":"x"}},"status":{"phase":"Succeeded"}})";
  EXPECT_THAT(wrong_with(kSessions, done, done), IsEmpty());
  EXPECT_THAT(
      wrong_with(
          kSessions, done,
          R"({"spec":{"invoker":{"kind":"BackupConfiguration","name":"y"}},"status":{"phase":"Failed"}})"
      ),
      ElementsAre(
          "status.phase: Invalid value: a finished BackupSession keeps its phase",
          "spec: Invalid value: BackupSession spec is immutable"
      )
  );
}

}  // namespace
}  // namespace snapstash::sim

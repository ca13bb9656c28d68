#include "api/crd.hpp"

#include <functional>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "api/admission_policy.hpp"
#include "api/reference_page.hpp"

namespace snapstash::api {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

const json::Value& schema_of(const json::Value& crd) {
  return *json::find(crd, "/spec/versions/0/schema/openAPIV3Schema");
}

std::vector<std::string> strings(const json::Value& crd, std::string_view pointer) {
  std::vector<std::string> all;
  if (const auto* array = json::find_array(crd, pointer)) {
    for (const auto& item : *array) all.emplace_back(json::as_view(item));
  }
  return all;
}

std::vector<std::string> columns(const json::Value& crd) {
  std::vector<std::string> all;
  for (const auto& column : *json::find_array(crd, "/spec/versions/0/additionalPrinterColumns")) {
    if (json::find(column, "/priority") == nullptr) all.emplace_back(json::find_string(column, "/name"));
  }
  return all;
}

TEST(AllCrds, RegisterWhatStashRegisters) {
  const auto crds = all_crds();
  ASSERT_EQ(crds.size(), 6U);
  EXPECT_EQ(json::find_string(crds[0], "/metadata/name"), "backupconfigurations.stash.appscode.com");
  EXPECT_EQ(json::find_string(crds[1], "/metadata/name"), "backupsessions.stash.appscode.com");
  EXPECT_EQ(json::find_string(crds[2], "/metadata/name"), "restoresessions.stash.appscode.com");
  EXPECT_EQ(json::find_string(crds[3], "/metadata/name"), "backupbatches.stash.appscode.com");
  EXPECT_EQ(json::find_string(crds[4], "/metadata/name"), "restorebatches.stash.appscode.com");
  EXPECT_EQ(json::find_string(crds[5], "/metadata/name"), "backupblueprints.stash.appscode.com");
  for (const auto& crd : crds) {
    const bool blueprint = json::find_string(crd, "/spec/names/kind") == "BackupBlueprint";
    EXPECT_EQ(json::find_string(crd, "/metadata/labels/app.kubernetes.io~1name"), "stash");
    EXPECT_EQ(json::find_string(crd, "/spec/scope"), blueprint ? "Cluster" : "Namespaced");
    EXPECT_EQ(json::find_string(crd, "/spec/versions/0/name"), "v1beta1");
    EXPECT_EQ(json::find(crd, "/spec/versions/0/subresources/status") == nullptr, blueprint);
    const auto categories = strings(crd, "/spec/names/categories");
    EXPECT_THAT(
        categories, blueprint ? ElementsAreArray({"stash", "appscode"}) : ElementsAreArray({"stash", "appscode", "all"})
    );
  }
  EXPECT_THAT(strings(crds[0], "/spec/names/shortNames"), ElementsAre("bc"));
  EXPECT_THAT(strings(crds[1], "/spec/names/shortNames"), ElementsAre());
  EXPECT_THAT(strings(crds[2], "/spec/names/shortNames"), ElementsAre("restore"));
  EXPECT_THAT(strings(crds[5], "/spec/names/shortNames"), ElementsAre("bb"));
  EXPECT_THAT(columns(crds[0]), ElementsAre("Task", "Schedule", "Paused", "Phase", "Age"));
  EXPECT_THAT(columns(crds[1]), ElementsAre("Invoker-Type", "Invoker-Name", "Phase", "Duration", "Age"));
  EXPECT_THAT(columns(crds[2]), ElementsAre("Repository", "Phase", "Duration", "Age"));
  EXPECT_THAT(columns(crds[3]), ElementsAre("Schedule", "Paused", "Phase", "Age"));
  EXPECT_THAT(columns(crds[4]), ElementsAre("Repository", "Phase", "Duration", "Age"));
  EXPECT_THAT(columns(crds[5]), ElementsAre("Task", "Schedule", "Age"));
}

TEST(AllCrds, HaveStashsDefaults) {
  const auto crds = all_crds();
  const auto value = [&](std::size_t i, std::string_view pointer) {
    const auto* found = json::find(schema_of(crds[i]), pointer);
    return found == nullptr ? "none" : json::serialize(*found);
  };
  EXPECT_EQ(value(0, "/properties/spec/properties/driver/default"), "\"Restic\"");
  EXPECT_EQ(value(0, "/properties/spec/properties/retryConfig/properties/maxRetry/default"), "1");
  EXPECT_EQ(
      value(0, "/properties/spec/properties/hooks/properties/postBackup/properties/executionPolicy/default"),
      "\"Always\""
  );
  EXPECT_EQ(value(0, "/properties/spec/properties/backupHistoryLimit/default"), "none");
  EXPECT_EQ(value(0, "/properties/spec/required"), R"(["retentionPolicy"])");
  EXPECT_EQ(value(0, "/properties/spec/properties/retentionPolicy/required"), R"(["name","prune"])");
  EXPECT_EQ(value(0, "/required"), "none");
  EXPECT_EQ(value(2, "/properties/spec/properties/driver/default"), "\"Restic\"");
  EXPECT_EQ(value(3, "/properties/spec/properties/driver/default"), "\"Restic\"");
  EXPECT_EQ(value(3, "/properties/spec/properties/executionOrder/default"), "\"Parallel\"");
  EXPECT_EQ(value(4, "/properties/spec/properties/driver/default"), "\"Restic\"");
  EXPECT_EQ(value(4, "/properties/spec/properties/executionOrder/default"), "\"Parallel\"");
  EXPECT_EQ(value(5, "/properties/spec/required"), R"(["retentionPolicy"])");
}

// What the API server asks of a structural schema, as far as slips of ours could break it.
void expect_structural(const json::Value& schema, const std::string& path) {
  const bool opaque = json::find_key(schema, "x-kubernetes-preserve-unknown-fields") != nullptr ||
                      json::find_key(schema, "x-kubernetes-int-or-string") != nullptr;
  EXPECT_TRUE(opaque || json::find_key(schema, "type") != nullptr) << path;
  EXPECT_FALSE(
      json::find_key(schema, "properties") != nullptr && json::find_key(schema, "additionalProperties") != nullptr
  ) << path;
  if (json::find_string(schema, "/type") == "array") EXPECT_NE(json::find_key(schema, "items"), nullptr) << path;
  if (const auto* items = json::find_key(schema, "items")) expect_structural(*items, path + "[]");
  if (const auto* values = json::find_key(schema, "additionalProperties")) expect_structural(*values, path + "{}");
  if (const auto* properties = json::find_object(schema, "/properties")) {
    for (const auto& [key, value] : *properties) expect_structural(value, path + "." + std::string(key));
  }
}

TEST(AllCrds, AreStructural) {
  for (const auto& crd : all_crds()) expect_structural(schema_of(crd), "");
}

TEST(AllCrds, DescribeEveryField) {
  for (const auto& crd : all_crds()) {
    const auto* properties = json::find(schema_of(crd), "/properties/spec");
    for (const auto& row : json::rows_of(*properties)) {
      const bool core_type = row.path.contains("target.volumeClaimTemplates[].spec.") ||
                             row.path.contains("runtimeSettings.pod.topologySpreadConstraints[].");
      if (!core_type) EXPECT_NE(row.description, "") << row.path;
    }
  }
}

TEST(AllCrds, LetObjectsWithoutASpecBeJudged) {
  for (const auto& crd : all_crds()) {
    const auto* rule = json::find(schema_of(crd), "/x-kubernetes-validations/0");
    EXPECT_THAT(std::string(json::find_string(*rule, "/rule")), HasSubstr("oldSelf.hasValue()"));
    EXPECT_EQ(*json::find(*rule, "/optionalOldSelf"), true);
  }
}

TEST(NamespacePolicies, JudgeOnlyObjectsOfTheDriver) {
  const auto policies = namespace_policies();
  ASSERT_EQ(policies.size(), 2U);
  for (const NamespacePolicy& each : policies) {
    const auto policy = json::serialize(each.policy);
    EXPECT_THAT(policy, HasSubstr("object.spec.driver == 'VolumeSnapshotter'"));
    EXPECT_THAT(policy, HasSubstr("cross-namespace target reference is not allowed for "));
    EXPECT_EQ(json::find_string(each.binding, "/spec/policyName"), json::find_string(each.policy, "/metadata/name"));
  }
}

TEST(ReferencePage, ListsEveryKindAndField) {
  const auto page = reference_page();
  EXPECT_THAT(page, HasSubstr("## BackupConfiguration"));
  EXPECT_THAT(page, HasSubstr("| `spec.driver` | `Restic`, `VolumeSnapshotter` | `\"Restic\"` |"));
  EXPECT_THAT(page, HasSubstr("| `spec.retentionPolicy` | object |  | Required. Which snapshots are kept. |"));
  EXPECT_THAT(page, HasSubstr("| `status.targets[].stats[].snapshots[].name` |"));
  EXPECT_THAT(page, HasSubstr("Ready (with `-o wide`)"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("`metadata`")));
}

}  // namespace
}  // namespace snapstash::api

#include "sim/admission/server_side_apply.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/admission/managed_fields.hpp"

namespace snapstash::sim {
namespace {

using testing::ElementsAre;

constexpr kube::Resource kJobs{"batch", "v1", "Job", "jobs"};
constexpr kube::Resource kAccounts{"", "v1", "ServiceAccount", "serviceaccounts"};
constexpr kube::Resource kSnapshots{"snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots"};
constexpr kube::Resource kSessions{"stash.appscode.com", "v1beta1", "BackupSession", "backupsessions"};

json::Value value_of(std::string_view text) { return json::parse(text).value(); }

WallTime second(int number) { return WallTime(std::chrono::seconds(number)); }

Write by(std::string_view manager, const kube::Resource& resource = kAccounts, int at = 0) {
  return {.resource = resource, .subresource = "", .manager = manager, .now = second(at)};
}

/// An object, and what its managers own, each as "name operation: paths".
struct Applied {
  json::Value object;

  void apply(std::string_view configuration, const Write& write) {
    const bool is_new = object.is_null();
    auto made = server_side_apply(is_new ? nullptr : &object, value_of(configuration), write);
    ASSERT_TRUE(made) << made.error().message;
    object = std::move(*made);
    // As the server does it.
    if (is_new) object.at("metadata").as_object()["uid"] = "1";
  }

  json::Value bare() const {
    json::Value copy = object;
    drop_managed_fields(copy);
    copy.as_object().erase("apiVersion");
    copy.as_object().erase("kind");
    copy.at("metadata").as_object().erase("name");
    copy.at("metadata").as_object().erase("uid");
    return copy;
  }

  std::vector<std::string> owners() const {
    std::vector<std::string> all;
    for (const Manager& manager : managers_of(object)) {
      std::string line = manager.name + " " + manager.operation + ":";
      for (const std::string& path : manager.fields.paths()) line += " " + path;
      all.push_back(line);
    }
    return all;
  }
};

constexpr std::string_view kPlain = R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"x")";
std::string account(std::string_view metadata, std::string_view rest = "") {
  return std::string(kPlain).append(metadata).append("}").append(rest).append("}");
}

TEST(Apply, CreatesAndOwnsWhatItSays) {
  Applied it;
  it.apply(account(R"(,"labels":{"a":"1"})", R"(,"imagePullSecrets":[{"name":"s"}])"), by("me", kAccounts, 5));
  EXPECT_EQ(it.bare(), value_of(R"({"metadata":{"labels":{"a":"1"}},"imagePullSecrets":[{"name":"s"}]})"));
  EXPECT_EQ(
      json::serialize(*json::find(it.object, "/metadata/managedFields")),
      R"([{"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:imagePullSecrets":{},)"
      R"("f:metadata":{"f:labels":{"f:a":{}}}},"manager":"me","operation":"Apply","time":"1970-01-01T00:00:05Z"}])"
  );
}

TEST(Apply, ToldTheSameChangesNothing) {
  Applied it;
  const std::string text = account(R"(,"labels":{"a":"1"},"finalizers":["a/b"])", R"(,"secrets":[{"name":"s"}])");
  it.apply(text, by("me", kAccounts, 5));
  const json::Value before = it.object;
  it.apply(text, by("me", kAccounts, 9));
  EXPECT_EQ(it.object, before);
}

TEST(Apply, RemovesWhatItNoLongerSays) {
  Applied it;
  it.apply(account(R"(,"labels":{"a":"1","b":"1"})", R"(,"imagePullSecrets":[{"name":"s"},{"name":"t"}])"), by("me"));
  it.apply(account(R"(,"labels":{"a":"1"})", R"(,"imagePullSecrets":[{"name":"t"}])"), by("me"));
  EXPECT_EQ(it.bare(), value_of(R"({"metadata":{"labels":{"a":"1"}},"imagePullSecrets":[{"name":"t"}]})"));
  it.apply(account(""), by("me"));
  EXPECT_EQ(it.bare(), value_of(R"({"metadata":{}})"));
  EXPECT_THAT(it.owners(), ElementsAre());
}

TEST(Apply, LeavesToOthersWhatTheyOwn) {
  Applied it;
  it.apply(account(R"(,"labels":{"a":"1","b":"1"})"), by("me"));
  it.apply(account(R"(,"labels":{"b":"1","c":"1"})"), by("you"));
  it.apply(account(R"(,"labels":{"a":"2"})"), by("me"));
  EXPECT_EQ(it.bare(), value_of(R"({"metadata":{"labels":{"a":"2","b":"1","c":"1"}}})"));
  EXPECT_THAT(
      it.owners(), ElementsAre("me Apply: .metadata.labels.a", "you Apply: .metadata.labels.b .metadata.labels.c")
  );
}

TEST(Apply, MeetsAConflictUnlessForced) {
  Applied it;
  it.apply(account(R"(,"labels":{"a":"1","b":"1"})"), by("me"));
  const auto one = server_side_apply(&it.object, value_of(account(R"(,"labels":{"a":"2"})")), by("you"));
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().http_status, 409);
  EXPECT_EQ(one.error().reason, "Conflict");
  EXPECT_EQ(one.error().message, "Apply failed with 1 conflict: conflict with \"me\": .metadata.labels.a");
  EXPECT_THAT(
      one.error().causes, ElementsAre(Cause{"FieldManagerConflict", ".metadata.labels.a", "conflict with \"me\""})
  );
  const auto two = server_side_apply(&it.object, value_of(account(R"(,"labels":{"a":"2","b":"2"})")), by("you"));
  EXPECT_EQ(
      two.error().message,
      "Apply failed with 2 conflicts: conflicts with \"me\":\n- .metadata.labels.a\n- .metadata.labels.b"
  );
  Write forced = by("you");
  forced.force = true;
  it.apply(account(R"(,"labels":{"a":"2"})"), forced);
  EXPECT_EQ(it.bare(), value_of(R"({"metadata":{"labels":{"a":"2","b":"1"}}})"));
  EXPECT_THAT(it.owners(), ElementsAre("me Apply: .metadata.labels.b", "you Apply: .metadata.labels.a"));
}

TEST(Apply, ConflictsWithAnUpdateNameItsVersion) {
  Applied it;
  it.apply(account(R"(,"labels":{"a":"1"})"), by("me"));
  json::Value edited = it.object;
  edited.at("metadata").at("labels").as_object()["a"] = "2";
  track_write(&it.object, edited, by("kubectl-edit", kAccounts, 60));
  it.object = edited;
  EXPECT_THAT(it.owners(), ElementsAre("kubectl-edit Update: .metadata.labels.a"));
  const auto again = server_side_apply(&it.object, value_of(account(R"(,"labels":{"a":"1"})")), by("me"));
  ASSERT_FALSE(again);
  EXPECT_EQ(
      again.error().message,
      "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: "
      ".metadata.labels.a"
  );
}

TEST(Apply, MergesContainersAndEnvironmentsByName) {
  const auto job = [](std::string_view container) {
    return std::string(R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"template":{"spec":)")
        .append(R"({"containers":[{"name":"c",)")
        .append(container)
        .append("}]}}}}");
  };
  Applied it;
  it.apply(
      job(R"("image":"i","env":[{"name":"A","value":"1"},{"name":"B","value":"1"}],"args":["x"])"), by("me", kJobs)
  );
  it.apply(job(R"("env":[{"name":"C","value":"3"}],"ports":[{"containerPort":80}])"), by("you", kJobs));
  it.apply(job(R"("image":"j","env":[{"name":"B","value":"2"}],"args":["y","z"])"), by("me", kJobs));
  EXPECT_EQ(
      it.bare(),
      value_of(
          R"({"metadata":{},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"j","env":[)"
          R"({"name":"B","value":"2"},{"name":"C","value":"3"}],"args":["y","z"],"ports":[{"containerPort":80}]}]}}}})"
      )
  );
  EXPECT_EQ(
      json::serialize(*json::find(
          it.object, "/metadata/managedFields/1/fieldsV1/f:spec/f:template/f:spec/f:containers/k:{\"name\":\"c\"}"
      )),
      R"({".":{},"f:env":{"k:{\"name\":\"C\"}":{".":{},"f:name":{},"f:value":{}}},"f:name":{},)"
      R"("f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}})"
  );
}

TEST(Apply, OfTheStatusOwnsOnlyTheStatus) {
  const std::string_view session = R"({"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupSession",)"
                                   R"("metadata":{"name":"x","labels":{"l":"1"}},"spec":{"retryLeft":1},)"
                                   R"("status":{"phase":"Running","conditions":[{"type":"A","status":"True"}]}})";
  Applied it;
  it.apply(session, by("me", kSessions));
  EXPECT_THAT(it.owners(), ElementsAre("me Apply: .metadata.labels.l .spec.retryLeft"));
  it.object.as_object().erase("status");  // the server keeps it out
  Write write = by("me", kSessions);
  write.subresource = "status";
  it.apply(session, write);
  const std::vector<Manager> managers = managers_of(it.object);
  ASSERT_EQ(managers.size(), 2);
  EXPECT_EQ(managers[1].subresource, "status");
  // Conditions are a list without keys here: whoever writes one owns them all.
  EXPECT_THAT(managers[1].fields.paths(), ElementsAre(".status.conditions", ".status.phase"));
}

TEST(Apply, RefusesWhatDoesNotFit) {
  const auto refused = [](std::string_view text, const kube::Resource& resource) {
    const auto made = server_side_apply(nullptr, value_of(text), by("me", resource));
    return made ? "" : std::to_string(made.error().http_status) + " " + made.error().message;
  };
  EXPECT_EQ(refused(account(R"(,"managedFields":[])"), kAccounts), "400 metadata.managedFields must be nil");
  EXPECT_EQ(
      refused(account("", R"(,"foo":1)"), kAccounts),
      "500 failed to create typed patch object (/x; v1, Kind=ServiceAccount): .foo: field not declared in schema"
  );
  EXPECT_EQ(
      refused(account("", R"(,"secrets":[{"name":"a"},{"name":"a"}])"), kAccounts),
      "500 failed to create typed patch object (/x; v1, Kind=ServiceAccount): .secrets: duplicate entries for key "
      "[name=\"a\"]"
  );
}

TEST(TrackWrite, NotesWhoChangedWhat) {
  json::Value made = value_of(account(R"(,"labels":{"a":"1","b":"1"})", R"(,"secrets":[{"name":"s"}])"));
  track_write(nullptr, made, by("one", kAccounts, 1));
  Applied it{made};
  EXPECT_THAT(
      it.owners(),
      ElementsAre("one Update: .secrets .metadata.labels .metadata.labels.a .metadata.labels.b .secrets[name=\"s\"]")
  );
  made.at("metadata").as_object()["uid"] = "1";
  json::Value edited = made;
  edited.at("metadata").at("labels").as_object()["a"] = "2";
  edited.at("metadata").at("labels").as_object().erase("b");
  track_write(&made, edited, by("two", kAccounts, 2));
  it.object = edited;
  EXPECT_THAT(
      it.owners(),
      ElementsAre("one Update: .secrets .metadata.labels .secrets[name=\"s\"]", "two Update: .metadata.labels.a")
  );
}

TEST(TrackWrite, LeavesObjectsWithoutManagersAlone) {
  json::Value live = value_of(account(R"(,"uid":"1","labels":{"a":"1"})"));
  json::Value edited = value_of(account(R"(,"uid":"1","labels":{"a":"2"})"));
  track_write(&live, edited, by("two"));
  EXPECT_EQ(json::find(edited, "/metadata/managedFields"), nullptr);
  // The first apply finds somebody to have owned it all.
  Applied it{edited};
  it.apply(account(R"(,"labels":{"b":"2"})"), by("me"));
  EXPECT_THAT(
      it.owners(), ElementsAre("me Apply: .metadata.labels.b", "before-first-apply Update: .metadata.labels.a")
  );
}

TEST(KeepTimes, WhenNothingElseChanged) {
  json::Value live = value_of(account(R"(,"labels":{"a":"1"})"));
  track_write(nullptr, live, by("one", kAccounts, 1));
  json::Value after = value_of(account(R"(,"labels":{"a":"1"})"));
  track_write(nullptr, after, by("one", kAccounts, 2));
  ASSERT_NE(live, after);
  keep_times_if_unchanged(live, after);
  EXPECT_EQ(live, after);
  json::Value other = value_of(account(R"(,"labels":{"a":"2"})"));
  track_write(nullptr, other, by("one", kAccounts, 2));
  keep_times_if_unchanged(live, other);
  EXPECT_EQ(json::find_string(other, "/metadata/managedFields/0/time"), "1970-01-01T00:00:02Z");
}

TEST(ManagedFields, KeepTenUpdatersAtMost) {
  json::Value object = value_of(account(""));
  Managers managers;
  for (int i = 0; i < 13; ++i) {
    managers.push_back({"m" + std::to_string(i), "Update", "v1", "", format_time(second(i)), {}});
    managers.back().fields.at("f:x" + std::to_string(i)).member = true;
  }
  set_managers(object, managers);
  const Managers kept = managers_of(object);
  ASSERT_EQ(kept.size(), 10);
  EXPECT_EQ(kept.front().name, "ancient-changes");
  EXPECT_THAT(kept.front().fields.paths(), ElementsAre(".x0", ".x1", ".x2", ".x3"));
  EXPECT_EQ(kept.front().time, "1970-01-01T00:00:03Z");
}

TEST(Apply, KnowsSnapshotsByTheirSchema) {
  Applied it;
  it.apply(
      R"({"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"x"},)"
      R"("spec":{"source":{"persistentVolumeClaimName":"c"}}})",
      by("me", kSnapshots)
  );
  EXPECT_THAT(it.owners(), ElementsAre("me Apply: .spec.source.persistentVolumeClaimName"));
}

}  // namespace
}  // namespace snapstash::sim

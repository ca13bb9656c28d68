#include "sim/invariants/safety.hpp"

#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "sim/world/demo.hpp"

/// Each promise is broken once on purpose, by what passes for one of our accounts: what nobody can break proves
/// nothing. Beside it the like deed that is allowed.
namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

constexpr std::string_view kUs = "serviceaccount:demo:one-of-us", kOther = "somebody-else";
constexpr kube::Resource kSessions = api::BackupSession::kResource;

/// Loses one frame of a watch, which the network of a real cluster cannot do.
class LossyFaults : public Faults {
 public:
  std::string lost;  ///< What the frame contains; "" = nothing is lost.
  FrameVerdict on_frame(const FramePoint& point) override {
    if (lost.empty() || !point.node.starts_with("operator") || point.text.find(lost) == std::string_view::npos)
      return {};
    return {.kind = FrameVerdict::Kind::kDrop};
  }
};

class SafetyTest : public testing::Test {
 protected:
  SafetyTest() : world_(1, options()), safety_(world_) { create_demo(world_); }

  WorldOptions options() {
    WorldOptions made;
    made.faults = &faults_;
    return made;
  }

  std::set<std::string> broken() {
    std::set<std::string> names;
    for (const Violation& each : safety_.violations()) names.emplace(each.invariant);
    return names;
  }

  /// Creates what the JSON text says.
  ObjectPtr make(const kube::Resource& resource, const json::Value& object, std::string_view who = kUs) {
    const wire::Response response = world_.cluster().create(who, resource, object);
    EXPECT_EQ(response.status, 201) << response.body;
    return world_.cluster().find(
        resource, json::find_string(object, "/metadata/namespace"), json::find_string(object, "/metadata/name")
    );
  }
  ObjectPtr make_text(const kube::Resource& resource, std::string_view object, std::string_view who = kUs) {
    return make(resource, json::parse(object).value(), who);
  }

  ObjectPtr make_session(const std::string& name, std::string_view who = kUs) {
    return make(kSessions, backup_session("demo", name, "daily"), who);
  }
  ObjectPtr make_configuration(bool paused = false) {
    json::Value object = backup_configuration("demo", "daily", {"Deployment", "web"}, "0 0 1 1 *");
    object.at("spec").as_object()["paused"] = paused;
    return make(api::BackupConfiguration::kResource, object, kOther);
  }

  static std::string snapshot(std::string_view name, std::string_view session_uid, std::string_view more = "") {
    return fmt::format(
        R"({{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{{"name":"{}","namespace":"demo",
        "labels":{{"snapstash.dev/session-uid":"{}","snapstash.dev/configuration":"daily"}}{}}},
        "spec":{{"source":{{"persistentVolumeClaimName":"data"}}}}}})",
        name, session_uid, more
    );
  }
  static std::string owner(const StoredObject& object) {
    return fmt::format(R"(,"ownerReferences":[{}])", json::serialize(controller_reference(object)));
  }
  static std::string job(std::string_view name, std::string_view more) {
    return fmt::format(
        R"({{"apiVersion":"batch/v1","kind":"Job","metadata":{{"name":"{}","namespace":"demo"{}}},
        "spec":{{"template":{{"spec":{{"restartPolicy":"Never","containers":[{{"name":"a","image":"b"}}]}}}}}}}})",
        name, more
    );
  }

  void set_status(const ObjectPtr& object, std::string_view status, std::string_view who = kOther) {
    const wire::Response response = world_.cluster().patch_status(who, *object, json::parse(status).value());
    EXPECT_EQ(response.status, 200) << response.body;
  }
  void make_ready(const ObjectPtr& made) {
    set_status(
        made, R"({"creationTime":"2026-01-01T00:00:00Z","readyToUse":true,"boundVolumeSnapshotContentName":"c"})"
    );
  }
  void remove(const ObjectPtr& object) { world_.cluster().remove(kUs, *object); }

  LossyFaults faults_;
  World world_;
  Safety safety_;
};

TEST_F(SafetyTest, S1TwoSessionsOfOneSlot) {
  const ObjectPtr configuration = make_configuration();
  json::Value session = backup_session("demo", "daily-1", "daily");
  session.at("metadata").as_object()["ownerReferences"] = json::Array{controller_reference(*configuration)};
  const ObjectPtr first = make(kSessions, session);
  EXPECT_THAT(broken(), IsEmpty());
  world_.cluster().remove(kOther, *first);
  make(kSessions, session);
  EXPECT_THAT(broken(), Contains("S1"));
}

TEST_F(SafetyTest, S2TwoSnapshotsOfOneSessionAndClaim) {
  make_text(kinds::kSnapshot, snapshot("a", "s1"));
  make_text(kinds::kSnapshot, snapshot("b", "s2"));
  EXPECT_THAT(broken(), IsEmpty());
  make_text(kinds::kSnapshot, snapshot("c", "s1"));
  EXPECT_THAT(broken(), Contains("S2"));
}

TEST_F(SafetyTest, S2TwoLiveJobsOfOneSession) {
  const ObjectPtr session = make_session("daily-1");
  set_status(
      make_text(kinds::kJob, job("first", owner(*session))),
      R"({"startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True"}]})"
  );
  make_text(kinds::kJob, job("second", owner(*session)));
  EXPECT_THAT(broken(), IsEmpty());
  make_text(kinds::kJob, job("third", owner(*session)));
  EXPECT_THAT(broken(), Contains("S2"));
}

TEST_F(SafetyTest, S3ADeletionByNameAlone) {
  const ObjectPtr account = make_text(
      kinds::kServiceAccount,
      R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a","namespace":"demo"}})", kOther
  );
  make_text(
      kinds::kServiceAccount,
      R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"b","namespace":"demo"}})", kOther
  );
  remove(account);  // with its UID
  EXPECT_THAT(broken(), IsEmpty());
  kube::Call call = kube::remove(kinds::kServiceAccount, {"demo", "b"}, {});
  call.request.body = R"({"apiVersion":"v1","kind":"DeleteOptions"})";
  EXPECT_EQ(world_.cluster().send(kUs, call).status, 200);
  EXPECT_THAT(broken(), Contains("S3"));
}

TEST_F(SafetyTest, S4TheNewestReadySnapshotIsDeleted) {
  const ObjectPtr old = make_text(kinds::kSnapshot, snapshot("old", "s1"));
  make_ready(old);
  const ObjectPtr newest = make_text(kinds::kSnapshot, snapshot("newest", "s2"));
  make_ready(newest);
  remove(world_.cluster().find(kinds::kSnapshot, "demo", "old"));
  EXPECT_THAT(broken(), IsEmpty());
  remove(world_.cluster().find(kinds::kSnapshot, "demo", "newest"));
  EXPECT_THAT(broken(), Contains("S4"));
}

TEST_F(SafetyTest, S4AHeldSnapshotIsDeleted) {
  json::Value held = json::parse(snapshot("held", "s1")).value();
  held.at("metadata").at("labels").as_object()["snapstash.dev/hold"] = "true";
  remove(make(kinds::kSnapshot, held));
  EXPECT_THAT(broken(), Contains("S4"));
}

TEST_F(SafetyTest, S4ASnapshotOfARunningSessionIsDeleted) {
  const ObjectPtr session = make_session("daily-1");
  set_status(session, R"({"phase":"Running"})");
  const ObjectPtr first = make_text(kinds::kSnapshot, snapshot("a", session->uid()));
  make_ready(first);
  make_ready(make_text(kinds::kSnapshot, snapshot("newer", "s2")));
  remove(world_.cluster().find(kinds::kSnapshot, "demo", "a"));
  EXPECT_THAT(broken(), Contains("S4"));
}

TEST_F(SafetyTest, S4AClaimOrAnUnfinishedSessionIsDeleted) {
  const ObjectPtr done = make_session("daily-1");
  set_status(done, R"({"phase":"Skipped"})");
  remove(world_.cluster().find(kSessions, "demo", "daily-1"));
  EXPECT_THAT(broken(), IsEmpty());
  remove(make_session("daily-2"));
  EXPECT_EQ(safety_.violations().size(), 1U);
  remove(world_.cluster().find(kinds::kClaim, "demo", "data"));
  EXPECT_EQ(safety_.violations().size(), 2U);
  EXPECT_THAT(broken(), testing::ElementsAre("S4"));
}

TEST_F(SafetyTest, S5AnEndThatChanges) {
  const ObjectPtr session = make_session("daily-1");
  set_status(session, R"({"phase":"Pending"})");
  set_status(session, R"({"phase":"Running"})");
  set_status(session, R"({"phase":"Skipped"})");
  EXPECT_THAT(broken(), IsEmpty());
  // Our CRD refuses this, Stash's does not.
  json::Value changed = world_.cluster().find(kSessions, "demo", "daily-1")->value();
  changed.at("status").as_object()["phase"] = "Failed";
  world_.storage().put(get_type(kSessions), changed);
  make_session("daily-2");  // changes are looked at after a request
  EXPECT_THAT(broken(), Contains("S5"));
}

TEST_F(SafetyTest, S5APhaseThatGoesBack) {
  const ObjectPtr session = make_session("daily-1");
  set_status(session, R"({"phase":"Running"})");
  set_status(session, R"({"phase":"Pending"})");
  EXPECT_THAT(broken(), Contains("S5"));
}

/// Returns the status of a session that succeeded with that snapshot.
std::string success(std::string_view name) {
  return fmt::format(
      R"({{"phase":"Succeeded","targets":[{{"ref":{{"kind":"Deployment","name":"web"}},"stats":[
      {{"hostname":"data","phase":"Succeeded","snapshots":[{{"name":"{}"}}]}}]}}]}})",
      name
  );
}

TEST_F(SafetyTest, S6SuccessWithoutASnapshot) {
  const ObjectPtr good = make_session("daily-1");
  make_ready(make_text(kinds::kSnapshot, snapshot("data-1", good->uid())));
  set_status(good, success("data-1"));
  EXPECT_THAT(broken(), IsEmpty());
  set_status(make_session("daily-2"), success("missing"));
  EXPECT_EQ(safety_.violations().size(), 1U);
  const ObjectPtr third = make_session("daily-3");
  make_text(kinds::kSnapshot, snapshot("data-3", third->uid()));
  set_status(third, success("data-3"));  // not ready
  EXPECT_EQ(safety_.violations().size(), 2U);
  set_status(make_session("daily-4"), success("data-1"));  // of another session
  EXPECT_EQ(safety_.violations().size(), 3U);
  set_status(make_session("daily-5"), R"({"phase":"Succeeded","conditions":[]})");
  EXPECT_THAT(broken(), Contains("S6"));
}

TEST_F(SafetyTest, S7AnEndThatDoesNotSayWhy) {
  set_status(
      make_session("daily-1"),
      R"({"phase":"Failed","conditions":[{"type":"A","status":"True","reason":"B","message":"because","lastTransitionTime":"2026-01-01T00:00:00Z"}]})"
  );
  EXPECT_THAT(broken(), IsEmpty());
  set_status(make_session("daily-2"), R"({"phase":"Failed"})");
  EXPECT_EQ(safety_.violations().size(), 1U);
  for (const char* host : {R"({"hostname":"data","phase":"Failed"})", R"({"hostname":"data"})"}) {
    const std::size_t before = safety_.violations().size();
    set_status(
        make_session(fmt::format("other-{}", before)),
        fmt::format(
            R"({{"phase":"Failed","targets":[{{"ref":{{"kind":"Deployment","name":"web"}},"stats":[{}]}}]}})", host
        )
    );
    EXPECT_EQ(safety_.violations().size(), before + 1) << host;
  }
  EXPECT_THAT(broken(), testing::ElementsAre("S7"));
}

TEST_F(SafetyTest, S8AGenerationNobodyMade) {
  const ObjectPtr configuration = make_configuration();
  set_status(configuration, R"({"observedGeneration":1})");
  EXPECT_THAT(broken(), IsEmpty());
  set_status(configuration, R"({"observedGeneration":2})");
  EXPECT_EQ(safety_.violations().size(), 1U);
  set_status(configuration, R"({"observedGeneration":1})");
  EXPECT_EQ(safety_.violations().size(), 2U);
  EXPECT_THAT(broken(), testing::ElementsAre("S8"));
}

TEST_F(SafetyTest, S10OwnersWhereTheyBelong) {
  const ObjectPtr session = make_session("daily-1");
  make_text(kinds::kJob, job("owned", owner(*session)));
  make_text(kinds::kSnapshot, snapshot("free", session->uid()));
  EXPECT_THAT(broken(), IsEmpty());
  make_text(kinds::kJob, job("free", ""));
  EXPECT_EQ(safety_.violations().size(), 1U);
  make_text(kinds::kSnapshot, snapshot("owned", "s2", owner(*session)));
  EXPECT_EQ(safety_.violations().size(), 2U);
  json::Value nameless = json::parse(snapshot("nameless", "")).value();
  nameless.at("metadata").as_object().erase("labels");
  make(kinds::kSnapshot, nameless);
  EXPECT_EQ(safety_.violations().size(), 3U);
  EXPECT_THAT(broken(), testing::ElementsAre("S10"));
}

TEST_F(SafetyTest, S11ANameLeftToTheServer) {
  json::Value session = backup_session("demo", "daily-1", "daily");
  json::Object& metadata = session.at("metadata").as_object();
  metadata.erase("name");
  metadata["generateName"] = "daily-";
  EXPECT_EQ(world_.cluster().create(kUs, kSessions, session).status, 201);
  EXPECT_THAT(broken(), Contains("S11"));
}

TEST_F(SafetyTest, S12AHotLoop) {
  const kube::Call look = kube::get(kinds::kClaim, {"demo", "data"});
  for (int i = 0; i < 399; ++i) world_.cluster().send(kUs, look);
  EXPECT_THAT(broken(), IsEmpty());
  world_.cluster().send(kUs, look);
  EXPECT_THAT(broken(), Contains("S12"));
}

TEST_F(SafetyTest, S13ASessionOfAPausedConfiguration) {
  make_configuration(true);
  make_session("daily-1");  // its CronJob is not suspended yet: that slot was there before
  EXPECT_THAT(broken(), IsEmpty());
  world_.start_operators();
  ASSERT_TRUE(world_.run_until(
      [&] {
        const ObjectPtr cron_job = world_.cluster().find(kinds::kCronJob, "demo", "stash-trigger-daily");
        return cron_job && is_true(cron_job->value(), "/spec/suspend");
      },
      1min
  ));
  make_session("daily-2");
  EXPECT_THAT(broken(), Contains("S13"));
}

TEST_F(SafetyTest, S14ASessionBesideOneThatIsNotCut) {
  const ObjectPtr first = make_session("daily-1"), second = make_session("daily-2"), third = make_session("daily-3");
  set_status(first, R"({"phase":"Running"})");
  const ObjectPtr snapshot_of_first = make_text(kinds::kSnapshot, snapshot("data-1", first->uid()));
  make_ready(snapshot_of_first);
  set_status(second, R"({"phase":"Running"})");
  EXPECT_THAT(broken(), IsEmpty());
  make_text(kinds::kSnapshot, snapshot("data-2", second->uid()));
  set_status(third, R"({"phase":"Running"})");
  EXPECT_THAT(broken(), Contains("S14"));
}

TEST_F(SafetyTest, S16AViewThatMissedSomething) {
  world_.start_operators();
  world_.run_for(5s);
  safety_.compare_views();
  EXPECT_THAT(broken(), IsEmpty());
  faults_.lost = "\"lost-1\"";
  make_text(
      kinds::kClaim,
      R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"lost-1","namespace":"demo"},
      "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"none","resources":{"requests":{"storage":"1Gi"}}}})",
      kOther
  );
  make_text(
      kinds::kClaim,
      R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"seen-1","namespace":"demo"},
      "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"none","resources":{"requests":{"storage":"1Gi"}}}})",
      kOther
  );
  world_.run_for(5s);
  safety_.compare_views();
  EXPECT_THAT(broken(), Contains("S16"));
}

TEST_F(SafetyTest, S18AStatusOfNoVersion) {
  const ObjectPtr session = make_session("daily-1");
  const kube::Place place{"demo", "daily-1"};
  const auto status = [&](std::string_view version) {
    return fmt::format(R"({{"metadata":{{{}}},"status":{{"phase":"Pending"}}}})", version);
  };
  const std::string version(json::find_string(session->value(), "/metadata/resourceVersion"));
  kube::Call call =
      kube::merge_patch(kSessions, place, status(fmt::format(R"("resourceVersion":"{}")", version)), "status");
  EXPECT_EQ(world_.cluster().send(kUs, call).status, 200);
  EXPECT_THAT(broken(), IsEmpty());
  call = kube::merge_patch(kSessions, place, status(""), "status");
  EXPECT_EQ(world_.cluster().send(kUs, call).status, 200);
  EXPECT_THAT(broken(), Contains("S18"));
}

}  // namespace
}  // namespace snapstash::sim

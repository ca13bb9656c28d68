#include "sim/actors/actors_fixture.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

TEST_F(ActorsTest, AJobIsCompleteWhenItsProgramHasEndedWell) {
  make_job("good", "0");
  run_for(20s);
  const ObjectPtr job = cluster.find(kinds::kJob, "demo", "good");
  EXPECT_TRUE(has_condition(*job, "Complete"));
  EXPECT_EQ(number_at(job->value(), "/status/succeeded", 0), 1);
  ASSERT_EQ(pods().size(), 1U);
  const json::Value& pod = pods()[0]->value();
  EXPECT_EQ(json::find_string(pod, "/status/phase"), "Succeeded");
  EXPECT_EQ(json::find_string(pod, "/status/containerStatuses/0/state/terminated/message"), "I am good");
  EXPECT_EQ(json::find(pod, "/metadata/finalizers"), nullptr);
}

TEST_F(ActorsTest, AJobFailsWhenItsPodsDo) {
  make_job("bad", "1", R"("backoffLimit":2,)");
  run_for(3min);
  const ObjectPtr job = cluster.find(kinds::kJob, "demo", "bad");
  EXPECT_EQ(json::find_string(*find_condition(*job, "Failed"), "/reason"), "BackoffLimitExceeded");
  EXPECT_EQ(pods().size(), 3U);
}

TEST_F(ActorsTest, AJobEndsAtItsDeadlineAndItsPodIsStopped) {
  make_job("slow", "wait", R"("activeDeadlineSeconds":30,)");
  run_for(20s);
  EXPECT_EQ(json::find_string(pods().at(0)->value(), "/status/phase"), "Running");
  run_for(20s);
  const ObjectPtr job = cluster.find(kinds::kJob, "demo", "slow");
  EXPECT_EQ(json::find_string(*find_condition(*job, "Failed"), "/reason"), "DeadlineExceeded");
  EXPECT_TRUE(pods().empty());
}

TEST_F(ActorsTest, AnEvictedPodIsReplacedAndNotCounted) {
  make_job("moved", "wait", R"("backoffLimit":0,"podFailurePolicy":{"rules":[{"action":"Ignore",
      "onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]},)");
  run_for(10s);
  kubelet.evict("demo", pods().at(0)->name());
  run_for(10s);
  ASSERT_EQ(pods().size(), 2U);
  const ObjectPtr job = cluster.find(kinds::kJob, "demo", "moved");
  EXPECT_EQ(find_condition(*job, "Failed"), nullptr);
  EXPECT_EQ(number_at(job->value(), "/status/active", 0), 1);
}

TEST_F(ActorsTest, APodOfALostNodeIsEvictedAndEndsWhenTheNodeIsBack) {
  make_job("far", "wait");
  run_for(10s);
  const ObjectPtr pod = pods().at(0);
  const std::string node(json::find_string(pod->value(), "/spec/nodeName"));
  kubelet.lose_node(node);
  nodes.look();
  run_for(60s);
  EXPECT_FALSE(has_condition(*cluster.find(kinds::kNode, "", node), "Ready"));
  EXPECT_FALSE(has_condition(*cluster.find(kinds::kPod, "demo", pod->name()), "Ready"));
  run_for(6min);
  EXPECT_TRUE(is_deleting(*cluster.find(kinds::kPod, "demo", pod->name())));
  EXPECT_TRUE(has_condition(*cluster.find(kinds::kPod, "demo", pod->name()), "DisruptionTarget"));
  kubelet.return_node(node);
  nodes.look();
  run_for(60s);
  EXPECT_EQ(cluster.find(kinds::kPod, "demo", pod->name()), nullptr);
  EXPECT_TRUE(has_condition(*cluster.find(kinds::kNode, "", node), "Ready"));
}

TEST_F(ActorsTest, AnImageThatCannotBePulled) {
  trouble.image_error = "no such image";
  make_job("lost", "0");
  run_for(30s);
  EXPECT_EQ(
      json::find_string(pods().at(0)->value(), "/status/containerStatuses/0/state/waiting/reason"), "ImagePullBackOff"
  );
  trouble = {};
  run_for(30s);
  EXPECT_TRUE(has_condition(*cluster.find(kinds::kJob, "demo", "lost"), "Complete"));
}

TEST_F(ActorsTest, ACronJobMakesAJobPerSlot) {
  create_text(R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"namespace":"demo","name":"tick"},
      "spec":{"schedule":"* * * * *","successfulJobsHistoryLimit":2,"jobTemplate":{"spec":{"template":{"spec":{
      "restartPolicy":"Never","containers":[{"name":"main","image":"x","args":["0"],"env":[]}]}}}}}})");
  run_for(50s);
  EXPECT_TRUE(cluster.list(kinds::kJob).empty());
  run_for(30s);
  const std::int64_t first = unix_seconds(SeededExecutor::kEpoch) / 60 + 1;
  EXPECT_NE(cluster.find(kinds::kJob, "demo", "tick-" + std::to_string(first)), nullptr);
  EXPECT_EQ(text_of(kinds::kCronJob, "tick", "/status/lastScheduleTime"), "2026-01-01T00:01:00Z");
  run_for(4min);
  EXPECT_EQ(cluster.list(kinds::kJob).size(), 2U);
  EXPECT_EQ(cluster.find(kinds::kJob, "demo", "tick-" + std::to_string(first)), nullptr);
  cluster.patch(
      "test", *cluster.find(kinds::kCronJob, "demo", "tick"), json::parse(R"({"spec":{"suspend":true}})").value()
  );
  run_for(3min);
  EXPECT_EQ(text_of(kinds::kCronJob, "tick", "/status/lastScheduleTime"), "2026-01-01T00:05:00Z");
}

TEST_F(ActorsTest, AStatefulSetGetsItsClaims) {
  create_text(R"({"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"namespace":"demo","name":"db"},"spec":{
      "replicas":2,"serviceName":"db","selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":
      {"app":"db"}},"spec":{"containers":[{"name":"main","image":"x"}]}},"volumeClaimTemplates":[{"metadata":{"name":
      "data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"now","resources":{"requests":{"storage":
      "1Gi"}}}}]}})");
  run_for(10s);
  EXPECT_EQ(text_of(kinds::kClaim, "data-db-1", "/status/phase"), "Bound");
  EXPECT_EQ(number_at(cluster.find(kinds::kStatefulSet, "demo", "db")->value(), "/status/readyReplicas", 0), 2);
}

}  // namespace
}  // namespace snapstash::sim

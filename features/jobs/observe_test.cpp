#include "features/jobs/observe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::jobs {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

api::Job job(std::vector<api::StatusCondition> conditions = {}) {
  api::Job made;
  made.metadata.name = "stash-vs-web-1";
  made.metadata.uid = "j1";
  made.status.conditions = std::move(conditions);
  return made;
}

api::Pod pod(std::string phase) {
  api::Pod made;
  made.metadata.name = "p";
  made.metadata.creation_timestamp = WallTime(1s);
  made.spec.node_name = "node";
  made.status.phase = std::move(phase);
  return made;
}

JobView seen(const api::Job& of, const std::vector<api::Pod>& pods) {
  std::vector<std::shared_ptr<const api::Pod>> shared;
  shared.reserve(pods.size());
  for (const api::Pod& each : pods) shared.push_back(std::make_shared<const api::Pod>(each));
  return view(of, shared);
}

TEST(View, AHealthyJobHasNoTrouble) {
  api::Pod creating = pod("Pending");
  creating.status.containers = {{.state = {.waiting = api::ContainerWaiting{"ContainerCreating", ""}}}};
  const JobView made = seen(job(), {creating});
  EXPECT_EQ(made.state, JobView::State::kActive);
  EXPECT_EQ(made.trouble, "");
}

TEST(View, APodThatCannotStartSaysWhy) {
  api::Pod stuck = pod("Pending");
  stuck.status.containers = {{.state = {.waiting = api::ContainerWaiting{"ImagePullBackOff", "no such image"}}}};
  EXPECT_EQ(seen(job(), {stuck}).trouble, "ImagePullBackOff: no such image");
  api::Pod unschedulable = pod("Pending");
  unschedulable.status.conditions = {{"PodScheduled", "False", "Unschedulable", "0/1 nodes are available"}};
  EXPECT_EQ(seen(job(), {unschedulable}).trouble, "Unschedulable: 0/1 nodes are available");
}

TEST(View, AFailedJobSpeaksThroughItsLatestPod) {
  api::Pod first = pod("Failed");
  first.status.reason = "Evicted";
  api::Pod second = pod("Failed");
  second.metadata.creation_timestamp = WallTime(2s);
  second.status.containers = {
      {.state = {.terminated = api::ContainerTerminated{1, "Error", R"({"errors":{"data":"exceeded quota"}})"}}}
  };
  const JobView made = seen(job({{"Failed", "True", "BackoffLimitExceeded", "limit"}}), {second, first});
  EXPECT_EQ(made.state, JobView::State::kFailed);
  EXPECT_EQ(made.trouble, "exit code 1: PVC data: exceeded quota");
  EXPECT_EQ(made.errors.at("data"), "exceeded quota");
}

TEST(View, WithoutAPodTheJobsOwnReasonCounts) {
  EXPECT_EQ(seen(job({{"Failed", "True", "DeadlineExceeded", "too long"}}), {}).trouble, "DeadlineExceeded: too long");
}

TEST(View, EvictionAndOutOfMemoryAreNamed) {
  api::Pod evicted = pod("Failed");
  evicted.status.reason = "Evicted";
  evicted.status.message = "low on memory";
  EXPECT_EQ(seen(job(), {evicted}).trouble, "Evicted: low on memory");
  api::Pod killed = pod("Failed");
  killed.status.containers = {{.state = {.terminated = api::ContainerTerminated{137, "OOMKilled", ""}}}};
  EXPECT_EQ(seen(job(), {killed}).trouble, "OOMKilled");
}

TEST(View, ACompleteJobHasNoTrouble) {
  api::Pod failed = pod("Failed");
  failed.status.reason = "Evicted";
  const JobView made = seen(job({{"Complete", "True", "", ""}}), {failed});
  EXPECT_EQ(made.state, JobView::State::kComplete);
  EXPECT_EQ(made.trouble, "");
}

TEST(MayBeLost, OnlyAPodThatRanAndFellSilent) {
  api::Pod running = pod("Running");
  running.status.conditions = {{"Ready", "True", "", ""}};
  EXPECT_FALSE(may_be_lost(running));
  running.status.conditions = {{"Ready", "False", "", ""}};
  EXPECT_TRUE(may_be_lost(running));
  running.status.phase = "Failed";
  EXPECT_FALSE(may_be_lost(running));
  api::Pod unscheduled = pod("Pending");
  unscheduled.spec.node_name = "";
  EXPECT_FALSE(may_be_lost(unscheduled));
  api::Pod deleting = pod("Running");
  deleting.metadata.deletion_timestamp = WallTime(5s);
  EXPECT_TRUE(may_be_lost(deleting));
}

}  // namespace
}  // namespace snapstash::jobs

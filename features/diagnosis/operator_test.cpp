#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/diagnosis/diagnose.hpp"
#include "features/diagnosis/remedy.hpp"

namespace snapstash::diagnosis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = WallTime(1795562400s);

OperatorFacts well() {
  OperatorFacts facts{.seen = true};
  facts.programs = {
      {.namespace_ = "ns", .name = "snapstash", .ready = 1, .wanted = 1, .lease_namespace = "ns", .lease = "l"}
  };
  facts.lease = runtime::LeaseRecord{.holder = "pod_x", .duration_seconds = 15, .renewed = kNow - 3s};
  facts.lease_seen = true;
  facts.schema_is_ours = true;
  return facts;
}

Finding cause(const OperatorFacts& facts) {
  const auto findings = diagnose(facts, kNow).findings;
  return findings.empty() ? Finding{} : findings.front();
}

TEST(DiagnoseOperator, FindsNothingWhereNothingIs) {
  const Diagnosis made = diagnose(well(), kNow);
  EXPECT_THAT(made.findings, IsEmpty());
  EXPECT_EQ(made.well, "The operator works.");
}

TEST(DiagnoseOperator, WhatMayNotBeSeenIsNoFault) {
  const Diagnosis made = diagnose(OperatorFacts{}, kNow);
  EXPECT_THAT(made.findings, IsEmpty());
  EXPECT_THAT(made.well, HasSubstr("could not be looked at"));
}

TEST(DiagnoseOperator, BeginsWithWhatIsNotInstalled) {
  OperatorFacts facts{.seen = true, .missing_groups = {"stash.appscode.com", "snapshot.storage.k8s.io"}};
  const auto findings = diagnose(facts, kNow).findings;
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_THAT(findings[0].cause, HasSubstr("Snapstash's kinds are not installed"));
  EXPECT_THAT(findings[1].cause, HasSubstr("The cluster has no VolumeSnapshots"));
  EXPECT_THAT(findings[2].cause, HasSubstr("No operator of Snapstash is in this cluster"));
}

TEST(DiagnoseOperator, KnowsStashsSchema) {
  OperatorFacts facts = well();
  facts.schema_is_ours = false;
  EXPECT_THAT(cause(facts).remedy, HasSubstr("crds.takeOver=true"));
}

TEST(DiagnoseOperator, SaysWhyThereIsNoPod) {
  OperatorFacts facts = well();
  facts.programs[0].ready = 0;
  facts.pods = {{.namespace_ = "ns", .name = "p", .phase = "Pending", .trouble = "ImagePullBackOff: no such image"}};
  EXPECT_EQ(
      cause(facts).cause,
      "The operator, Deployment ns/snapstash, has no pod that is ready: pod ns/p: ImagePullBackOff: no such image."
  );
  EXPECT_THAT(cause(facts).remedy, HasSubstr("The node cannot get Snapstash's image"));
  facts.pods[0].trouble = "";
  EXPECT_THAT(cause(facts).remedy, HasSubstr("kubectl logs -n ns deployment/snapstash"));
  facts.programs[0].wanted = 0;
  EXPECT_EQ(cause(facts).remedy, "kubectl scale deployment -n ns snapstash --replicas=1");
}

TEST(DiagnoseOperator, SaysWhoLedLast) {
  OperatorFacts facts = well();
  facts.lease->renewed = kNow - 91s;
  EXPECT_THAT(cause(facts).cause, HasSubstr("No operator leads: Lease ns/l of pod_x was last renewed at 2026-"));
  facts.lease->renewed = kNow - 90s;
  EXPECT_EQ(cause(facts), Finding{});
  facts.lease->holder = "";
  EXPECT_THAT(cause(facts).cause, HasSubstr("has no holder"));
  facts.lease.reset();
  EXPECT_THAT(cause(facts).cause, HasSubstr("does not exist"));
  facts.lease_seen = false;
  EXPECT_EQ(cause(facts), Finding{});
  facts.lease_seen = true;
  facts.programs[0].elects = false;
  EXPECT_EQ(cause(facts), Finding{});
}

TEST(DiagnoseOperator, WarnsOfStash) {
  OperatorFacts facts = well();
  facts.stash = {"stash/stash-community"};
  EXPECT_THAT(cause(facts).cause, HasSubstr("(stash/stash-community)"));
}

TEST(RemedyOf, KnowsTheWordsOfKubernetes) {
  EXPECT_THAT(remedy_of("0/3 nodes: Unschedulable"), HasSubstr("No node takes the pod"));
  EXPECT_THAT(remedy_of(R"(pods "x" is forbidden: exceeded quota: q)"), HasSubstr("ResourceQuota"));
  EXPECT_THAT(remedy_of(R"(is forbidden: violates PodSecurity "restricted:latest")"), HasSubstr("PodSecurity level"));
  EXPECT_THAT(remedy_of("OOMKilled"), HasSubstr("ran out of memory"));
  EXPECT_THAT(remedy_of("VolumeSnapshot x was not taken in time and is deleted."), HasSubstr("cutDeadline"));
  EXPECT_EQ(remedy_of("PVC data does not exist."), "");
}

}  // namespace
}  // namespace snapstash::diagnosis

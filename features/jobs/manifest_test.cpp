#include "features/jobs/manifest.hpp"

#include <gtest/gtest.h>

#include "api/backup_session.hpp"

namespace snapstash::jobs {
namespace {

json::Value made(const Plan& plan) {
  kube::ObjectMeta session;
  session.name = "daily-1";
  session.namespace_ = "demo";
  session.uid = "s1";
  return manifest({api::BackupSession::kResource, session}, plan, {.image = "snapstash:1"}, {});
}

TEST(Manifest, OfAJobThatMayBeRepeated) {
  const json::Value job =
      made({.name = "j", .arguments = {"create-vs"}, .service_account = "sa", .labels = {{"a", "b"}}});
  EXPECT_EQ(json::find(job, "/spec/backoffLimit")->as_int64(), 3);
  EXPECT_NE(json::find(job, "/spec/podFailurePolicy"), nullptr);
  EXPECT_EQ(json::find_string(job, "/metadata/ownerReferences/0/uid"), "s1");
  EXPECT_EQ(json::find_string(job, "/metadata/ownerReferences/0/kind"), "BackupSession");
  EXPECT_EQ(json::find_string(job, "/spec/template/metadata/labels/a"), "b");
  EXPECT_EQ(json::find(job, "/spec/template/spec/terminationGracePeriodSeconds"), nullptr);
}

TEST(Manifest, OfAJobThatMustNotBe) {
  const json::Value job = made({.name = "j", .retries = 0, .grace = std::chrono::seconds(330)});
  EXPECT_EQ(json::find(job, "/spec/backoffLimit")->as_int64(), 0);
  // Kubernetes would replace an evicted pod, and with it run the hook again.
  EXPECT_EQ(json::find(job, "/spec/podFailurePolicy"), nullptr);
  EXPECT_EQ(json::find(job, "/spec/template/spec/terminationGracePeriodSeconds")->as_int64(), 330);
}

TEST(Argument, HasNothingThatTheKubeletExpands) {
  EXPECT_EQ(argument(json::Object{{"k", "$(HOME) $$"}}), R"({"k":"\u0024(HOME) \u0024\u0024"})");
}

}  // namespace
}  // namespace snapstash::jobs

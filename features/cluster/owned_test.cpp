#include "features/cluster/owned.hpp"

#include <gtest/gtest.h>

namespace snapstash::cluster {
namespace {

json::Value parsed(std::string_view text) { return *json::parse(text); }

constexpr std::string_view kCronJob = R"({"metadata":{"name":"x","namespace":"demo","uid":"u","resourceVersion":"1",
  "generation":1,"labels":{"a":"b"},"managedFields":[]},"spec":{"schedule":"* * * * *","suspend":false},"status":{}})";

TEST(Fingerprint, IgnoresWhatControllersWrite) {
  const auto before = fingerprint(parsed(kCronJob));
  json::Value later = parsed(kCronJob);
  later.at("metadata").as_object()["resourceVersion"] = "2";
  later.at("metadata").as_object()["generation"] = 7;
  later.as_object()["status"] = json::Object{{"lastScheduleTime", "2026-07-20T02:00:00Z"}};
  later.as_object()["apiVersion"] = "batch/v1";
  EXPECT_EQ(fingerprint(later), before);
}

TEST(Fingerprint, SeesEditsByHand) {
  const auto before = fingerprint(parsed(kCronJob));
  json::Value suspended = parsed(kCronJob);
  suspended.at("spec").as_object()["suspend"] = true;
  EXPECT_NE(fingerprint(suspended), before);
  json::Value relabelled = parsed(kCronJob);
  relabelled.at("metadata").at("labels").as_object()["a"] = "c";
  EXPECT_NE(fingerprint(relabelled), before);
}

TEST(Fingerprint, SeesSubjectsAndRoles) {
  const auto one = fingerprint(parsed(R"({"metadata":{"name":"b"},"roleRef":{"name":"r"},"subjects":[{"name":"s"}]})"));
  const auto two = fingerprint(parsed(R"({"metadata":{"name":"b"},"roleRef":{"name":"r"},"subjects":[{"name":"t"}]})"));
  EXPECT_NE(one, two);
}

TEST(CronJob, KeepsItsLastSlotAndNoLabels) {
  json::Value value = parsed(kCronJob);
  value.as_object()["status"] = json::Object{{"lastScheduleTime", "2026-07-20T02:00:00Z"}};
  const auto decoded = json::decode<CronJob>(value);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->last_schedule, parse_time("2026-07-20T02:00:00Z"));
  EXPECT_EQ(decoded->metadata.name, "x");
  EXPECT_TRUE(decoded->metadata.labels.empty());
  EXPECT_EQ(decoded->content, fingerprint(value));
}

TEST(CronJob, WithoutMetadataIsMalformed) { EXPECT_FALSE(json::decode<CronJob>(json::Object{})); }

}  // namespace
}  // namespace snapstash::cluster

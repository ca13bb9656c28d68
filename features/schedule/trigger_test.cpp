#include "features/schedule/trigger.hpp"

#include <gtest/gtest.h>

namespace snapstash::schedule {
namespace {

TriggerErrand errand(std::string job_name) {
  TriggerErrand made;
  made.invoker_kind = "BackupConfiguration";
  made.invoker = "web";
  made.invoker_uid = "c1";
  made.cron_job = "stash-trigger-web";
  made.job_name = std::move(job_name);
  made.job_uid = "0c2d45e6-89ab-4cde-8123-456789abcdef";
  made.retry_left = 2;
  made.labels = {{"stash.appscode.com/invoker-name", "web"}};
  return made;
}

TEST(SessionName, IsThatOfTheSlot) { EXPECT_EQ(session_name(errand("stash-trigger-web-28333333")), "web-1699999980"); }

TEST(SessionName, OfAJobMadeByHandIsThatOfItsUid) {
  for (const auto* name :
       {"by-hand", "stash-trigger-web-now", "stash-trigger-web-1", "stash-trigger-web", "stash-trigger-webx28333333"}) {
    EXPECT_EQ(session_name(errand(name)), "web-0c2d45e6") << name;
  }
}

TEST(SessionManifest, IsOwnedAndLabelled) {
  const json::Value made = session_of(errand("stash-trigger-web-28333333"), "demo");
  EXPECT_EQ(json::find_string(made, "/metadata/name"), "web-1699999980");
  EXPECT_EQ(json::find_string(made, "/metadata/namespace"), "demo");
  EXPECT_EQ(json::find_string(made, "/metadata/ownerReferences/0/uid"), "c1");
  EXPECT_EQ(json::find_string(made, "/metadata/labels/stash.appscode.com~1invoker-name"), "web");
  EXPECT_EQ(json::find_string(made, "/spec/invoker/kind"), "BackupConfiguration");
  EXPECT_EQ(json::find_string(made, "/spec/invoker/name"), "web");
  EXPECT_EQ(*json::find(made, "/spec/retryLeft"), json::Value(2));
}

}  // namespace
}  // namespace snapstash::schedule

#include "features/metrics/push_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/metrics/test_objects.hpp"

namespace snapstash::metrics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = PushStep::Kind;

struct PushPlan : testing::Test {
  /// "POST path" of each step, all of which are then carried out.
  std::vector<std::string> carried_out() {
    std::vector<std::string> lines;
    for (const PushStep& step : plan_push(objects.stores, pushed)) {
      const wire::Request request = request_of(step);
      lines.push_back(request.method + " " + request.target);
      note(step, pushed);
    }
    return lines;
  }

  TestObjects objects;
  Pushed pushed;
};

TEST_F(PushPlan, IsStashsRequest) {
  objects.put_configuration("web");
  objects.put_session("web", "Succeeded");
  const auto steps = plan_push(objects.stores, pushed);
  ASSERT_EQ(steps.size(), 1U);
  const wire::Request request = request_of(steps.front());
  EXPECT_EQ(request.method, "POST");  // PUT would take the last success away with every failure
  EXPECT_EQ(request.target, "/metrics/job/backupconfiguration-demo-web");
  EXPECT_EQ(request.headers.find("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(request.body, HasSubstr("# TYPE stash_backup_session_success gauge\n"));
  EXPECT_THAT(
      request.body,
      HasSubstr(R"(stash_appscode_com_backupsession_success{invoker_kind="BackupConfiguration",invoker_name="web",)"
                R"(namespace="demo",driver="VolumeSnapshotter",kind="PersistentVolumeClaim",group=""} 1)")
  );
  EXPECT_TRUE(request.body.ends_with("\n"));
}

TEST_F(PushPlan, ABatchHasAGroupOfItsOwn) {
  objects.put_configuration("web");
  objects.put_batch("web");
  objects.put_session("web", "Succeeded", "BackupBatch");
  const auto steps = plan_push(objects.stores, pushed);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().job, "backupbatch-demo-web");
  EXPECT_THAT(
      steps.front().body,
      HasSubstr(R"(stash_appscode_com_backupsession_success{invoker_kind="BackupBatch",invoker_name="web",)")
  );
}

TEST_F(PushPlan, WhatHasNotChangedIsNotPushedAgain) {
  objects.put_configuration("web");
  objects.put_configuration("other");
  EXPECT_THAT(carried_out(), IsEmpty());  // no results yet
  objects.put_session("web", "Succeeded");
  objects.put_session("other", "Failed");
  EXPECT_THAT(
      carried_out(),
      ElementsAre("POST /metrics/job/backupconfiguration-demo-other", "POST /metrics/job/backupconfiguration-demo-web")
  );
  EXPECT_THAT(carried_out(), IsEmpty());
  objects.put_session("web", "Failed");
  EXPECT_THAT(carried_out(), ElementsAre("POST /metrics/job/backupconfiguration-demo-web"));
}

TEST_F(PushPlan, ARestoreIsAGroupToo) {
  objects.put_restore("back", "Running");
  EXPECT_THAT(carried_out(), IsEmpty());
  objects.put_restore("back", "Succeeded");
  EXPECT_THAT(carried_out(), ElementsAre("POST /metrics/job/restoresession-demo-back"));
}

TEST_F(PushPlan, WhatIsGoneIsDeletedOnce) {
  objects.put_configuration("web");
  objects.put_session("web", "Succeeded");
  carried_out();
  objects.remove_configuration("web");
  EXPECT_THAT(carried_out(), ElementsAre("DELETE /metrics/job/backupconfiguration-demo-web"));
  EXPECT_THAT(carried_out(), IsEmpty());
}

TEST_F(PushPlan, WhatIsMadeAnewStartsFromNothing) {
  objects.put_configuration("web", "first");
  objects.put_session("web", "Succeeded");
  carried_out();
  objects.put_configuration("web", "second");
  EXPECT_THAT(carried_out(), ElementsAre("DELETE /metrics/job/backupconfiguration-demo-web"));
  EXPECT_THAT(carried_out(), ElementsAre("POST /metrics/job/backupconfiguration-demo-web"));
}

TEST_F(PushPlan, WithoutSessionsTheLastResultStays) {
  objects.put_configuration("web");
  objects.put_session("web", "Succeeded");
  carried_out();
  objects.remove_session("web");
  EXPECT_THAT(carried_out(), IsEmpty());
}

TEST_F(PushPlan, WhatCannotBeReadIsNotGone) {
  objects.put_configuration("web");
  objects.put_session("web", "Succeeded");
  carried_out();
  objects.break_configuration("web");
  EXPECT_THAT(carried_out(), IsEmpty());
}

TEST_F(PushPlan, OtherDriversAreStashs) {
  objects.put_configuration("web", "c", "Restic");
  objects.put_session("web", "Succeeded");
  EXPECT_THAT(carried_out(), IsEmpty());
}

TEST_F(PushPlan, NamesThatLeadToOneJobShareItsGroup) {
  objects.put_restore("b-c", "Succeeded", "a");
  objects.put_restore("c", "Failed", "a-b");
  const auto steps = plan_push(objects.stores, pushed);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().job, "restoresession-a-b-c");
  EXPECT_THAT(steps.front().body, HasSubstr(R"(invoker_name="b-c",namespace="a",)"));
  EXPECT_THAT(steps.front().body, HasSubstr(R"(invoker_name="c",namespace="a-b",)"));
}

TEST(Pushgateway, UrlsAreReadAsTheyAre) {
  const auto plain = parse_pushgateway("http://pushgateway.monitoring.svc:9091/");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->scheme, "http");
  EXPECT_EQ(plain->host, "pushgateway.monitoring.svc");
  EXPECT_EQ(plain->port, 9091);
  EXPECT_EQ(plain->path_prefix, "");
  const auto prefixed = parse_pushgateway("https://metrics.example.org/push");
  ASSERT_TRUE(prefixed);
  EXPECT_EQ(prefixed->port, 443);
  EXPECT_EQ(prefixed->path_prefix, "/push");
}

TEST(Pushgateway, WhatIsNoUrlOfOneIsRefused) {
  for (const char* url :
       {"", "pushgateway:9091", "ftp://a", "http://", "http://u:secret@a", "http://a/?b=c", "http://a#b"}) {
    const auto parsed = parse_pushgateway(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, Code::kInvalid);
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace snapstash::metrics

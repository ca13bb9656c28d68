#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/validation.hpp"

namespace snapstash::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

BackupBatch batch() {
  BackupBatch made;
  made.metadata.name = "all";
  made.metadata.namespace_ = "demo";
  made.spec.driver = Driver::kVolumeSnapshotter;
  made.spec.schedule = "0 2 * * *";
  for (const auto* name : {"web", "db"}) {
    BackupBatch::Member member;
    member.target.emplace();
    member.target->ref = {.api_version = "apps/v1", .kind = "Deployment", .name = name};
    made.spec.members.push_back(std::move(member));
  }
  return made;
}

std::vector<std::string> fields(const Problems& problems) {
  std::vector<std::string> names;
  for (const Problem& each : problems) names.push_back(each.field);
  return names;
}

TEST(BatchValidation, PassesWhatWorks) { EXPECT_TRUE(validate(batch()).empty()); }

TEST(BatchValidation, WantsMembers) {
  auto made = batch();
  made.spec.members.clear();
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members"));
}

TEST(BatchValidation, NamesTheMemberThatIsWrong) {
  auto made = batch();
  made.spec.members[1].target->ref.kind = "CronJob";
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members[1].target.ref.kind"));
  made.spec.members[1].target.reset();
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members[1].target"));
}

TEST(BatchValidation, ItsOwnHooksMustNotNeedAPod) {
  auto made = batch();
  made.spec.hooks.edit().pre_backup.emplace().exec = ExecAction{{"true"}};
  const Problems problems = validate(made);
  EXPECT_THAT(fields(problems), ElementsAre("spec.hooks.preBackup"));
  EXPECT_THAT(problems.at(0).message, HasSubstr("a member"));

  auto& handler = *made.spec.hooks.edit().pre_backup;
  handler.exec.reset();
  handler.http_get = HttpGetAction{.host = "", .path = "/", .scheme = "", .port = {8080}, .http_headers = {}};
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.hooks.preBackup"));
  handler.http_get->host = "gate.demo.svc";
  EXPECT_TRUE(validate(made).empty());
}

TEST(BatchValidation, AMembersHooksMayUseItsPods) {
  auto made = batch();
  made.spec.members[0].hooks.edit().pre_backup.emplace().exec = ExecAction{{"true"}};
  EXPECT_TRUE(validate(made).empty());
}

TEST(BatchValidation, LeavesResticToStash) {
  auto made = batch();
  made.spec.driver = Driver::kRestic;
  EXPECT_FALSE(is_ours(made));
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.driver"));
}

}  // namespace
}  // namespace snapstash::api

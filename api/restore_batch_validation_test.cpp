#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"
#include "api/validation.hpp"

namespace snapstash::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RestoreBatch batch() {
  RestoreBatch made;
  made.metadata.name = "all";
  made.metadata.namespace_ = "demo";
  made.spec.driver = Driver::kVolumeSnapshotter;
  for (const auto* name : {"web", "db"}) {
    RestoreBatch::Member member;
    member.target.emplace().volume_claim_templates.push_back(sample_template(name, "s"));
    made.spec.members.push_back(std::move(member));
  }
  return made;
}

std::vector<std::string> fields(const Problems& problems) {
  std::vector<std::string> names;
  for (const Problem& each : problems) names.push_back(each.field);
  return names;
}

TEST(RestoreBatchValidation, PassesWhatWorks) { EXPECT_TRUE(validate(batch()).empty()); }

TEST(RestoreBatchValidation, WantsMembers) {
  auto made = batch();
  made.spec.members.clear();
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members"));
}

TEST(RestoreBatchValidation, NamesTheMemberThatIsWrong) {
  auto made = batch();
  made.spec.members[1].target->volume_claim_templates[0].metadata.name = "Bad_Name";
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members[1].target.volumeClaimTemplates[0].metadata.name"));
  made.spec.members[1].target.reset();
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.members[1].target.volumeClaimTemplates"));
}

TEST(RestoreBatchValidation, NoTwoMembersMayCreateOneClaim) {
  auto made = batch();
  made.spec.members[1].target->volume_claim_templates[0].metadata.name = "web";
  const Problems problems = validate(made);
  EXPECT_THAT(fields(problems), ElementsAre("spec.members[1].target.volumeClaimTemplates[0].metadata.name"));
  EXPECT_THAT(problems.at(0).message, HasSubstr("of spec.members[0].target.volumeClaimTemplates[0]"));
}

TEST(RestoreBatchValidation, ItsOwnHooksMustNotNeedAPod) {
  auto made = batch();
  made.spec.hooks.edit().pre_restore.emplace().exec = ExecAction{{"true"}};
  const Problems problems = validate(made);
  EXPECT_THAT(fields(problems), ElementsAre("spec.hooks.preRestore"));
  EXPECT_THAT(problems.at(0).message, HasSubstr("a member"));
}

TEST(RestoreBatchValidation, AMembersHooksMayUseItsPods) {
  auto made = batch();
  made.spec.members[0].hooks.edit().post_restore.emplace().exec = ExecAction{{"true"}};
  EXPECT_TRUE(validate(made).empty());
}

TEST(RestoreBatchValidation, LeavesResticToStash) {
  auto made = batch();
  made.spec.driver = Driver::kRestic;
  EXPECT_FALSE(is_ours(made));
  EXPECT_THAT(fields(validate(made)), ElementsAre("spec.driver"));
}

TEST(RestoreBatchValidation, ItsSpecStaysAsItIs) {
  auto changed = batch();
  changed.spec.execution_order = RestoreBatch::ExecutionOrder::kSequential;
  EXPECT_THAT(fields(validate_update(batch(), changed)), ElementsAre("spec"));
  EXPECT_TRUE(validate_update(batch(), batch()).empty());
}

}  // namespace
}  // namespace snapstash::api

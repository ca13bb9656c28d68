#include <functional>

#include <gmock/gmock.h>

#include "api/restore_claims.hpp"
#include "api/sample_objects.hpp"
#include "api/validation.hpp"

namespace snapstash::api {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto problem(std::string_view field, std::string_view message) {
  return AllOf(Field(&Problem::field, std::string(field)), Field(&Problem::message, HasSubstr(std::string(message))));
}

constexpr std::string_view kFirst = "spec.target.volumeClaimTemplates[0]";

std::string below(std::string_view field, std::string_view member) { return std::string(field) + std::string(member); }

Problems with(const std::function<void(RestoreSession::Spec&)>& change) {
  RestoreSession session = sample_restore();
  change(session.spec);
  return validate(session);
}

Problems with_templates(std::vector<ClaimTemplate> templates, std::int32_t replicas = 1) {
  return with([&](auto& spec) {
    spec.target->volume_claim_templates = templates;
    spec.target->replicas = replicas;
  });
}

TEST(ValidateRestoreSession, AcceptsTheGuides) {
  EXPECT_THAT(validate(sample_restore()), IsEmpty());
  EXPECT_THAT(
      with_templates({sample_template("restore-data-demo-${POD_ORDINAL}", "source-${POD_ORDINAL}-1")}, 3), IsEmpty()
  );
  EXPECT_THAT(with_templates({sample_template("restore-data-demo-${POD_ORDINAL}", "source-0-1")}, 3), IsEmpty());
}

TEST(ValidateRestoreSession, AcceptsWhatStashAccepts) {
  EXPECT_THAT(
      with([](auto& spec) {
        spec.target->volume_claim_templates[0].metadata.namespace_ = "demo";
        spec.target->volume_claim_templates[0].spec.erase("dataSource");
        spec.target->ref = TargetRef{"apps/v1", "Deployment", "app", "demo"};
      }),
      IsEmpty()
  );
}

TEST(ValidateRestoreSession, LeavesResticToStash) {
  EXPECT_THAT(
      with([](auto& spec) { spec.driver = Driver::kRestic; }),
      ElementsAre(problem("spec.driver", "leave this object to Stash"))
  );
  EXPECT_FALSE(is_ours(RestoreSession{}));
  EXPECT_TRUE(is_ours(sample_restore()));
}

TEST(ValidateRestoreSession, WantsTemplatesWithNames) {
  EXPECT_THAT(
      with([](auto& spec) { spec.target.reset(); }),
      ElementsAre(problem("spec.target.volumeClaimTemplates", "name at least one PersistentVolumeClaim"))
  );
  EXPECT_THAT(with_templates({}), ElementsAre(problem("spec.target.volumeClaimTemplates", "name at least one")));
  EXPECT_THAT(
      with_templates({sample_template("", "s")}), ElementsAre(problem(below(kFirst, ".metadata.name"), "needs a name"))
  );
  EXPECT_THAT(
      with_templates({sample_template("Bad_Name", "s")}),
      ElementsAre(problem(below(kFirst, ".metadata.name"), "\"Bad_Name\" is not a name"))
  );
}

TEST(ValidateRestoreSession, FindsNamesThatAreUsedTwice) {
  EXPECT_THAT(
      with_templates({sample_template("a", "s"), sample_template("b", "s"), sample_template("a", "t")}),
      ElementsAre(problem(
          "spec.target.volumeClaimTemplates[2].metadata.name",
          "\"a\" is also the name of a claim of spec.target.volumeClaimTemplates[0]"
      ))
  );
  EXPECT_THAT(
      with_templates({sample_template("a", "s")}, 2),
      ElementsAre(problem(below(kFirst, ".metadata.name"), "every template's name needs ${POD_ORDINAL}"))
  );
  EXPECT_THAT(
      with_templates({sample_template("a-${POD_ORDINAL}", "s"), sample_template("a-1", "s")}, 2),
      ElementsAre(problem(
          below(kFirst, ".metadata.name"), "\"a-1\" is also the name of a claim of spec.target.volumeClaimTemplates[1]"
      ))
  );
  EXPECT_THAT(
      with_templates({sample_template("a-${POD_ORDINAL:0:1}", "s")}, 12),
      ElementsAre(problem(below(kFirst, ".metadata.name"), "\"a-1\" would be the name of several claims"))
  );
}

TEST(ValidateRestoreSession, FindsBadExpressions) {
  EXPECT_THAT(
      with_templates({sample_template("a-${POD_NAME}", "s")}),
      ElementsAre(problem(kFirst, "input/default value not found for key POD_NAME"))
  );
  EXPECT_THAT(
      with_templates({sample_template("a", "s-${POD_ORDINAL")}), ElementsAre(problem(kFirst, "bad substitution"))
  );
  EXPECT_THAT(
      with_templates({sample_template("a-${POD_ORDINAL}-", "s")}),
      ElementsAre(problem(below(kFirst, ".metadata.name"), "\"a-0-\" is not a name"))
  );
}

TEST(ValidateRestoreSession, ChecksDataSources) {
  const auto source = [](std::string_view member, json::Object value) {
    ClaimTemplate claim = sample_template("a", "s");
    claim.spec.erase("dataSource");
    claim.spec.emplace(boost::json::string_view(member.data(), member.size()), std::move(value));
    return with_templates({claim});
  };
  EXPECT_THAT(
      source("dataSource", {{"kind", "PersistentVolumeClaim"}, {"name", "x"}}),
      ElementsAre(problem(
          below(kFirst, ".spec.dataSource"), "a restore starts from a VolumeSnapshot of snapshot.storage.k8s.io"
      ))
  );
  EXPECT_THAT(
      source("dataSource", {{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}}),
      ElementsAre(problem(below(kFirst, ".spec.dataSource.name"), "names no VolumeSnapshot"))
  );
  EXPECT_THAT(
      source(
          "dataSourceRef",
          {{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}, {"name", "x"}, {"namespace", "other"}}
      ),
      ElementsAre(problem(below(kFirst, ".spec.dataSourceRef.namespace"), "is not supported"))
  );
  EXPECT_THAT(
      source("dataSourceRef", {{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}, {"name", "x"}}),
      IsEmpty()
  );
}

TEST(ValidateRestoreSession, StaysInItsNamespace) {
  EXPECT_THAT(
      with([](auto& spec) { spec.target->ref = TargetRef{"v1", "PersistentVolumeClaim", "x", "other"}; }),
      ElementsAre(problem(
          "spec.target.ref.namespace", "cross-namespace target reference is not allowed for \"PersistentVolumeClaim\""
      ))
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->volume_claim_templates[0].metadata.namespace_ = "other"; }),
      ElementsAre(problem(below(kFirst, ".metadata.namespace"), "leave it out"))
  );
}

TEST(ValidateRestoreSession, ChecksNumbersDurationsAndHooks) {
  const auto problems = with([](auto& spec) {
    spec.target->replicas = 0;
    spec.time_out = "0";
    spec.hooks.pre_restore = Handler{};
    spec.hooks.post_restore = PostRestoreHook{};
  });
  EXPECT_THAT(
      problems,
      ElementsAre(
          problem("spec.target.replicas", "is 0, must be at least 1"), problem("spec.timeOut", "positive duration"),
          problem("spec.hooks.preRestore", "has no action"), problem("spec.hooks.postRestore", "has no action")
      )
  );
  EXPECT_THAT(
      with([](auto& spec) { spec.target->replicas = 30000000; }),
      ElementsAre(problem("spec.target.replicas", "must be at most 10000"))
  );
}

TEST(ValidateRestoreSession, JudgesTenThousandOrdinals) {
  EXPECT_THAT(with_templates({sample_template("a-${POD_ORDINAL}", "s-${POD_ORDINAL}")}, 10000), IsEmpty());
}

TEST(ValidateRestoreSessionUpdate, FixesTheSpec) {
  const RestoreSession before = sample_restore();
  RestoreSession now = before;
  now.status.phase = RestoreSession::Phase::kRunning;
  EXPECT_THAT(validate_update(before, now), IsEmpty());
  now.spec.target->volume_claim_templates[0].spec["storageClassName"] = "other";
  EXPECT_THAT(validate_update(before, now), ElementsAre(problem("spec", "RestoreSession spec is immutable")));
  now.metadata.deletion_timestamp = WallTime{};
  EXPECT_THAT(validate_update(before, now), IsEmpty());
}

TEST(ClaimsOf, GoesThroughOrdinalsThenTemplates) {
  RestoreTarget target;
  target.replicas = 2;
  target.volume_claim_templates = {
      sample_template("data-${POD_ORDINAL}", "s-${POD_ORDINAL}-1"), sample_template("config-${POD_ORDINAL}", "c")
  };
  target.volume_claim_templates[0].metadata.labels["ordinal"] = "n${POD_ORDINAL}";
  const auto claims = claims_of(target);
  ASSERT_TRUE(claims);
  std::vector<std::string> names;
  for (const auto& claim : *claims) names.push_back(claim.metadata.name);
  EXPECT_THAT(names, ElementsAre("data-0", "config-0", "data-1", "config-1"));
  EXPECT_EQ(json::find_string(claims->at(2).spec, "/dataSource/name"), "s-1-1");
  EXPECT_EQ(claims->at(2).metadata.labels.at("ordinal"), "n1");
  EXPECT_EQ(json::find_string(claims->at(3).spec, "/dataSource/name"), "c");
}

TEST(ClaimsOf, HasOneOrdinalUnlessToldOtherwise) {
  RestoreTarget target;
  target.volume_claim_templates = {sample_template("data", "s")};
  EXPECT_EQ(claims_of(target)->size(), 1U);
  target.volume_claim_templates[0].metadata.name = "${X}";
  EXPECT_EQ(claims_of(target).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace snapstash::api

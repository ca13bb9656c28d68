#include "features/blueprint/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/blueprint/test_target.hpp"

namespace snapstash::blueprint {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

struct Story : testing::Test {
  kube::ObjectMeta metadata = sample_target();
  Observation seen{.target = {api::Deployment::kResource, metadata}, .blueprints = {}, .made = {}, .homonyms = {}};

  void name(const std::string& blueprint) {
    seen.blueprints.push_back({blueprint, std::make_shared<api::BackupBlueprint>(named_blueprint(blueprint))});
  }
  void name(api::BackupBlueprint blueprint) {
    seen.blueprints.push_back({blueprint.metadata.name, std::make_shared<api::BackupBlueprint>(std::move(blueprint))});
  }
  Configuration made(const std::string& blueprint, const std::string& called) {
    auto configuration = stored(configuration_of(seen.target, named_blueprint(blueprint), called));
    seen.made.push_back(std::make_shared<api::BackupConfiguration>(std::move(configuration)));
    return seen.made.back();
  }
  /// "deployment-web of daily" for each that is applied; "(new)" behind those that are not there.
  std::vector<std::string> applied() const {
    std::vector<std::string> all;
    for (const Order& each : decide(seen).apply) {
      all.push_back(
          each.wanted.metadata.name + " of " + each.wanted.metadata.labels.begin()->second.str() +
          (each.version.empty() ? " (new)" : "")
      );
    }
    return all;
  }
  std::vector<std::string> removed() const {
    std::vector<std::string> all;
    for (const Configuration& each : decide(seen).remove) all.push_back(each->metadata.name);
    return all;
  }
  std::vector<Complaint> complaints() const { return decide(seen).complaints; }
};

TEST_F(Story, WithoutAnnotationThereIsNothing) {
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Story, OneBlueprint) {
  name("daily");
  EXPECT_THAT(applied(), ElementsAre("deployment-web of daily (new)"));
}

TEST_F(Story, AnUnchangedOneCostsNothing) {
  name("daily");
  made("daily", "deployment-web");
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
}

TEST_F(Story, SeveralHaveTheirNamesAppended) {
  name("daily");
  name("weekly");
  EXPECT_THAT(applied(), ElementsAre("deployment-web-daily of daily (new)", "deployment-web-weekly of weekly (new)"));
}

TEST_F(Story, ANameIsKeptWhenOthersComeAndGo) {
  made("daily", "deployment-web");
  name("daily");
  name("weekly");
  EXPECT_THAT(applied(), ElementsAre("deployment-web-weekly of weekly (new)"));
  EXPECT_THAT(removed(), IsEmpty());
  made("weekly", "deployment-web-weekly");
  seen.blueprints.erase(seen.blueprints.begin());
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), ElementsAre("deployment-web"));
}

TEST_F(Story, AnotherBlueprintTakesTheConfigurationOver) {
  made("daily", "deployment-web");
  name("weekly");
  EXPECT_THAT(applied(), ElementsAre("deployment-web of weekly"));
  EXPECT_THAT(removed(), IsEmpty());
}

TEST_F(Story, WithoutTheAnnotationItGoes) {
  made("daily", "deployment-web");
  EXPECT_THAT(removed(), ElementsAre("deployment-web"));
}

TEST_F(Story, WhatIsGoingIsNotRemovedAgain) {
  auto going = *made("daily", "deployment-web");
  going.metadata.deletion_timestamp = WallTime{};
  seen.made.back() = std::make_shared<api::BackupConfiguration>(going);
  EXPECT_THAT(removed(), IsEmpty());
}

TEST_F(Story, OfTwoOfOneBlueprintTheOlderStays) {
  name("daily");
  const auto at = [&](const std::string& called, int seconds) {
    auto one = *made("daily", called);
    one.metadata.creation_timestamp = WallTime(std::chrono::seconds(seconds));
    seen.made.back() = std::make_shared<api::BackupConfiguration>(one);
  };
  at("deployment-web", 9);
  at("deployment-web-daily", 5);
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), ElementsAre("deployment-web"));
}

TEST_F(Story, AMissingBlueprintIsSaidAndChangesNothing) {
  made("daily", "deployment-web");
  seen.blueprints.push_back({"daily", nullptr});
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
  EXPECT_THAT(
      complaints(), ElementsAre(AllOf(
                        Field(&Complaint::reason, "NoSuchBlueprint"),
                        Field(&Complaint::sentence, HasSubstr("There is no BackupBlueprint daily"))
                    ))
  );
}

TEST_F(Story, StashsBlueprintsAreLeftAloneInSilence) {
  made("daily", "deployment-web");
  auto blueprint = named_blueprint("daily");
  blueprint.spec.driver = api::Driver::kRestic;
  name(blueprint);
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Story, WhatWouldBeInvalidIsSaidAndNotApplied) {
  made("daily", "deployment-web");
  metadata.annotations[naming::kBlueprintSchedule] = "now and then";
  name("daily");
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
  EXPECT_THAT(
      complaints(),
      ElementsAre(AllOf(
          Field(&Complaint::reason, "InvalidBlueprint"), Field(&Complaint::sentence, HasSubstr("spec.schedule: "))
      ))
  );
}

TEST_F(Story, AVariableThatIsNoneIsSaidAndKeepsNothingBack) {
  auto blueprint = named_blueprint("daily");
  blueprint.spec.retention_policy.name = "of ${TARGET_NAMES}";
  blueprint.spec.hooks.edit().pre_backup.emplace().exec.emplace().command = {"sh", "-c", "echo ${TARGET_DIR}"};
  name(blueprint);
  EXPECT_THAT(applied(), ElementsAre("deployment-web of daily (new)"));
  EXPECT_THAT(
      complaints(),
      ElementsAre(
          AllOf(Field(&Complaint::reason, "UnknownVariable"), Field(&Complaint::sentence, HasSubstr("${TARGET_NAMES}")))
      )
  );
}

TEST_F(Story, WhatSomebodyWroteIsNotTouched) {
  auto own = api::sample_configuration();
  own.metadata.name = "deployment-web";
  seen.homonyms.push_back(std::make_shared<api::BackupConfiguration>(own));
  name("daily");
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
  EXPECT_THAT(complaints(), ElementsAre(Field(&Complaint::reason, "NameTaken")));
}

TEST_F(Story, ATargetThatIsGoingIsLeftToTheGarbageCollector) {
  made("daily", "deployment-web");
  metadata.deletion_timestamp = WallTime{};
  name("weekly");
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(removed(), IsEmpty());
}

TEST_F(Story, FollowsTheAnnotations) {
  name("daily");
  made("daily", "deployment-web");
  metadata.annotations[naming::kSnapshotClass] = "fast";
  EXPECT_THAT(applied(), ElementsAre("deployment-web of daily"));
}

}  // namespace
}  // namespace snapstash::blueprint

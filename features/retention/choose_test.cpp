#include "features/retention/choose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::retention {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Snapshot snapshot(std::string name, std::string_view created, bool ready = true, bool held = false) {
  return {.name = std::move(name), .uid = "u", .created = *parse_time(created), .ready = ready, .held = held};
}

std::vector<std::string> kept(const Policy& policy, const std::vector<Snapshot>& snapshots) {
  std::vector<std::string> names;
  for (const Choice& choice : choose(policy, snapshots)) {
    if (choice.keep()) names.push_back(choice.snapshot.name);
  }
  return names;
}

const std::vector<Snapshot>& first_claim() {
  static const std::vector<Snapshot> snapshots{
      snapshot("1", "2019-12-10T05:36:07Z"), snapshot("2", "2019-11-10T05:36:07Z"),
      snapshot("3", "2019-10-10T05:36:07Z"), snapshot("4", "2019-10-10T05:30:07Z"),
      snapshot("5", "2019-10-10T05:15:07Z"), snapshot("6", "2018-10-11T05:36:07Z"),
      snapshot("7", "2018-10-10T05:36:07Z"), snapshot("8", "2017-12-10T05:36:07Z"),
      snapshot("9", "2017-10-10T05:36:07Z")
  };
  return snapshots;
}

const std::vector<Snapshot>& second_claim() {
  static const std::vector<Snapshot> snapshots{
      snapshot("10", "2019-12-10T05:36:07Z"), snapshot("11", "2019-10-10T05:36:07Z"),
      snapshot("12", "2019-10-10T05:36:07Z"), snapshot("13", "2019-10-09T05:30:07Z")
  };
  return snapshots;
}

/// The eight vectors that Stash's own tests assert.
TEST(Choose, AgreesWithStash) {
  EXPECT_EQ(kept({}, first_claim()).size(), 9U);
  EXPECT_EQ(kept({}, second_claim()).size(), 4U);
  EXPECT_THAT(kept({.last = 3}, first_claim()), ElementsAre("1", "2", "3"));
  EXPECT_THAT(kept({.last = 3}, second_claim()), ElementsAre("10", "11", "12"));
  for (const Policy& policy : {Policy{.hourly = 3}, Policy{.daily = 3}}) {
    EXPECT_THAT(kept(policy, first_claim()), ElementsAre("1", "2", "3"));
    EXPECT_THAT(kept(policy, second_claim()), ElementsAre("10", "11", "13"));
  }
  EXPECT_THAT(kept({.monthly = 3}, first_claim()), ElementsAre("1", "2", "3"));
  EXPECT_THAT(kept({.monthly = 3}, second_claim()), ElementsAre("10", "11"));
  EXPECT_THAT(kept({.yearly = 3}, first_claim()), ElementsAre("1", "6", "8"));
  EXPECT_THAT(kept({.yearly = 3}, second_claim()), ElementsAre("10"));
  EXPECT_THAT(kept({.last = 3, .daily = 3}, first_claim()), ElementsAre("1", "2", "3"));
  EXPECT_THAT(kept({.last = 3, .daily = 3}, second_claim()), ElementsAre("10", "11", "12", "13"));
  EXPECT_THAT(kept({.weekly = 2, .monthly = 2}, first_claim()), ElementsAre("1", "2"));
  EXPECT_THAT(kept({.weekly = 2, .monthly = 2}, second_claim()), ElementsAre("10", "11"));
  EXPECT_THAT(kept({.weekly = 2, .monthly = 3, .yearly = 4}, first_claim()), ElementsAre("1", "2", "3", "6", "8"));
  EXPECT_THAT(kept({.weekly = 2, .monthly = 3, .yearly = 4}, second_claim()), ElementsAre("10", "11"));
}

TEST(Choose, SnapshotsThatAreNotReadyNeitherCountNorGo) {
  const std::vector<Snapshot> snapshots{
      snapshot("broken-2", "2026-01-04T00:00:00Z", false), snapshot("broken-1", "2026-01-03T00:00:00Z", false),
      snapshot("good-2", "2026-01-02T00:00:00Z"), snapshot("good-1", "2026-01-01T00:00:00Z")
  };
  EXPECT_THAT(kept({.last = 1}, snapshots), ElementsAre("broken-2", "broken-1", "good-2"));
}

TEST(Choose, AnAbandonedOneGoesOnceANewerOneIsReady) {
  std::vector<Snapshot> snapshots{
      snapshot("broken-2", "2026-01-03T00:00:00Z", false), snapshot("good", "2026-01-02T00:00:00Z"),
      snapshot("broken-1", "2026-01-01T00:00:00Z", false)
  };
  for (Snapshot& each : snapshots) each.abandoned = !each.ready;
  EXPECT_THAT(kept({.last = 1}, snapshots), ElementsAre("broken-2", "good"));
  EXPECT_THAT(kept({}, snapshots), ElementsAre("broken-2", "good"));
}

TEST(Choose, TheNewestReadyOneNeverGoes) {
  // Only a policy that keeps less than one could take it; none can be written, but the guard does not rely on that.
  const std::vector<Snapshot> snapshots{snapshot("only", "2026-01-01T00:00:00Z")};
  const auto choices = choose({.last = 1}, snapshots);
  EXPECT_THAT(choices[0].kept_by, ElementsAre("last", "newest"));
}

TEST(Choose, AHeldSnapshotStaysAndDoesNotProtectOthers) {
  const std::vector<Snapshot> snapshots{
      snapshot("3", "2026-01-03T00:00:00Z"), snapshot("2", "2026-01-02T00:00:00Z"),
      snapshot("1", "2026-01-01T00:00:00Z", true, true)
  };
  EXPECT_THAT(kept({.last = 1}, snapshots), ElementsAre("3", "1"));
}

TEST(Choose, WeeksAreIsoWeeks) {
  // Monday 2024-12-30 belongs to week 1 of 2025, like Wednesday 2025-01-01; Sunday 2024-12-29 does not.
  const std::vector<Snapshot> snapshots{
      snapshot("wednesday", "2025-01-01T00:00:00Z"), snapshot("monday", "2024-12-30T00:00:00Z"),
      snapshot("sunday", "2024-12-29T00:00:00Z")
  };
  EXPECT_THAT(kept({.weekly = 5}, snapshots), ElementsAre("wednesday", "sunday"));
}

TEST(Choose, NothingOfNothing) { EXPECT_THAT(choose({.last = 3}, {}), IsEmpty()); }

TEST(Choose, NegativeNumbersKeepNothingOfTheirKind) {
  EXPECT_TRUE((Policy{.last = -1}).keeps_everything());
  EXPECT_THAT(kept({.last = 2, .daily = -5}, first_claim()), ElementsAre("1", "2"));
}

}  // namespace
}  // namespace snapstash::retention

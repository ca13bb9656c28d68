#include <algorithm>
#include <array>
#include <ctime>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "features/retention/choose.hpp"

/// `choose` against a model that is slow, simple, and shares nothing with it: periods are texts that the C library
/// writes, and every snapshot is judged by looking at all the others.
namespace snapstash::retention {
namespace {

constexpr int kHistories = 100'000;

constexpr std::array<const char*, 5> kForms{"%Y-%j-%H", "%Y-%j", "%G-%V", "%Y-%m", "%Y"};

std::string period(const Snapshot& snapshot, const char* form) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(snapshot.created).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

bool is_newer(const Snapshot& a, const Snapshot& b) {
  return a.created != b.created ? a.created > b.created : a.name < b.name;
}

class Model {
 public:
  Model(const Policy& policy, const std::vector<Snapshot>& all) : policy_(policy) {
    for (const Snapshot& each : all) {
      if (!each.ready) continue;
      // Of `last`, each is a period of its own.
      std::vector<std::string> periods{each.name};
      for (const char* form : kForms) periods.push_back(period(each, form));
      ready_.emplace_back(each, std::move(periods));
    }
  }

  bool keeps(const Snapshot& snapshot) const {
    if (snapshot.held) return true;
    const auto newer = std::ranges::count_if(ready_, [&](const auto& each) { return is_newer(each.first, snapshot); });
    if (!snapshot.ready) return !snapshot.abandoned || newer == 0;
    if (newer == 0 || policy_.keeps_everything()) return true;
    const std::array counts{policy_.last,   policy_.hourly,  policy_.daily,
                            policy_.weekly, policy_.monthly, policy_.yearly};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (is_kept_by(snapshot, i, counts[i])) return true;
    }
    return false;
  }

 private:
  /// Whether the newest snapshots of the newest `count` periods include this one.
  bool is_kept_by(const Snapshot& snapshot, std::size_t kind, std::int64_t count) const {
    const auto self = std::ranges::find_if(ready_, [&](const auto& each) { return each.first.name == snapshot.name; });
    std::set<std::string> newer;
    for (const auto& [other, periods] : ready_) {
      if (is_newer(other, snapshot)) newer.insert(periods[kind]);
    }
    return !newer.contains(self->second[kind]) && static_cast<std::int64_t>(newer.size()) < count;
  }

  Policy policy_;
  std::vector<std::pair<Snapshot, std::vector<std::string>>> ready_;
};

class Histories {
 public:
  Policy policy() {
    const auto count = [&] { return below(3) == 0 ? static_cast<std::int64_t>(below(5)) - 1 : 0; };
    return {count(), count(), count(), count(), count(), count()};
  }

  /// Up to fourteen snapshots, minutes to years apart, some in the same second, around a turn of the year.
  std::vector<Snapshot> snapshots() {
    static constexpr std::array<std::uint64_t, 6> kSteps{0, 1'800, 21'600, 90'000, 1'000'000, 20'000'000};
    std::vector<Snapshot> all;
    std::uint64_t seconds = 1'735'000'000 + below(1'500'000);
    for (std::uint64_t i = below(15); i > 0; --i) {
      seconds += below(kSteps[below(kSteps.size())] + 1);
      const bool ready = below(5) != 0;
      all.push_back(
          {.name = std::string(1, static_cast<char>('a' + i)),
           .uid = "u",
           .created = WallTime(std::chrono::seconds(seconds)),
           .ready = ready,
           .held = below(8) == 0,
           .abandoned = !ready && below(2) == 0}
      );
    }
    std::ranges::shuffle(all, random_);
    return all;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  std::mt19937_64 random_{20'261'128};
};

TEST(ChooseProperty, AgreesWithTheModelOnAHundredThousandHistories) {
  Histories histories;
  std::size_t kept = 0, gone = 0;
  for (int i = 0; i < kHistories; ++i) {
    const Policy policy = histories.policy();
    const std::vector<Snapshot> all = histories.snapshots();
    const auto choices = choose(policy, all);
    const Model model(policy, all);
    ASSERT_EQ(choices.size(), all.size());
    for (const Choice& choice : choices) {
      ASSERT_EQ(choice.keep(), model.keeps(choice.snapshot))
          << "history " << i << ", snapshot " << choice.snapshot.name;
      ++(choice.keep() ? kept : gone);
    }
  }
  // Both answers were asked for.
  EXPECT_GT(kept, 100'000U);
  EXPECT_GT(gone, 50'000U);
}

TEST(ChooseProperty, TheLastGoodCopyNeverGoes) {
  Histories histories;
  for (int i = 0; i < kHistories; ++i) {
    const Policy policy = histories.policy();
    const auto choices = choose(policy, histories.snapshots());
    const auto newest = std::ranges::find_if(choices, [](const Choice& each) { return each.snapshot.ready; });
    if (newest == choices.end()) {
      ASSERT_TRUE(std::ranges::all_of(choices, &Choice::keep)) << "history " << i;
    } else {
      ASSERT_TRUE(newest->keep()) << "history " << i;
    }
  }
}

/// A second pass finds nothing left to do.
TEST(ChooseProperty, WhatWasChosenStaysChosen) {
  Histories histories;
  for (int i = 0; i < kHistories; ++i) {
    const Policy policy = histories.policy();
    std::vector<Snapshot> kept;
    for (const Choice& choice : choose(policy, histories.snapshots())) {
      if (choice.keep()) kept.push_back(choice.snapshot);
    }
    for (const Choice& choice : choose(policy, kept)) ASSERT_TRUE(choice.keep()) << "history " << i;
  }
}

}  // namespace
}  // namespace snapstash::retention

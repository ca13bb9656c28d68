#include "features/retention/choose.hpp"

#include <algorithm>
#include <tuple>

#include "kernel/base/mutant.hpp"

namespace snapstash::retention {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// A snapshot's place in a bucket's calendar; equal keys are the same hour, day, week, … The last bucket has no
/// calendar: every snapshot is different there.
using Key = std::tuple<int, unsigned, unsigned, std::int64_t>;

struct Bucket {
  std::string_view name;
  std::int64_t left;
  Key (*key)(const Snapshot&, std::size_t position);
  bool used = false;
  Key latest{};

  bool keeps(const Snapshot& snapshot, std::size_t position) {
    if (left <= 0) return false;
    const Key here = key(snapshot, position);
    if (used && here == latest) return false;
    used = true;
    latest = here;
    --left;
    return true;
  }
};

year_month_day date_of(const Snapshot& snapshot) { return floor<days>(snapshot.created); }

Key of_position(const Snapshot&, std::size_t position) { return {0, 0, 0, static_cast<std::int64_t>(position)}; }

Key of_day(const Snapshot& snapshot, std::size_t) {
  const auto date = date_of(snapshot);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), 0};
}

Key of_hour(const Snapshot& snapshot, std::size_t position) {
  Key key = of_day(snapshot, position);
  std::get<3>(key) = floor<std::chrono::hours>(snapshot.created).time_since_epoch().count();
  return key;
}

/// ISO 8601: the week belongs to the year that has its Thursday.
Key of_week(const Snapshot& snapshot, std::size_t) {
  const sys_days day = floor<days>(snapshot.created);
  const std::chrono::weekday weekday(day);
  const sys_days thursday = day + days(4) - days(weekday.iso_encoding());
  const auto year = year_month_day(thursday).year();
  const auto week = (thursday - sys_days(year / 1 / 1)).count() / 7;
  return {static_cast<int>(year), 0, 0, week};
}

Key of_month(const Snapshot& snapshot, std::size_t) {
  const auto date = date_of(snapshot);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), 0, 0};
}

Key of_year(const Snapshot& snapshot, std::size_t) { return {static_cast<int>(date_of(snapshot).year()), 0, 0, 0}; }

std::array<Bucket, 6> buckets_of(const Policy& policy) {
  return {{
      {"last", policy.last, of_position},
      {"hourly", policy.hourly, of_hour},
      {"daily", policy.daily, of_day},
      {"weekly", policy.weekly, of_week},
      {"monthly", policy.monthly, of_month},
      {"yearly", policy.yearly, of_year},
  }};
}

}  // namespace

std::vector<Choice> choose(const Policy& policy, std::vector<Snapshot> snapshots) {
  // Equal times are told apart by name, so that the choice is always the same.
  std::ranges::sort(snapshots, [](const Snapshot& a, const Snapshot& b) {
    return std::tie(b.created, a.name) < std::tie(a.created, b.name);
  });
  auto buckets = buckets_of(policy);
  std::vector<Choice> choices;
  std::size_t ready = 0;
  for (Snapshot& snapshot : snapshots) {
    Choice choice{.snapshot = std::move(snapshot), .kept_by = {}};
    if (choice.snapshot.held && !is_mutant("forget-holds")) choice.kept_by.emplace_back("hold");
    if (!choice.snapshot.ready) {
      if (!choice.snapshot.abandoned || ready == 0) choice.kept_by.emplace_back("not ready");
    } else {
      if (policy.keeps_everything()) choice.kept_by.emplace_back("no policy");
      for (Bucket& bucket : buckets) {
        if (bucket.keeps(choice.snapshot, ready)) choice.kept_by.push_back(bucket.name);
      }
      if (is_mutant("delete-the-newest") && ready == 0) choice.kept_by.clear();
      if (ready == 0 && !is_mutant("delete-the-newest")) choice.kept_by.emplace_back("newest");
      ++ready;
    }
    choices.push_back(std::move(choice));
  }
  return choices;
}

}  // namespace snapstash::retention

#pragma once
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/base/text.hpp"
#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::api {

/// Which snapshots of a volume are kept. All numbers zero = all are kept.
struct RetentionPolicy {
  Text name;
  std::int64_t keep_last = 0, keep_hourly = 0, keep_daily = 0, keep_weekly = 0, keep_monthly = 0, keep_yearly = 0;
  std::vector<std::string> keep_tags;
  bool prune = false;
  bool dry_run = false;
  friend bool operator==(const RetentionPolicy&, const RetentionPolicy&) = default;
};

}  // namespace snapstash::api

template <>
struct snapstash::json::Description<snapstash::api::RetentionPolicy> {
  using T = api::RetentionPolicy;
  static constexpr std::tuple fields{
      field("name", &T::name, "Any text; for people.").required(),
      field("keepLast", &T::keep_last, "How many of the newest snapshots are kept.").at_least(0),
      field("keepHourly", &T::keep_hourly, "For how many hours (UTC) the newest snapshot of each is kept.").at_least(0),
      field("keepDaily", &T::keep_daily, "For how many days (UTC) the newest snapshot of each is kept.").at_least(0),
      field("keepWeekly", &T::keep_weekly, "For how many ISO weeks (UTC) the newest snapshot of each is kept.")
          .at_least(0),
      field("keepMonthly", &T::keep_monthly, "For how many months (UTC) the newest snapshot of each is kept.")
          .at_least(0),
      field("keepYearly", &T::keep_yearly, "For how many years (UTC) the newest snapshot of each is kept.").at_least(0),
      field("keepTags", &T::keep_tags, "Read by Stash's Restic driver only."),
      field("prune", &T::prune, "Read by Stash's Restic driver only.").required(),
      field("dryRun", &T::dry_run, "Reports what would be deleted and deletes nothing."),
  };
};

extern template struct snapstash::json::Codec<snapstash::api::RetentionPolicy>;

#include "sim/actors/cron_slots.hpp"

#include <string>

#include <gtest/gtest.h>

namespace snapstash::sim {
namespace {

std::string next(std::string_view schedule, std::string_view after) {
  const auto slot = next_slot(api::parse_cron(schedule).value(), parse_time(after).value());
  return slot ? format_time(*slot) : "never";
}

TEST(CronSlots, TheNextOne) {
  EXPECT_EQ(next("* * * * *", "2026-01-01T00:00:00Z"), "2026-01-01T00:01:00Z");
  EXPECT_EQ(next("*/5 * * * *", "2026-01-01T00:05:01Z"), "2026-01-01T00:10:00Z");
  EXPECT_EQ(next("0 2 * * *", "2026-01-01T02:00:00Z"), "2026-01-02T02:00:00Z");
  EXPECT_EQ(next("0 0 29 2 *", "2026-01-01T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 1 * MON", "2026-01-02T00:00:00Z"), "2026-01-05T00:00:00Z");  // either of the two
  EXPECT_EQ(next("0 0 30 2 *", "2026-01-01T00:00:00Z"), "never");
  EXPECT_EQ(next("@every 90s", "2026-01-01T00:00:00Z"), "2026-01-01T00:01:30Z");
}

TEST(CronSlots, TheLastOne) {
  const auto hourly = api::parse_cron("@hourly").value();
  const WallTime day = parse_time("2026-01-01T00:00:00Z").value();
  EXPECT_EQ(last_slot(hourly, day, day + std::chrono::minutes(59)), std::nullopt);
  EXPECT_EQ(last_slot(hourly, day, day + std::chrono::minutes(130)), day + std::chrono::hours(2));
}

}  // namespace
}  // namespace snapstash::sim

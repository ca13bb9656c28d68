#include "features/metrics/slots.hpp"

#include <gtest/gtest.h>

namespace snapstash::metrics {
namespace {

using namespace std::chrono_literals;

std::string next(std::string_view cron, std::string_view after) {
  const auto slot = next_slot(*api::parse_cron(cron), *parse_time(after));
  return slot ? format_time(*slot) : "never";
}

TEST(NextSlot, IsTheFirstAfter) {
  EXPECT_EQ(next("*/5 * * * *", "2026-07-20T02:00:00Z"), "2026-07-20T02:05:00Z");
  EXPECT_EQ(next("*/5 * * * *", "2026-07-20T02:04:59Z"), "2026-07-20T02:05:00Z");
  EXPECT_EQ(next("0 2 * * *", "2026-07-20T02:00:00Z"), "2026-07-21T02:00:00Z");
  EXPECT_EQ(next("30 23 31 12 *", "2026-07-20T00:00:00Z"), "2026-12-31T23:30:00Z");
  EXPECT_EQ(next("0 0 29 2 *", "2026-07-20T00:00:00Z"), "2028-02-29T00:00:00Z");
}

TEST(NextSlot, DaysOfMonthAndWeek) {
  // 2026-07-20 is a Monday. Both restricted: either is enough.
  EXPECT_EQ(next("0 0 25 * 3", "2026-07-20T00:00:00Z"), "2026-07-22T00:00:00Z");
  EXPECT_EQ(next("0 0 * * 3", "2026-07-22T00:00:00Z"), "2026-07-29T00:00:00Z");
  EXPECT_EQ(next("0 0 1 * *", "2026-07-20T00:00:00Z"), "2026-08-01T00:00:00Z");
}

TEST(NextSlot, NoneForADayThatNeverComes) { EXPECT_EQ(next("0 0 30 2 *", "2026-07-20T00:00:00Z"), "never"); }

TEST(Interval, IsTheDistanceOfTheNextTwoSlots) {
  const WallTime now = *parse_time("2026-07-20T02:00:30Z");
  EXPECT_EQ(interval(*api::parse_cron("* * * * *"), now), 1min);
  EXPECT_EQ(interval(*api::parse_cron("@daily"), now), 24h);
  EXPECT_EQ(interval(*api::parse_cron("@every 90m"), now), 90min);
  EXPECT_EQ(interval(*api::parse_cron("0 0 30 2 *"), now), std::nullopt);
}

}  // namespace
}  // namespace snapstash::metrics

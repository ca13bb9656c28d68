#include "kernel/base/time.hpp"

#include <gtest/gtest.h>

namespace snapstash {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kTime{1'784'512'811'000'000us};  // 2026-07-20T02:00:11Z

TEST(Time, FormatsAsKubernetesDoes) {
  EXPECT_EQ(format_time(kTime), "2026-07-20T02:00:11Z");
  EXPECT_EQ(format_micro_time(kTime + 42us), "2026-07-20T02:00:11.000042Z");
}

TEST(Time, ReadsWhatItWrites) {
  EXPECT_EQ(parse_time("2026-07-20T02:00:11Z"), kTime);
  EXPECT_EQ(parse_time("2026-07-20T02:00:11.000042Z"), kTime + 42us);
}

TEST(Time, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_time("2026-07-20T04:30:11.5+02:30"), kTime + 500ms);
  EXPECT_EQ(parse_time("2026-07-19T21:00:11.123456789-05:00"), kTime + 123456us);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const auto* text :
       {"", "2026-07-20", "2026-07-20T02:00:11", "2026-02-30T00:00:00Z", "2026-07-20T25:00:00Z",
        "2026-07-20T02:00:11Zx", "2026-07-20T02:00:11.Z", "2026-07-20T02:00:11+2:00", "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, UnixSecondsRoundDown) {
  EXPECT_EQ(unix_seconds(kTime + 999'999us), 1'784'512'811);
  EXPECT_EQ(unix_seconds(WallTime(-1us)), -1);
}

TEST(GoDuration, ReadsAllUnits) {
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("300ms"), 300ms);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration("-2m"), -2min);
  EXPECT_EQ(parse_duration("+5s"), 5s);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("1us2ns"), 1002ns);
  EXPECT_EQ(parse_duration("1µs"), 1us);
  EXPECT_EQ(parse_duration(".5h"), 30min);
}

TEST(GoDuration, RefusesWhatGoRefuses) {
  for (const auto* text : {"", "5", "5d", "1 h", "h", "-", "1h-5m", "9999999999999h", ".s", "1.2.3s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(GoDuration, FormatsAsGoDoes) {
  EXPECT_EQ(format_duration(34s), "34s");
  EXPECT_EQ(format_duration(65s), "1m5s");
  EXPECT_EQ(format_duration(2min), "2m0s");
  EXPECT_EQ(format_duration(24h), "24h0m0s");
  EXPECT_EQ(format_duration(12'345'678'901ns), "12.345678901s");
  EXPECT_EQ(format_duration(1500us), "1.5ms");
  EXPECT_EQ(format_duration(1500ns), "1.5µs");
  EXPECT_EQ(format_duration(7ns), "7ns");
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
}

}  // namespace
}  // namespace snapstash

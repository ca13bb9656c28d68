#include "api/cron.hpp"

#include <initializer_list>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace snapstash::api {
namespace {

using ::testing::HasSubstr;

std::uint64_t bits(std::initializer_list<int> values) {
  std::uint64_t set = 0;
  for (const int value : values) set |= std::uint64_t{1} << value;
  return set;
}

std::uint64_t from_to(int begin, int end) {
  std::uint64_t set = 0;
  for (int value = begin; value <= end; ++value) set |= std::uint64_t{1} << value;
  return set;
}

std::string error_of(std::string_view text) {
  const auto schedule = parse_cron(text);
  return schedule ? "no error" : schedule.error().message;
}

TEST(ParseCron, ReadsStars) {
  const auto schedule = parse_cron("* * ? * *");
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->minutes, from_to(0, 59));
  EXPECT_EQ(schedule->hours, from_to(0, 23));
  EXPECT_EQ(schedule->days_of_month, from_to(1, 31));
  EXPECT_EQ(schedule->months, from_to(1, 12));
  EXPECT_EQ(schedule->days_of_week, from_to(0, 6));
  EXPECT_TRUE(schedule->any_day_of_month);
  EXPECT_TRUE(schedule->any_day_of_week);
}

TEST(ParseCron, ReadsListsRangesAndSteps) {
  const auto schedule = parse_cron("  0,30-32,59 */6\t1-31/10 2/5 1-5 ");
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->minutes, bits({0, 30, 31, 32, 59}));
  EXPECT_EQ(schedule->hours, bits({0, 6, 12, 18}));
  EXPECT_EQ(schedule->days_of_month, bits({1, 11, 21, 31}));
  EXPECT_EQ(schedule->months, bits({2, 7, 12}));
  EXPECT_EQ(schedule->days_of_week, bits({1, 2, 3, 4, 5}));
  EXPECT_FALSE(schedule->any_day_of_month);
  EXPECT_FALSE(schedule->any_day_of_week);
}

TEST(ParseCron, ReadsNames) {
  const auto schedule = parse_cron("0 0 * jan,Jun-AUG mon-FRI");
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->months, bits({1, 6, 7, 8}));
  EXPECT_EQ(schedule->days_of_week, bits({1, 2, 3, 4, 5}));
}

TEST(ParseCron, KnowsWhenADayFieldIsAStar) {
  EXPECT_TRUE(parse_cron("0 0 */1 * 1")->any_day_of_month);
  EXPECT_FALSE(parse_cron("0 0 */2 * 1")->any_day_of_month);
  EXPECT_TRUE(parse_cron("0 0 1,* * 1")->any_day_of_month);
  EXPECT_TRUE(parse_cron("0 0 1 * ?")->any_day_of_week);
}

TEST(ParseCron, ReadsMacros) {
  EXPECT_EQ(*parse_cron("@yearly"), *parse_cron("0 0 1 1 *"));
  EXPECT_EQ(*parse_cron("@annually"), *parse_cron("0 0 1 1 *"));
  EXPECT_EQ(*parse_cron("@monthly"), *parse_cron("0 0 1 * *"));
  EXPECT_EQ(*parse_cron("@weekly"), *parse_cron("0 0 * * 0"));
  EXPECT_EQ(*parse_cron("@daily"), *parse_cron("0 0 * * *"));
  EXPECT_EQ(*parse_cron("@midnight"), *parse_cron("0 0 * * *"));
  EXPECT_EQ(*parse_cron("@hourly"), *parse_cron("0 * * * *"));
  EXPECT_EQ(parse_cron("@every 1h30m")->every, std::chrono::minutes(90));
  EXPECT_EQ(parse_cron("@every 1500ms")->every, std::chrono::seconds(1));
  EXPECT_EQ(parse_cron("@every 10ms")->every, std::chrono::seconds(1));
}

TEST(ParseCron, NamesWhatIsWrong) {
  EXPECT_THAT(error_of(""), HasSubstr("has 0 field(s): must be five fields"));
  EXPECT_THAT(error_of("* * * *"), HasSubstr("has 4 field(s)"));
  EXPECT_THAT(error_of("0 * * * * *"), HasSubstr("has 6 field(s)"));
  EXPECT_EQ(error_of("60 * * * *"), "minute \"60\": expected a number from 0 to 59");
  EXPECT_EQ(error_of("* 24 * * *"), "hour \"24\": expected a number from 0 to 23");
  EXPECT_EQ(error_of("* * 0 * *"), "day of month \"0\": expected a number from 1 to 31");
  EXPECT_EQ(error_of("* * * 13 *"), "month \"13\": expected a number from 1 to 12, or JAN to DEC");
  EXPECT_EQ(error_of("* * * * 7"), "day of week \"7\": expected a number from 0 to 6, or SUN to SAT");
  EXPECT_EQ(error_of("* * * * monday"), "day of week \"monday\": expected a number from 0 to 6, or SUN to SAT");
  EXPECT_EQ(error_of("5-1 * * * *"), "minute \"5-1\": the range ends before it begins");
  EXPECT_EQ(error_of("1-2-3 * * * *"), "minute \"1-2-3\": too many hyphens");
  EXPECT_EQ(error_of("*/2/3 * * * *"), "minute \"*/2/3\": too many slashes");
  EXPECT_EQ(error_of("*/0 * * * *"), "minute \"*/0\": the step after / must be a positive number");
  EXPECT_EQ(error_of("*/-1 * * * *"), "minute \"*/-1\": the step after / must be a positive number");
  EXPECT_EQ(error_of("*/ * * * *"), "minute \"*/\": the step after / must be a positive number");
  EXPECT_EQ(error_of(", * * * *"), "minute \",\": no value");
  EXPECT_THAT(error_of("@every day"), HasSubstr("expected a duration such as 90m after @every"));
  EXPECT_THAT(error_of("@Daily"), HasSubstr("\"@Daily\" is unknown"));
  EXPECT_THAT(error_of("@reboot"), HasSubstr("is unknown"));
}

TEST(ParseCron, RefusesTimeZonesAsKubernetesDoes) {
  EXPECT_THAT(error_of("TZ=Europe/Berlin 0 2 * * *"), HasSubstr("set snapstash.timeZone instead"));
  EXPECT_THAT(error_of("CRON_TZ=UTC @daily"), HasSubstr("set snapstash.timeZone instead"));
}

TEST(ParseCron, TakesHugeSteps) { EXPECT_EQ(parse_cron("7/2147483647 * * * *")->minutes, bits({7})); }

RC_GTEST_PROP(ParseCron, AnswersForAnyMixOfItsCharacters, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789*?,-/ @everyhmJANsun")));
  const auto schedule = parse_cron(text);
  RC_ASSERT((schedule.has_value() || schedule.error().code == Code::kInvalid));
}

}  // namespace
}  // namespace snapstash::api

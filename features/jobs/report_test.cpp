#include "features/jobs/report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace snapstash::jobs {
namespace {

TEST(Report, ReadsWhatItWrites) {
  const Report report{.errors = {{"data", "exceeded quota: \"snapshots\""}, {"config", "forbidden"}}};
  EXPECT_EQ(decode_report(encode_report(report)), report);
  EXPECT_EQ(decode_report(encode_report({})), Report());
}

TEST(Report, FitsTheKubeletsLimit) {
  Report report;
  for (int i = 0; i < 40; ++i) report.errors[fmt::format("data-{}", i)] = std::string(500, 'x') + "é";
  const std::string message = encode_report(report);
  EXPECT_LE(message.size(), kReportLimit);
  EXPECT_EQ(decode_report(message).errors.size(), 40U);
}

TEST(Report, LeavesEntriesOutWhenNamesAloneAreTooLong) {
  Report report;
  for (int i = 0; i < 100; ++i) report.errors[fmt::format("{}{}", std::string(200, 'n'), i)] = "no";
  const std::string message = encode_report(report);
  EXPECT_LE(message.size(), kReportLimit);
  EXPECT_GT(decode_report(message).errors.size(), 10U);
}

TEST(Report, NeverCutsInsideACharacter) {
  Report report;
  for (int i = 0; i < 30; ++i) {
    std::string text(static_cast<std::size_t>(i), 'x');
    for (int k = 0; k < 200; ++k) text += "é";
    report.errors[fmt::format("p{}", i)] = text;
  }
  EXPECT_EQ(decode_report(encode_report(report)).errors.size(), 30U);  // invalid UTF-8 would not parse
}

TEST(Report, ACrashsLastWordsAreNoReport) {
  EXPECT_EQ(decode_report("panic: out of memory"), Report());
  EXPECT_EQ(decode_report(""), Report());
  EXPECT_EQ(decode_report(R"({"errors":{"data":5}})"), Report());
}

}  // namespace
}  // namespace snapstash::jobs

#include "kernel/runtime/process_metrics.hpp"

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

TEST(ProcessMetrics, ReadsProc) {
  const auto facts = parse_process(
      "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 1234 9000000 600 18446744073709551615 1 1\n",
      "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n", {100, 4096}
  );
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->cpu_seconds, 3);
  EXPECT_EQ(facts->started_at, 1700000012.34);
  EXPECT_EQ(facts->virtual_bytes, 9000000);
  EXPECT_EQ(facts->resident_bytes, 600 * 4096);
}

TEST(ProcessMetrics, NonsenseIsNothing) {
  EXPECT_FALSE(parse_process("", "btime 5", {}));
  EXPECT_FALSE(parse_process("7 (a) S 1 2", "btime 5", {}));
  EXPECT_FALSE(parse_process("7 (a) S 1 7 7 0 -1 4 1 0 0 0 2 5 0 0 2 0 1 0 1 9 6 1", "cpu", {}));
}

TEST(ProcessMetrics, ThisProcessIsExported) {
  Registry registry;
  const Subscription subscription = export_process(registry);
  std::map<std::string, double> values;
  for (const MetricFamily& family : registry.read()) values[family.name] = family.samples.at(0).value;
  EXPECT_GT(values.at("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(values.at("process_open_fds"), 3);
  EXPECT_GE(values.at("process_cpu_seconds_total"), 0);
  EXPECT_GT(values.at("process_start_time_seconds"), 1.6e9);
}

}  // namespace
}  // namespace snapstash::runtime

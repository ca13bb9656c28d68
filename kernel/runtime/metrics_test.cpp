#include "kernel/runtime/metrics.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

TEST(Metrics, TextFormat) {
  Registry registry;
  auto& requests = registry.counter("requests_total", "Requests.\nWith \\ and \".", {"code", "path"});
  requests.with({"200", "/a\"b\\c\nd"}).add(2);
  requests.with({"200", "/a\"b\\c\nd"}).add();
  requests.with({"500", "/"}).add(0.5);
  registry.gauge("temperature", "Now.").only().set(-3.25);
  registry.gauge("unused", "Has no samples, so is not shown.", {"x"});
  EXPECT_EQ(
      registry.expose(),
      "# HELP requests_total Requests.\\nWith \\\\ and \".\n"
      "# TYPE requests_total counter\n"
      "requests_total{code=\"200\",path=\"/a\\\"b\\\\c\\nd\"} 3\n"
      "requests_total{code=\"500\",path=\"/\"} 0.5\n"
      "# HELP temperature Now.\n"
      "# TYPE temperature gauge\n"
      "temperature -3.25\n"
  );
}

TEST(Metrics, HistogramBucketsAreCumulativeAndEndInInfinity) {
  Registry registry;
  auto& seconds = registry.histogram("seconds", "Time.", {"name"}, {0.5, 1});
  for (const double value : {0.1, 0.5, 0.7, 5.0}) seconds.with({"x"}).observe(value);
  EXPECT_EQ(
      registry.expose(),
      "# HELP seconds Time.\n# TYPE seconds histogram\n"
      "seconds_bucket{name=\"x\",le=\"0.5\"} 2\n"
      "seconds_bucket{name=\"x\",le=\"1\"} 3\n"
      "seconds_bucket{name=\"x\",le=\"+Inf\"} 4\n"
      "seconds_sum{name=\"x\"} 6.3\n"
      "seconds_count{name=\"x\"} 4\n"
  );
}

TEST(Metrics, SpecialNumbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  const MetricFamily family{
      "x",
      "X.",
      MetricType::kGauge,
      {{"", {}, infinity}, {"", {}, -infinity}, {"", {}, std::numeric_limits<double>::quiet_NaN()}, {"", {}, 1e21}}
  };
  EXPECT_EQ(expose({family}), "# HELP x X.\n# TYPE x gauge\nx +Inf\nx -Inf\nx NaN\nx 1e+21\n");
}

TEST(Metrics, CollectorsAreAskedAtEveryScrapeAndJoinedByName) {
  Registry registry;
  int scrapes = 0;
  Subscription first = registry.collect([&] {
    return std::vector{
        MetricFamily{"objects", "Objects.", MetricType::kGauge, {{"", {{"kind", "a"}}, double(++scrapes)}}}
    };
  });
  Subscription second = registry.collect([&] {
    return std::vector{MetricFamily{"objects", "Objects.", MetricType::kGauge, {{"", {{"kind", "b"}}, 7}}}};
  });
  registry.expose();
  EXPECT_EQ(
      registry.expose(), "# HELP objects Objects.\n# TYPE objects gauge\nobjects{kind=\"a\"} 2\nobjects{kind=\"b\"} 7\n"
  );
  first.reset();
  second.reset();
  EXPECT_EQ(registry.expose(), "");
}

TEST(Metrics, TheSameNameIsTheSameFamily) {
  Registry registry;
  registry.counter("a_total", "A.").only().add();
  registry.counter("a_total", "A.").only().add();
  EXPECT_EQ(registry.counter("a_total", "A.").only().value(), 2);
  registry.counter("a_total", "A.").remove({});
  EXPECT_EQ(registry.expose(), "");
}

TEST(Metrics, ExponentialBounds) { EXPECT_EQ(exponential_bounds(1, 10, 3), (std::vector<double>{1, 10, 100})); }

}  // namespace
}  // namespace snapstash::runtime

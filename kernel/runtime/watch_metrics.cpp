#include "kernel/runtime/watch_metrics.hpp"

#include <charconv>
#include <utility>

#include "kernel/runtime/resource_version.hpp"

namespace snapstash::runtime {
namespace {

double version_number(std::string_view version) {
  double number = 0;
  if (is_comparable(version)) std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

}  // namespace

std::vector<MetricFamily> watch_families(const Watcher& watcher, const StoreBase& store, MonoTime now) {
  const Watcher::Stats& stats = watcher.stats();
  const Labels labels{{"resource", std::string(watcher.name())}};
  const auto family = [&](std::string name, std::string help, MetricType type, double value) {
    return MetricFamily{std::move(name), std::move(help), type, {{"", labels, value}}};
  };
  const auto gauge = [&](std::string name, std::string help, double value) {
    return family(std::move(name), std::move(help), MetricType::kGauge, value);
  };
  const auto counter = [&](std::string name, std::string help, std::uint64_t value) {
    return family(std::move(name), std::move(help), MetricType::kCounter, static_cast<double>(value));
  };
  std::vector<MetricFamily> families{
      counter("watch_lists_total", "Initial lists that were completed.", stats.initial_lists),
      counter("watch_opened_total", "Watches that the server accepted.", stats.opened),
      counter("watch_failures_total", "Failures of lists and watches.", stats.failures),
      counter("watch_undecodable_total", "Objects that could not be decoded.", stats.undecodable),
      gauge("store_synced", "1 once the first list is complete.", store.synced() ? 1 : 0),
      gauge("store_resource_version", "Version up to which all is seen.", version_number(store.resource_version())),
      counter("store_stale_skips_total", "Events and lists that were older than what was known.", store.stale_skips()),
  };
  if (stats.last_heard) {
    const double lag = std::chrono::duration<double>(now - *stats.last_heard).count();
    families.push_back(gauge("watch_lag_seconds", "Time since the last event or bookmark; about a minute at most.", lag)
    );
  }
  return families;
}

Subscription export_watch(
    Registry& registry, const Watcher& watcher, const StoreBase& store, const Executor& executor
) {
  return registry.collect([&] { return watch_families(watcher, store, executor.now()); });
}

std::function<void(std::string_view, std::string_view)> count_requests(Registry& registry, std::string host) {
  auto& requests = registry.counter("rest_client_requests_total", "API requests.", {"code", "method", "host"});
  return [&requests, host = std::move(host)](std::string_view method, std::string_view code) {
    requests.with({std::string(code), std::string(method), host}).add();
  };
}

}  // namespace snapstash::runtime

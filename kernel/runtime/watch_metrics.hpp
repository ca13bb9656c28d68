#pragma once
#include "kernel/runtime/metrics.hpp"
#include "kernel/runtime/watcher.hpp"

namespace snapstash::runtime {

/// Returns the metrics of one watch and its store: `watch_lag_seconds`, `watch_lists_total`, `watch_opened_total`,
/// `watch_failures_total`, `watch_undecodable_total`, `store_synced`, `store_resource_version`,
/// `store_stale_skips_total`, each with the label `resource`. Pure.
std::vector<MetricFamily> watch_families(const Watcher& watcher, const StoreBase& store, MonoTime now);

/// Exports them at every scrape as long as the subscription lives; watcher, store and executor must live as long.
[[nodiscard]] Subscription export_watch(
    Registry& registry, const Watcher& watcher, const StoreBase& store, const Executor& executor
);

/// Returns what `kube::Client::Options::observe` needs to count rest_client_requests_total{code,method,host}. The
/// registry must outlive it.
std::function<void(std::string_view method, std::string_view code)> count_requests(
    Registry& registry, std::string host
);

}  // namespace snapstash::runtime

#include "apps/parts/watches.hpp"

#include <fmt/format.h>

#include "kernel/runtime/watch_metrics.hpp"

namespace snapstash {

Watches::Watches(
    kube::Client& client, cluster::Stores& stores, runtime::Watcher::Ports ports, runtime::Registry& registry,
    const std::string& namespace_
) {
  const auto add = [&]<class T>(runtime::Store<T>& store, kube::Selection selection) {
    if (!T::kResource.namespaced) selection.namespace_.clear();
    auto collection = std::make_unique<runtime::ClientCollection>(client, T::kResource, std::move(selection));
    auto watcher = std::make_unique<runtime::Watcher>(*collection, store, ports);
    auto metrics = runtime::export_watch(registry, *watcher, store, ports.executor);
    watches_.push_back({&store, std::move(collection), std::move(watcher), std::move(metrics)});
  };
  const kube::Selection all{.namespace_ = namespace_, .label_selector = "", .field_selector = ""};
  const kube::Selection managed = cluster::managed_objects(namespace_);
  add(stores.configurations, all);
  add(stores.batches, all);
  add(stores.sessions, all);
  add(stores.restores, all);
  add(stores.restore_batches, all);
  add(stores.blueprints, all);
  add(stores.cron_jobs, managed);
  add(stores.accounts, managed);
  add(stores.bindings, managed);
  add(stores.jobs, managed);
  add(stores.pods, managed);
  add(stores.snapshots, cluster::our_snapshots(namespace_));
  add(stores.snapshot_classes, all);
  add(stores.claims, all);
  add(stores.volumes, all);
  add(stores.storage_classes, all);
  add(stores.deployments, all);
  add(stores.stateful_sets, all);
  add(stores.daemon_sets, all);
}

void Watches::start(TaskGroup& group) {
  for (Watch& watch : watches_) group.spawn(watch.watcher->run());
}

Result<void> Watches::synced() const {
  std::string missing;
  for (const Watch& watch : watches_) {
    if (watch.store->synced()) continue;
    if (!missing.empty()) missing += ", ";
    missing += watch.watcher->name();
  }
  if (missing.empty()) return {};
  return fail(Code::kUnavailable, fmt::format("not listed yet: {}", missing));
}

Result<void> Watches::health() const {
  for (const Watch& watch : watches_) {
    if (auto healthy = watch.watcher->health(); !healthy) return healthy;
  }
  return {};
}

}  // namespace snapstash

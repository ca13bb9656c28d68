#include "features/backup/command.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/cluster/snapshots.hpp"
#include "features/backup/window.hpp"
#include "features/jobs/report.hpp"
#include "features/naming/object_names.hpp"
#include "kernel/base/mutant.hpp"
#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/store.hpp"
#include "kernel/runtime/watcher.hpp"

namespace snapstash::backup {
namespace {

using Snapshots = runtime::Store<api::VolumeSnapshot>;

/// For the mutant: snapshots must never have an owner.
json::Array owner(const Errand& errand) {
  return {json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "BackupSession"},
      {"name", errand.session},
      {"uid", errand.session_uid}
  }};
}

json::Value manifest(
    const Errand& errand, const Errand::Item& item, const std::string& name, const std::string& namespace_
) {
  json::Object spec{{"source", json::Object{{"persistentVolumeClaimName", item.pvc}}}};
  // An empty class name is refused by the API server; leaving it out asks for the default (Stash's B4).
  if (!item.class_name.empty()) spec["volumeSnapshotClassName"] = item.class_name;
  json::Object metadata{
      {"name", name},
      {"namespace", namespace_},
      {"labels", kube::to_json(errand.labels)},
      {"annotations", kube::to_json(errand.annotations)}
  };
  if (is_mutant("own-the-snapshots")) metadata["ownerReferences"] = owner(errand);
  return json::Object{
      {"apiVersion", api::VolumeSnapshot::kResource.api_version()},
      {"kind", "VolumeSnapshot"},
      {"metadata", std::move(metadata)},
      {"spec", std::move(spec)}
  };
}

std::string why(const Error& error) {
  return error.reason.empty() ? error.message : fmt::format("{} ({})", error.message, error.reason);
}

bool is_ready(const api::VolumeSnapshot& snapshot) {
  return snapshot.status.ready_to_use && !snapshot.status.bound_content.empty();
}

/// Creates one snapshot. Two configurations may want the same name in the same second; the second takes another.
Task<Result<void>> create(const jobs::Ports& ports, const Errand& errand, const Errand::Item& item) {
  const auto ours = kube::labelled(std::string(naming::kSessionUid), errand.session_uid);
  for (const std::string& name : {item.name, naming::snapshot_besides(item.name, errand.session_uid)}) {
    auto created = co_await ports.client
                       .create(api::VolumeSnapshot::kResource, manifest(errand, item, name, ports.namespace_), ours)
                       .as_result();
    if (created) {
      ports.log.info("created a VolumeSnapshot", {{"snapshot", name}, {"pvc", item.pvc}});
      co_return {};
    }
    if (!created.error().is(Code::kAlreadyExists)) co_return fail(std::move(created).error());
  }
  co_return fail(
      Code::kAlreadyExists, fmt::format("VolumeSnapshot {} exists and belongs to another session", item.name)
  );
}

Task<Result<void>> refuse(WallTime create_before) {
  co_return fail(
      Code::kTimeout, fmt::format("the time to take it was over at {} (cutDeadline)", format_time(create_before))
  );
}

Task<jobs::Report> create_missing(const jobs::Ports& ports, const Errand& errand, const Snapshots& store) {
  std::vector<const Errand::Item*> missing;
  std::vector<Task<Result<void>>> creations;
  const bool late = ports.clock.now() >= errand.create_before;
  for (const Errand::Item& item : errand.items) {
    if (find(store, item.pvc) != nullptr) continue;
    missing.push_back(&item);
    if (late) {
      creations.push_back(refuse(errand.create_before));
      continue;
    }
    creations.push_back(create(ports, errand, item));
  }
  const auto results = co_await all(ports.executor, std::move(creations));
  jobs::Report report;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) continue;
    report.errors[missing[i]->pvc] = why(results[i].error());
    ports.log.error("cannot create a VolumeSnapshot", {{"pvc", missing[i]->pvc}, {"error", why(results[i].error())}});
  }
  co_return report;
}

bool all_ready(const Errand& errand, const Snapshots& store) {
  return std::ranges::all_of(errand.items, [&](const Errand::Item& item) {
    const auto snapshot = find(store, item.pvc);
    return snapshot != nullptr && is_ready(*snapshot);
  });
}

/// PVCs whose snapshot was seen and is gone: nobody will make it ready.
void note_vanished(const Errand& errand, const Snapshots& store, jobs::Report& report) {
  for (const Errand::Item& item : errand.items) {
    const auto snapshot = find(store, item.pvc);
    if (snapshot == nullptr) report.errors[item.pvc] = "its VolumeSnapshot was deleted";
  }
}

Task<void> until_synced(const Snapshots& store, Event& changed) {
  while (!store.synced()) {
    changed.reset();
    co_await changed.wait();
  }
}

Task<void> until_stopped(Event& stop) { co_await stop.wait(); }

/// Returns whether all are ready; otherwise one has vanished.
Task<bool> until_ready(const Errand& errand, Watched watched) {
  // What was just created may not have come by the watch yet: nothing has vanished before it has been seen.
  std::size_t seen = 0;
  while (!all_ready(errand, watched.store)) {
    seen = std::max(seen, watched.store.size());
    if (seen >= errand.items.size() && watched.store.size() < errand.items.size()) co_return false;
    watched.changed.reset();
    co_await watched.changed.wait();
  }
  co_return true;
}

/// What the pod does once it sees what there is. SIGTERM ends it, but for the window between hooks.
Task<int> work(const jobs::Ports& ports, const Errand& errand, Watched watched) {
  const auto create = [&] { return create_missing(ports, errand, watched.store); };
  jobs::Report report;
  if (errand.hooks) {
    report = co_await go_through_window(ports, errand, watched, create);
  } else {
    auto created = co_await race(ports.executor, create(), until_stopped(ports.stop));
    if (created.index() == 1) co_return jobs::kStopped;
    report = std::get<0>(std::move(created));
  }
  if (!report.errors.empty()) {
    ports.last_words(jobs::encode_report(report));
    co_return jobs::kFailed;
  }
  // The operator makes a Job that lets the application go once this one has ended. An upload may take hours, and needs
  // nobody here.
  const auto post = report.hooks.find(std::string(jobs::kPost));
  if (post != report.hooks.end() && !post->second.empty()) co_return jobs::kFailed;
  const auto ready = co_await race(ports.executor, until_ready(errand, watched), until_stopped(ports.stop));
  if (ready.index() == 1) co_return jobs::kStopped;
  if (!std::get<0>(ready)) {
    note_vanished(errand, watched.store, report);
    ports.last_words(jobs::encode_report(report));
    co_return jobs::kFailed;
  }
  ports.log.info("all VolumeSnapshots are ready", {{"session", errand.session}, {"count", errand.items.size()}});
  co_return jobs::kDone;
}

}  // namespace

Task<int> create_snapshots(jobs::Ports ports, Errand errand) {
  const kube::Selection ours{
      .namespace_ = ports.namespace_,
      .label_selector = fmt::format("{}={}", naming::kSessionUid, errand.session_uid),
      .field_selector = ""
  };
  Snapshots store;
  Event changed(ports.executor);
  const auto progress = store.on_progress([&changed] { changed.set(); });
  const auto change = store.on_change([&changed](const runtime::Change<api::VolumeSnapshot>&) { changed.set(); });
  runtime::ClientCollection collection(ports.client, api::VolumeSnapshot::kResource, ours);
  runtime::Watcher watcher(collection, store, {ports.executor, ports.random, ports.log});
  TaskGroup group(ports.executor);
  group.spawn(watcher.run());
  co_await race(ports.executor, until_synced(store, changed), until_stopped(ports.stop));
  const bool stopped = ports.stop.is_set() && !errand.hooks;
  const int exit_code = stopped ? jobs::kStopped : co_await work(ports, errand, {store, changed});
  group.cancel();
  co_return exit_code;
}

}  // namespace snapstash::backup

#include "features/restore/command.hpp"

#include <set>

#include <fmt/format.h>

#include "api/cluster/volumes.hpp"
#include "features/hooks/run.hpp"
#include "features/jobs/report.hpp"
#include "features/naming/labels.hpp"
#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/store.hpp"
#include "kernel/runtime/watcher.hpp"

namespace snapstash::restore {
namespace {

using Claims = runtime::Store<api::PersistentVolumeClaim>;

std::string why(const Error& error) {
  if (error.is(Code::kAlreadyExists)) return "PVC already exist.";  // Stash's words
  return error.reason.empty() ? error.message : fmt::format("{} ({})", error.message, error.reason);
}

/// What came of creating all.
struct Created {
  jobs::Report report;
  std::set<std::string> unbound;  ///< Those to wait for.
};

std::string check(const Errand::Item& item, const Result<json::Value>& created) {
  if (!created) return why(created.error());
  if (keeps_source(*created, item.snapshot())) return "";
  return fmt::format(
      "the API server dropped its dataSource, VolumeSnapshot {}: the volume is or will be EMPTY", item.snapshot()
  );
}

Task<Created> create_all(const jobs::Ports& ports, const Errand& errand) {
  const auto ours = kube::labelled(std::string(naming::kRestoreUid), errand.session_uid);
  std::vector<Task<Result<json::Value>>> creations;
  creations.reserve(errand.items.size());
  for (const Errand::Item& item : errand.items) {
    creations.push_back(ports.client.create(api::PersistentVolumeClaim::kResource, item.claim, ours));
  }
  const auto results = co_await all(ports.executor, std::move(creations));
  Created made;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Errand::Item& item = errand.items[i];
    if (const std::string problem = check(item, results[i]); !problem.empty()) {
      made.report.errors[item.name()] = problem;
      ports.log.error("cannot restore a PVC", {{"pvc", item.name()}, {"error", problem}});
      continue;
    }
    ports.log.info("created a PVC", {{"pvc", item.name()}, {"snapshot", item.snapshot()}});
    const bool bound = json::find_string(*results[i], "/status/phase") == "Bound";
    if (item.wait && !bound) made.unbound.insert(item.name());
  }
  co_return made;
}

/// Takes off what is bound. Returns what can never be bound any more.
jobs::Report settle(const Claims& store, const std::string& namespace_, std::set<std::string>& unbound) {
  jobs::Report report;
  for (auto name = unbound.begin(); name != unbound.end();) {
    const auto claim = store.get(runtime::key_of(namespace_, *name));
    if (!claim) report.errors[*name] = "it was deleted before it was bound";
    if (claim && claim->status.phase == "Lost") report.errors[*name] = "it is Lost: its volume is gone";
    name = claim && claim->status.phase == "Bound" ? unbound.erase(name) : std::next(name);
  }
  return report;
}

/// The list that begins the watch is newer than what we have created, so a PVC that is not in it is gone.
Task<jobs::Report> wait_until_bound(const jobs::Ports& ports, const Errand& errand, std::set<std::string> unbound) {
  const kube::Selection ours{
      .namespace_ = ports.namespace_,
      .label_selector = fmt::format("{}={}", naming::kRestoreUid, errand.session_uid),
      .field_selector = ""
  };
  Claims store;
  Event changed(ports.executor);
  const auto progress = store.on_progress([&changed] { changed.set(); });
  const auto change =
      store.on_change([&changed](const runtime::Change<api::PersistentVolumeClaim>&) { changed.set(); });
  runtime::ClientCollection collection(ports.client, api::PersistentVolumeClaim::kResource, ours);
  runtime::Watcher watcher(collection, store, {ports.executor, ports.random, ports.log});
  TaskGroup group(ports.executor);
  group.spawn(watcher.run());
  for (;;) {
    changed.reset();
    if (store.synced()) {
      jobs::Report lost = settle(store, ports.namespace_, unbound);
      if (unbound.empty() || !lost.errors.empty()) co_return lost;
    }
    co_await changed.wait();
  }
}

/// Runs preRestore. Returns why nothing may be created then; "" = it ran well.
Task<std::string> prepare(const jobs::Ports& ports, const Errand& errand, jobs::Report& report) {
  const auto done = co_await hooks::run(ports, *errand.hooks->pre, *errand.hooks).as_result();
  const std::string outcome = done ? std::string() : done.error().message;
  report.hooks[std::string(jobs::kPre)] = outcome;
  ports.last_words(jobs::encode_report(report));
  co_return outcome.empty() ? outcome : "the preRestore hook failed: " + outcome;
}

Task<int> work(const jobs::Ports& ports, const Errand& errand) {
  jobs::Report hooks;
  if (errand.hooks && errand.hooks->pre) {
    const std::string why = co_await prepare(ports, errand, hooks);
    for (const Errand::Item& item : errand.items) {
      if (!why.empty()) hooks.errors[item.name()] = why;
    }
    if (!why.empty()) {
      ports.log.error("nothing is restored", {{"session", errand.session}, {"error", why}});
      ports.last_words(jobs::encode_report(hooks));
      co_return jobs::kFailed;
    }
  }
  const Created made = co_await create_all(ports, errand);
  jobs::Report report = made.report;
  // What could not be created decides; the others need nobody to wait for them.
  if (report.errors.empty() && !made.unbound.empty()) report = co_await wait_until_bound(ports, errand, made.unbound);
  report.hooks = hooks.hooks;
  if (!report.errors.empty()) {
    ports.last_words(jobs::encode_report(report));
    co_return jobs::kFailed;
  }
  ports.log.info("all PVCs are created", {{"session", errand.session}, {"count", errand.items.size()}});
  co_return jobs::kDone;
}

Task<void> until_stopped(Event& stop) { co_await stop.wait(); }

bool names(const json::Value& created, std::string_view member, const std::string& snapshot) {
  const json::Value* spec = json::find(created, "/spec");
  const json::Value* source = spec == nullptr ? nullptr : json::find_key(*spec, member);
  return source != nullptr && json::find_string(*source, "/kind") == "VolumeSnapshot" &&
         json::find_string(*source, "/name") == snapshot;
}

}  // namespace

bool keeps_source(const json::Value& created, const std::string& snapshot) {
  return snapshot.empty() || names(created, "dataSource", snapshot) || names(created, "dataSourceRef", snapshot);
}

Task<int> create_claims(jobs::Ports ports, Errand errand) {
  auto outcome = co_await race(ports.executor, work(ports, errand), until_stopped(ports.stop));
  co_return outcome.index() == 0 ? std::get<0>(outcome) : jobs::kStopped;
}

}  // namespace snapstash::restore

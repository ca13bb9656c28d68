#include "features/backup/window.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/hooks/run.hpp"
#include "kernel/base/mutant.hpp"
#include "kernel/base/race.hpp"

namespace snapstash::backup {
namespace {

using jobs::Report;

MonoTime deadline_of(const jobs::Ports& ports, const Errand& errand) {
  return ports.executor.now() +
         std::chrono::duration_cast<MonoTime::duration>(errand.create_before - ports.clock.now());
}

void fail_all(const Errand& errand, const std::string& why, Report& report) {
  for (const Errand::Item& item : errand.items) report.errors.try_emplace(item.pvc, why);
}

bool is_cut(const Watched& watched, const std::string& pvc) {
  const auto snapshot = find(watched.store, pvc);
  return snapshot != nullptr && snapshot->status.creation_time.has_value();
}

/// A snapshot that was seen and is gone will not be cut.
bool has_vanished(const Watched& watched, std::size_t expected, std::size_t& most) {
  most = std::max(most, watched.store.size());
  return most >= expected && watched.store.size() < expected;
}

Task<void> wait_for(Event& event) { co_await event.wait(); }

Task<void> either(const jobs::Ports& ports, Event& changed) {
  co_await race(ports.executor, wait_for(changed), wait_for(ports.stop));
}

/// Waits until the snapshots of these PVCs are cut. Returns why they are not; "" = they are.
Task<std::string> wait_until_cut(
    const jobs::Ports& ports, const Errand& errand, Watched watched, std::vector<std::string> claims
) {
  std::size_t most = 0;
  while (!std::ranges::all_of(claims, [&](const std::string& claim) { return is_cut(watched, claim); })) {
    if (ports.stop.is_set()) co_return "it was not cut when the pod was told to stop";
    if (has_vanished(watched, claims.size(), most)) co_return "it was not cut when one of the session was deleted";
    if (ports.clock.now() >= errand.create_before) {
      co_return fmt::format("it was not cut by {} (cutDeadline)", format_time(errand.create_before));
    }
    watched.changed.reset();
    co_await race(ports.executor, either(ports, watched.changed), until(ports.executor, deadline_of(ports, errand)));
  }
  co_return "";
}

hooks::Errand for_post(const jobs::Ports& ports, const Errand& errand, const Report& report) {
  hooks::Errand told = *errand.hooks;
  told.facts.phase = report.errors.empty() ? "Running" : "Failed";
  told.facts.duration = hooks::duration_since(errand.session_created, ports.clock.now());
  for (const auto& [pvc, why] : report.errors) {
    told.facts.error += fmt::format("{}{}: {}", told.facts.error.empty() ? "" : " ", pvc, why);
  }
  return told;
}

Task<void> run_hook(
    const jobs::Ports& ports, std::string_view name, api::Handler handler, hooks::Errand errand, Report& report
) {
  ports.log.info("runs a hook", {{"hook", name}, {"session", errand.facts.name}});
  const auto done = co_await hooks::run(ports, std::move(handler), std::move(errand)).as_result();
  std::string outcome = done ? std::string() : done.error().message;
  if (!done) ports.log.error("a hook failed", {{"hook", name}, {"error", outcome}});
  report.hooks[std::string(name)] = std::move(outcome);
  ports.last_words(jobs::encode_report(report));
}

Task<void> hold(const jobs::Ports& ports, const Errand& errand, Watched watched, Creation create, Report& report) {
  if (const std::string& why = report.hooks.at(std::string(jobs::kPre)); !why.empty()) {
    fail_all(errand, "the preBackup hook failed: " + why, report);
    co_return;
  }
  if (ports.stop.is_set()) {
    fail_all(errand, "the pod was told to stop", report);
    co_return;
  }
  // An API server that asks for patience must not make us hold the application beyond the deadline, or create then.
  const MonoTime limit = deadline_of(ports, errand);
  auto creation = co_await race(ports.executor, create(), until(ports.executor, limit));
  if (creation.index() == 0) report.errors.merge(std::get<0>(creation).errors);
  std::vector<std::string> created;
  for (const Errand::Item& item : errand.items) {
    const bool late = creation.index() == 1 && find(watched.store, item.pvc) == nullptr;
    if (late) report.errors[item.pvc] = "it was not created in time";
    if (!report.errors.contains(item.pvc)) created.push_back(item.pvc);
  }
  if (!errand.hooks->post) co_return;
  const std::string why = co_await wait_until_cut(ports, errand, watched, created);
  for (const std::string& claim : created) {
    if (!why.empty() && !is_cut(watched, claim)) report.errors[claim] = why;
  }
}

}  // namespace

std::shared_ptr<const api::VolumeSnapshot> find(
    const runtime::Store<api::VolumeSnapshot>& store, const std::string& pvc
) {
  for (const auto& snapshot : store.objects()) {
    if (snapshot->spec.source.claim == pvc) return snapshot;
  }
  return nullptr;
}

Task<jobs::Report> go_through_window(const jobs::Ports& ports, const Errand& errand, Watched watched, Creation create) {
  Report report;
  const bool late = ports.clock.now() >= errand.create_before;
  if (late || ports.stop.is_set()) {
    fail_all(
        errand,
        late ? fmt::format("the time to take it was over at {} (cutDeadline)", format_time(errand.create_before))
             : std::string("the pod was told to stop"),
        report
    );
    co_return report;
  }
  co_await run_hook(ports, jobs::kPre, *errand.hooks->pre, *errand.hooks, report);
  co_await hold(ports, errand, watched, std::move(create), report);
  if (errand.hooks->post && !(is_mutant("thaw-after-success-only") && !report.errors.empty())) {
    co_await run_hook(ports, jobs::kPost, *errand.hooks->post, for_post(ports, errand, report), report);
  }
  co_return report;
}

}  // namespace snapstash::backup

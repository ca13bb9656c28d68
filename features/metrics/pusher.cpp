#include "features/metrics/pusher.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "kernel/base/race.hpp"

namespace snapstash::metrics {
namespace {

constexpr int kBadRequest = 400;

/// The gateway is there and does not want this one group, since it contradicts another; the others are worth a try.
bool concerns_one_group(const Error& error) { return error.http_status == kBadRequest; }

}  // namespace

Pusher::Pusher(wire::Endpoint gateway, Ports ports)
    : gateway_(std::move(gateway)),
      ports_(ports),
      requests_(ports.registry.counter("snapstash_pushgateway_requests_total", "Requests to the Pushgateway.").only()),
      failures_(
          ports.registry.counter("snapstash_pushgateway_failures_total", "Those that it did not carry out.").only()
      ),
      backoff_({.first = kBetweenSweeps, .cap = kLongestPause, .jitter = 0.2}),
      changed_(ports.executor) {
  const auto on_change = [this](const auto&) { changed_.set(); };
  cluster::Stores& stores = ports_.stores;
  subscriptions_ = {stores.configurations.on_change(on_change),  stores.batches.on_change(on_change),
                    stores.sessions.on_change(on_change),        stores.restores.on_change(on_change),
                    stores.restore_batches.on_change(on_change), stores.snapshots.on_change(on_change)};
}

Task<void> Pusher::run() {
  co_await until_synced();
  for (;;) {
    changed_.reset();
    const bool well = co_await sweep();
    if (well) {
      co_await sleep_for(ports_.executor, kBetweenSweeps);
      co_await changed_.wait();
    } else {
      co_await sleep_for(ports_.executor, backoff_.jittered(backoff_.next(ports_.executor.now()), ports_.random));
    }
  }
}

/// Not for the snapshots: a cluster without their kind has other troubles, and their sizes can follow.
Task<void> Pusher::until_synced() {
  cluster::Stores& stores = ports_.stores;
  const std::array<runtime::StoreBase*, 5> needed{
      &stores.configurations, &stores.batches, &stores.sessions, &stores.restores, &stores.restore_batches
  };
  Event progress(ports_.executor);
  std::vector<runtime::Subscription> listening;
  listening.reserve(needed.size());
  for (runtime::StoreBase* store : needed) listening.push_back(store->on_progress([&progress] { progress.set(); }));
  while (!std::ranges::all_of(needed, &runtime::StoreBase::synced)) {
    progress.reset();
    co_await progress.wait();
  }
}

/// Returns whether all was carried out.
Task<bool> Pusher::sweep() {
  bool well = true;
  for (const PushStep& step : plan_push(ports_.stores, pushed_)) {
    const auto done = co_await carry_out(step).as_result();
    if (done) {
      note(step, pushed_);
      if (step.kind == PushStep::Kind::kDelete) changed_.set();  // what has taken its place comes next
      continue;
    }
    tell(step, done.error());
    well = false;
    if (!concerns_one_group(done.error())) break;
  }
  if (well && out_) ports_.log.info("metrics are pushed again", {{"gateway", gateway_.host}});
  out_ = !well;
  co_return well;
}

Task<Result<void>> Pusher::carry_out(const PushStep& step) {
  requests_.add();
  wire::Request request = request_of(step);
  request.timeout = kTimeout;
  const std::string what = fmt::format("{} {}", request.method, request.target);
  // The port keeps to the request's time itself; whether it does must not matter.
  const int status =
      co_await with_timeout(ports_.executor, kTimeout, ports_.outbound.ask(gateway_, std::move(request)));
  if (status >= 200 && status < 300) co_return {};
  Error error(Code::kInvalid, fmt::format("{} was answered with HTTP {}", what, status));
  error.http_status = status;
  co_return fail(std::move(error));
}

void Pusher::tell(const PushStep& step, const Error& error) {
  failures_.add();
  const Log::Fields fields{{"gateway", gateway_.host}, {"job", step.job}, {"error", error.message}};
  if (out_) {
    ports_.log.debug("metrics are not pushed", fields);
  } else {
    ports_.log.warning("metrics are not pushed; it is tried again until they are", fields);
  }
  out_ = true;
}

}  // namespace snapstash::metrics

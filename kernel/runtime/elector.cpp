#include "kernel/runtime/elector.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/race.hpp"

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHealthTolerance = 20s;

template <class T>
LeaseInput failure_of(Result<T>&& result) {
  return LeaseFailed{std::move(result).error()};
}

}  // namespace

Elector::Elector(LeaseApi& lease, ElectionSettings settings, std::string name, Ports ports)
    : lease_(lease),
      settings_(std::move(settings)),
      name_(std::move(name)),
      ports_(ports),
      master_status_(ports.registry
                         .gauge("leader_election_master_status", "1 for the leader, 0 for a candidate.", {"name"})
                         .with({name_})),
      slow_paths_(ports.registry
                      .counter("leader_election_slowpath_total", "Renewals that needed a read first.", {"name"})
                      .with({name_})) {}

Task<void> Elector::acquire() {
  while (state_.role == Role::kFollower) {
    const LeaseInput input = co_await carry_out(next_);
    take(input);
  }
}

Task<void> Elector::hold() {
  while (state_.role == Role::kLeader) {
    const MonoTime limit = state_.renewed_at + std::chrono::duration_cast<MonoTime::duration>(settings_.renew_deadline);
    auto outcome = co_await race(ports_.executor, carry_out(next_), until(ports_.executor, limit));
    // When both have ended the answer counts: `step` itself knows the deadline.
    take(outcome.index() == 0 ? std::get<0>(outcome) : LeaseInput(LeaseDue{}));
  }
}

Task<Result<void>> Elector::release() {
  if (!state_.seen || state_.seen->holder != settings_.identity) co_return {};
  state_.role = Role::kLost;
  master_status_.set(0);
  auto written =
      co_await with_timeout(ports_.executor, call_limit(), lease_.update(released(*state_.seen, ports_.clock.now())))
          .as_result();
  if (!written && written.error().is(Code::kConflict)) {
    const auto fresh = co_await with_timeout(ports_.executor, call_limit(), lease_.read());
    if (!fresh || fresh->holder != settings_.identity) co_return {};
    written = co_await with_timeout(ports_.executor, call_limit(), lease_.update(released(*fresh, ports_.clock.now())))
                  .as_result();
  }
  if (!written) co_return fail(std::move(written).error());
  state_.seen = std::move(*written);
  co_return {};
}

Result<void> Elector::health() const {
  if (!is_stuck(state_, settings_, ports_.executor.now(), kHealthTolerance)) return {};
  return fail(Code::kTimeout, "leader, but the lease has not been renewed");
}

/// client-go: half the renew deadline, at least a second.
Duration Elector::call_limit() const { return std::max<Duration>(1s, settings_.renew_deadline / 2); }

Task<LeaseInput> Elector::carry_out(LeaseAction action) {
  if (std::holds_alternative<ReadLease>(action)) {
    if (state_.role == Role::kLeader) slow_paths_.add();
    auto record = co_await with_timeout(ports_.executor, call_limit(), lease_.read()).as_result();
    if (!record) co_return failure_of(std::move(record));
    co_return LeaseRead{std::move(*record)};
  }
  if (auto* create = std::get_if<CreateLease>(&action)) co_return co_await write(std::move(create->record), true);
  if (auto* update = std::get_if<UpdateLease>(&action)) co_return co_await write(std::move(update->record), false);
  if (const auto* later = std::get_if<RetryLater>(&action)) co_await pause(*later);
  co_return LeaseDue{};
}

Task<LeaseInput> Elector::write(LeaseRecord record, bool create) {
  const MonoTime sent_at = ports_.executor.now();
  auto call = create ? lease_.create(std::move(record)) : lease_.update(std::move(record));
  auto written = co_await with_timeout(ports_.executor, call_limit(), std::move(call)).as_result();
  if (!written) co_return failure_of(std::move(written));
  co_return LeaseWritten{std::move(*written), sent_at};
}

Task<void> Elector::pause(RetryLater later) {
  const double factor = later.jittered ? 1.0 + 1.2 * ports_.random.fraction() : 1.0;
  co_await sleep_for(ports_.executor, std::chrono::duration_cast<Duration>(settings_.retry * factor));
}

void Elector::take(const LeaseInput& input) {
  const Role before = state_.role;
  if (const auto* failure = std::get_if<LeaseFailed>(&input)) {
    ports_.log.warning("leader election", {{"name", name_}, {"error", failure->error.message}});
  }
  ElectionStep next = step(std::move(state_), input, settings_, now());
  state_ = std::move(next.state);
  next_ = std::move(next.next);
  if (state_.role == before) return;
  const bool leads = state_.role == Role::kLeader;
  master_status_.set(leads ? 1 : 0);
  ports_.log.info(leads ? "became leader" : "leadership lost", {{"name", name_}, {"identity", settings_.identity}});
}

}  // namespace snapstash::runtime

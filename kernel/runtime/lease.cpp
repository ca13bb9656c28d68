#include "kernel/runtime/lease.hpp"

#include <utility>

namespace snapstash::runtime {
namespace {

LeaseRecord renewal(const ElectionState& state, const ElectionSettings& settings, Now now) {
  LeaseRecord record = state.seen.value_or(LeaseRecord{});
  const bool ours = record.holder == settings.identity;
  if (!ours) {
    // The first holder of a new lease is no transition.
    if (state.seen) ++record.transitions;
    record.acquired = now.wall;
  }
  record.holder = settings.identity;
  record.duration_seconds = settings.lease.count();
  record.renewed = now.wall;
  return record;
}

/// Whether the holder has let the lease run out: no change seen for its whole duration of our own time.
bool has_expired(const ElectionState& state, MonoTime now) {
  return now - state.seen_at >= std::chrono::seconds(state.seen->duration_seconds);
}

ElectionStep lose(ElectionState state) {
  state.role = Role::kLost;
  return {std::move(state), StepDown{}};
}

ElectionStep due(ElectionState state, const ElectionSettings& settings, Now now) {
  // The leader writes straight over the version it wrote last: one request.
  if (state.role == Role::kLeader && !state.slow_path) {
    LeaseRecord record = renewal(state, settings, now);
    return {std::move(state), UpdateLease{std::move(record)}};
  }
  return {std::move(state), ReadLease{}};
}

ElectionStep read(ElectionState state, const LeaseRead& input, const ElectionSettings& settings, Now now) {
  if (!input.record) {
    state.seen.reset();
    LeaseRecord record = renewal(state, settings, now);
    return {std::move(state), CreateLease{std::move(record)}};
  }
  if (state.seen != input.record) {
    state.seen = input.record;
    state.seen_at = now.mono;
  }
  const std::string& holder = state.seen->holder;
  const bool others = !holder.empty() && holder != settings.identity;
  if (others && state.role == Role::kLeader) return lose(std::move(state));
  if (others && !has_expired(state, now.mono)) return {std::move(state), RetryLater{.jittered = true}};
  LeaseRecord record = renewal(state, settings, now);
  return {std::move(state), UpdateLease{std::move(record)}};
}

ElectionStep written(ElectionState state, const LeaseWritten& input, const ElectionSettings& settings, Now now) {
  state.role = Role::kLeader;
  state.seen = input.record;
  state.seen_at = now.mono;
  state.renewed_at = input.sent_at;
  state.slow_path = false;
  // The answer may have taken so long that it is of no use any more.
  if (!state.is_leader(settings, now.mono)) return lose(std::move(state));
  return {std::move(state), RetryLater{}};
}

ElectionStep failed(ElectionState state) {
  if (state.role != Role::kLeader) return {std::move(state), RetryLater{.jittered = true}};
  // First failure of the direct way: see at once who holds it. If that fails too, wait.
  const bool first = !std::exchange(state.slow_path, true);
  if (first) return {std::move(state), ReadLease{}};
  return {std::move(state), RetryLater{}};
}

}  // namespace

Result<void> validate(const ElectionSettings& settings) {
  if (settings.identity.empty()) return fail(Code::kInvalid, "leader election needs an identity");
  if (settings.retry <= Duration::zero()) return fail(Code::kInvalid, "the retry period must be positive");
  if (settings.lease <= settings.renew_deadline) {
    return fail(Code::kInvalid, "the lease's duration must be longer than the renew deadline");
  }
  if (settings.renew_deadline * 10 <= settings.retry * 12) {
    return fail(Code::kInvalid, "the renew deadline must be longer than 1.2 retry periods");
  }
  return {};
}

bool ElectionState::is_leader(const ElectionSettings& settings, MonoTime now) const {
  return role == Role::kLeader && now - renewed_at < settings.renew_deadline;
}

ElectionStep step(ElectionState state, const LeaseInput& input, const ElectionSettings& settings, Now now) {
  if (state.role == Role::kLost) return {std::move(state), StepDown{}};
  const auto* success = std::get_if<LeaseWritten>(&input);
  if (success != nullptr) {
    // A renewal that comes after we had to stop does not make us leader again.
    const bool was_over = state.role == Role::kLeader && !state.is_leader(settings, now.mono);
    return was_over ? lose(std::move(state)) : written(std::move(state), *success, settings, now);
  }
  if (state.role == Role::kLeader && !state.is_leader(settings, now.mono)) return lose(std::move(state));
  if (const auto* seen = std::get_if<LeaseRead>(&input)) return read(std::move(state), *seen, settings, now);
  if (std::holds_alternative<LeaseFailed>(input)) return failed(std::move(state));
  return due(std::move(state), settings, now);
}

LeaseRecord released(const LeaseRecord& seen, WallTime now) {
  LeaseRecord record = seen;
  record.holder.clear();
  record.duration_seconds = 1;
  record.acquired = record.renewed = now;
  return record;
}

bool is_stuck(const ElectionState& state, const ElectionSettings& settings, MonoTime now, Duration tolerance) {
  return state.role == Role::kLeader && now - state.renewed_at > settings.lease + tolerance;
}

}  // namespace snapstash::runtime

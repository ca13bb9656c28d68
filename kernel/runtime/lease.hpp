#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "kernel/base/error.hpp"
#include "kernel/base/time.hpp"

/// Leader election over a coordination.k8s.io/v1 Lease, as a pure function. Same protocol as client-go's
/// tools/leaderelection, so that either understands the other. `elector.hpp` carries it out.
///
/// Guarantees: a state says leader never later than the sending of its last good renewal plus `renew_deadline`.
/// Another candidate takes over only after it has seen the lease unchanged for the lease's duration of its own time, so
/// there are never two leaders as long as clocks run at rates within lease/renew_deadline (1.5) of each other.
/// Caveat: a lease does not fence. A paused leader may still have a write under way; writes carry preconditions.
namespace snapstash::runtime {

/// What the Lease object says.
struct LeaseRecord {
  std::string holder;  ///< "" = released.
  std::int64_t duration_seconds = 0;
  std::optional<WallTime> acquired, renewed;
  std::int64_t transitions = 0;
  std::string resource_version;
  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

struct ElectionSettings {
  std::string identity;  ///< Unique in the world: host name + "_" + UUID.
  std::chrono::seconds lease{15};
  Duration renew_deadline = std::chrono::seconds(10);
  Duration retry = std::chrono::seconds(2);
};

/// Returns kInvalid unless identity is set and lease > renew_deadline > 1.2 × retry > 0 (client-go's own rule).
Result<void> validate(const ElectionSettings& settings);

enum class Role { kFollower, kLeader, kLost };  ///< Lost is for ever: the process is to end.

struct ElectionState {
  Role role = Role::kFollower;
  std::optional<LeaseRecord> seen;
  MonoTime seen_at{};      ///< Our own time when `seen` last changed; the record's times are never compared with ours.
  MonoTime renewed_at{};   ///< Leader: when the last renewal that went well was sent.
  bool slow_path = false;  ///< The direct renewal failed: read before writing.

  /// Whether we may act as the leader at `now`. Goes false by itself when renewals stop.
  bool is_leader(const ElectionSettings& settings, MonoTime now) const;
};

/// The moment, in both calendars. The wall time is only written into records, for people.
struct Now {
  MonoTime mono;
  WallTime wall;
};

// ---- what can happen ----
struct LeaseDue {};  ///< It is time to try again.
struct LeaseRead {
  std::optional<LeaseRecord> record;  ///< Nothing: there is no such Lease.
};
struct LeaseWritten {
  LeaseRecord record;
  MonoTime sent_at;
};
struct LeaseFailed {
  Error error;
};
using LeaseInput = std::variant<LeaseDue, LeaseRead, LeaseWritten, LeaseFailed>;

// ---- what to do ----
struct ReadLease {};
struct CreateLease {
  LeaseRecord record;
};
struct UpdateLease {
  LeaseRecord record;  ///< To be written only over the version that it names.
};
struct RetryLater {
  bool jittered = false;  ///< Candidates wait retry × (1 to 2.2), the leader exactly `retry`.
};
struct StepDown {};
using LeaseAction = std::variant<ReadLease, CreateLease, UpdateLease, RetryLater, StepDown>;

struct ElectionStep {
  ElectionState state;
  LeaseAction next;
};

/// Advances an election. Pure. Errors: none; a lease that cannot be read or written is an input.
ElectionStep step(ElectionState state, const LeaseInput& input, const ElectionSettings& settings, Now now);

/// Returns what a leader writes when it lets go: no holder, one second, so that the next one needs not wait.
LeaseRecord released(const LeaseRecord& seen, WallTime now);

/// Whether a leader has stopped renewing for longer than the lease lasts plus `tolerance`: such a process is stuck and
/// must not live on.
bool is_stuck(const ElectionState& state, const ElectionSettings& settings, MonoTime now, Duration tolerance);

}  // namespace snapstash::runtime

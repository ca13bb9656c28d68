#pragma once
#include <optional>
#include <string>

#include "kernel/base/time.hpp"

/// One PVC of one restore: what was asked for, what exists, and what that amounts to. Pure.
namespace snapstash::restore {

/// What exists under the PVC's name.
struct ClaimView {
  bool ours = false;  ///< Made by this RestoreSession.
  bool bound = false;
  bool deleting = false;
  bool source_kept = true;          ///< The API server kept the dataSource; without it the volume would be empty.
  bool waits_for_consumer = false;  ///< Its class binds when the first pod uses it (WaitForFirstConsumer).
  std::string phase;
  WallTime created{};
  /// What the provisioner last said of it, when it is slow; "" = nothing.
  std::string provisioner_says;
  friend bool operator==(const ClaimView&, const ClaimView&) = default;
};

enum class ClaimState {
  kUncreated,
  kUnbound,  ///< The CSI driver is filling its volume.
  kSucceeded,
  kUnknown,  ///< Bound only when a pod uses it: not ours to know (Stash's phase Unknown).
  kFailed,
};

struct Outcome {
  ClaimState state = ClaimState::kUncreated;
  std::string message;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Claim {
  std::string namespace_, name;
  std::string obstacle;        ///< Known before anything was created: why it cannot be restored. "" = none.
  std::string creation_error;  ///< What the Job said when it could not create the PVC. "" = nothing.
  std::string snapshot;        ///< VolumeSnapshot it is filled from; "" = an empty volume was asked for.
  std::string raised;          ///< What its size was raised to, since the snapshot needs that; "" = as asked for.
  std::optional<ClaimView> exists;
  /// What the status says of it already: success and failure are final, whatever became of the PVC since.
  std::optional<Outcome> said;
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// What a PVC is judged by. `job_is_over`: no pod will create anything any more. `job_error`: why the Job gets nothing
/// done.
struct Circumstances {
  WallTime now, deadline;
  bool job_is_over = false;
  std::string job_error;
  friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

/// Judges one PVC.
Outcome judge(const Claim& claim, const Circumstances& circumstances);

bool is_final(const Outcome& outcome);

}  // namespace snapstash::restore

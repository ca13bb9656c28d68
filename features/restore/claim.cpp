#include "features/restore/claim.hpp"

#include <fmt/format.h>

namespace snapstash::restore {
namespace {

Outcome failed(std::string message) { return {.state = ClaimState::kFailed, .message = std::move(message)}; }

Outcome judge_missing(const Claim& claim, const Circumstances& in) {
  const std::string& why = claim.creation_error.empty() ? in.job_error : claim.creation_error;
  const std::string who = fmt::format("PVC {}/{}", claim.namespace_, claim.name);
  if (in.job_is_over) {
    return failed(
        why.empty() ? fmt::format("{} was deleted during the restore.", who)
                    : fmt::format("Failed to create {}. Reason: {}", who, why)
    );
  }
  if (in.now >= in.deadline) {
    return failed(
        why.empty() ? fmt::format("{} was not created in time.", who)
                    : fmt::format("{} was not created in time. Reason: {}", who, why)
    );
  }
  return {.state = ClaimState::kUncreated, .message = why};
}

Outcome judge_late(const Claim& claim) {
  const std::string who = fmt::format("PVC {}/{}", claim.namespace_, claim.name);
  const std::string& says = claim.exists->provisioner_says;
  if (!says.empty()) {
    return failed(fmt::format("failed to restore the volume. Reason: {} is not bound in time: {}", who, says));
  }
  return failed(fmt::format(
      "failed to restore the volume. Reason: {} is not bound in time; kubectl describe pvc -n {} {} shows what its "
      "provisioner says.",
      who, claim.namespace_, claim.name
  ));
}

}  // namespace

bool is_final(const Outcome& outcome) {
  return outcome.state != ClaimState::kUncreated && outcome.state != ClaimState::kUnbound;
}

Outcome judge(const Claim& claim, const Circumstances& in) {
  if (claim.said) return *claim.said;
  if (!claim.obstacle.empty()) return failed(claim.obstacle);
  if (!claim.exists) return judge_missing(claim, in);
  const ClaimView& view = *claim.exists;
  const std::string who = fmt::format("PVC {}/{}", claim.namespace_, claim.name);
  // Stash's sentence; a PVC of somebody else is never taken for a restored one.
  if (!view.ours) return failed(fmt::format("Failed to create {}. Reason: PVC already exist.", who));
  if (view.deleting) return failed(fmt::format("{} is being deleted.", who));
  if (!view.source_kept) {
    return failed(fmt::format(
        "The API server dropped the dataSource of {}: its volume is or will be EMPTY. Delete the PVC and restore into "
        "a cluster that supports this source.",
        who
    ));
  }
  if (view.bound) return {.state = ClaimState::kSucceeded};
  if (view.phase == "Lost") return failed(fmt::format("failed to restore the volume. Reason: {} is Lost.", who));
  if (view.waits_for_consumer) {
    return {
        .state = ClaimState::kUnknown,
        // Stash's sentence, to the letter.
        .message =
            "Stash is unable to verify whether the volume has been initialized from snapshot data or not.Reason: "
            "volume binding mode is WaitForFirstConsumer."
    };
  }
  if (in.now >= in.deadline) return judge_late(claim);
  return {.state = ClaimState::kUnbound, .message = view.provisioner_says};
}

}  // namespace snapstash::restore

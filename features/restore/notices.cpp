#include "features/restore/notices.hpp"

#include <fmt/format.h>

namespace snapstash::restore {
namespace {

std::string explain_raised(const Claim& claim) {
  return fmt::format(
      "PVC {} asks for {}: VolumeSnapshot {} needs that much, and its template asks for less.", claim.name,
      claim.raised, claim.snapshot
  );
}

}  // namespace

std::vector<Notice> notices(const Sight& sight, const Decision& decision) {
  std::vector<Notice> found;
  const bool was_stalled =
      kube::has_condition(sight.session->status.conditions, "Stalled", kube::ConditionStatus::kTrue);
  if (decision.stalled && !was_stalled) found.push_back({"RestoreStalled", *decision.stalled, false});
  for (const Claim& claim : sight.seen.claims) {
    if (decision.step != Step::kRun || claim.raised.empty()) continue;
    found.push_back({"RestoreSizeRaised", explain_raised(claim)});
  }
  if (decision.step != Step::kFinish && decision.step != Step::kInvalid) return found;
  const bool bad = decision.step == Step::kInvalid || decision.verdict == Verdict::kFailed;
  found.push_back({decision.reason, decision.message, !bad});
  return found;
}

}  // namespace snapstash::restore

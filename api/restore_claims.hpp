#pragma once
#include <cstdint>
#include <vector>

#include "api/claim_template.hpp"
#include "api/restore_target.hpp"
#include "kernel/base/error.hpp"

namespace snapstash::api {

/// Returns the claim that a template stands for at one ordinal: `${POD_ORDINAL}` replaced in all its strings.
/// Errors: kInvalid, see expand_pod_ordinal.
Result<ClaimTemplate> claim_of(const ClaimTemplate& claim, std::int32_t ordinal);

/// Returns all claims of a restore, in Stash's order: for each ordinal, each template.
/// Errors: kInvalid, see expand_pod_ordinal. Names are not checked; validate() does.
Result<std::vector<ClaimTemplate>> claims_of(const RestoreTarget& target);

}  // namespace snapstash::api

#include "api/restore_claims.hpp"

#include <utility>

#include "api/pod_ordinal.hpp"

namespace snapstash::api {

Result<ClaimTemplate> claim_of(const ClaimTemplate& claim, std::int32_t ordinal) {
  auto expanded = expand_pod_ordinal_in(json::encode(claim), ordinal);
  if (!expanded) return fail(std::move(expanded).error());
  return json::decode<ClaimTemplate>(*expanded);
}

Result<std::vector<ClaimTemplate>> claims_of(const RestoreTarget& target) {
  std::vector<ClaimTemplate> claims;
  for (std::int32_t ordinal = 0; ordinal < target.ordinals(); ++ordinal) {
    for (const auto& claim : target.volume_claim_templates) {
      auto resolved = claim_of(claim, ordinal);
      if (!resolved) return fail(std::move(resolved).error());
      claims.push_back(*std::move(resolved));
    }
  }
  return claims;
}

}  // namespace snapstash::api

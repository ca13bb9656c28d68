#include <string>

#include "api/field_rules.hpp"
#include "api/validation.hpp"

namespace snapstash::api {

Problems validate(const RestoreSession& session) {
  if (!is_ours(session)) return {{"spec.driver", std::string(kResticSentence)}};
  const auto& spec = session.spec;
  Problems problems;
  ClaimNames names;
  check_target(spec.target, session.metadata.namespace_, "spec.target", names, problems);
  check_positive_duration(spec.time_out, "spec.timeOut", problems);
  check_hooks(spec.hooks, "spec.hooks", problems);
  return problems;
}

Problems validate_update(const RestoreSession& before, const RestoreSession& now) {
  if (now.metadata.deletion_timestamp || before.spec == now.spec) return {};
  return {{"spec", std::string(kRestoreFixedSentence)}};
}

}  // namespace snapstash::api

#include <string>

#include <fmt/format.h>

#include "api/field_rules.hpp"
#include "api/validation.hpp"

namespace snapstash::api {

Problems validate(const RestoreBatch& batch) {
  if (!is_ours(batch)) return {{"spec.driver", std::string(kResticSentence)}};
  const auto& spec = batch.spec;
  const RestoreHooks& own = *spec.hooks;
  Problems problems;
  check_positive_duration(spec.time_out, "spec.timeOut", problems);
  check_hooks(own, "spec.hooks", problems);
  if (own.pre_restore) check_global_handler(*own.pre_restore, "spec.hooks.preRestore", problems);
  if (own.post_restore) check_global_handler(*own.post_restore, "spec.hooks.postRestore", problems);
  if (spec.members.empty()) problems.push_back({"spec.members", std::string(kNoRestoreMembersSentence)});
  ClaimNames names;  // of all members: no two of them may create the same claim
  for (std::size_t i = 0; i < spec.members.size(); ++i) {
    const std::string field = fmt::format("spec.members[{}]", i);
    check_target(spec.members[i].target, batch.metadata.namespace_, field + ".target", names, problems);
    check_hooks(*spec.members[i].hooks, field + ".hooks", problems);
  }
  return problems;
}

Problems validate_update(const RestoreBatch& before, const RestoreBatch& now) {
  if (now.metadata.deletion_timestamp || before.spec == now.spec) return {};
  return {{"spec", std::string(kRestoreBatchFixedSentence)}};
}

}  // namespace snapstash::api

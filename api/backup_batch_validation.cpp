#include <string>

#include <fmt/format.h>

#include "api/field_rules.hpp"
#include "api/validation.hpp"

namespace snapstash::api {

Problems validate(const BackupBatch& batch) {
  if (!is_ours(batch)) return {{"spec.driver", std::string(kResticSentence)}};
  const auto& spec = batch.spec;
  Problems problems;
  check_plan(spec, problems);
  check_hooks(*spec.hooks, "spec.hooks", problems);
  if (spec.hooks->pre_backup) check_global_handler(*spec.hooks->pre_backup, "spec.hooks.preBackup", problems);
  if (spec.hooks->post_backup) check_global_handler(*spec.hooks->post_backup, "spec.hooks.postBackup", problems);
  if (spec.members.empty()) problems.push_back({"spec.members", std::string(kNoMembersSentence)});
  for (std::size_t i = 0; i < spec.members.size(); ++i) {
    const std::string field = fmt::format("spec.members[{}]", i);
    check_target(spec.members[i].target, batch.metadata.namespace_, field + ".target", problems);
    check_hooks(*spec.members[i].hooks, field + ".hooks", problems);
  }
  return problems;
}

}  // namespace snapstash::api

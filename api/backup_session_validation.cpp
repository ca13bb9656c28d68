#include <fmt/format.h>

#include "api/field_rules.hpp"
#include "api/validation.hpp"

namespace snapstash::api {

Problems validate(const BackupSession& session) {
  const auto& invoker = session.spec.invoker;
  Problems problems;
  if (invoker.kind != BackupConfiguration::kResource.kind && invoker.kind != BackupBatch::kResource.kind) {
    problems.push_back({"spec.invoker.kind", fmt::format("\"{}\" {}", invoker.kind, kInvokerSentence)});
  }
  if (!invoker.api_group.empty() && invoker.api_group != kGroup) {
    problems.push_back({"spec.invoker.apiGroup", fmt::format("\"{}\" must be {}", invoker.api_group, kGroup)});
  }
  check_object_name(invoker.name, "spec.invoker.name", problems);
  check_at_least(session.spec.retry_left, 0, "spec.retryLeft", problems);
  return problems;
}

Problems validate_update(const BackupSession& before, const BackupSession& now) {
  if (now.metadata.deletion_timestamp || before.spec == now.spec) return {};
  return {{"spec", std::string(kSessionFixedSentence)}};
}

}  // namespace snapstash::api

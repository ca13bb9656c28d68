#include <string>

#include "api/validation.hpp"

namespace snapstash::api {

Problems validate(const BackupConfiguration& configuration) {
  if (!is_ours(configuration)) return {{"spec.driver", std::string(kResticSentence)}};
  const auto& spec = configuration.spec;
  Problems problems;
  check_plan(spec, problems);
  check_target(spec.target, configuration.metadata.namespace_, "spec.target", problems);
  check_hooks(*spec.hooks, "spec.hooks", problems);
  return problems;
}

Problems validate_update(const BackupConfiguration& before, const BackupConfiguration& now) {
  if (now.metadata.deletion_timestamp || before.status.phase != BackupConfiguration::Phase::kReady) return {};
  const auto ref_of = [](const BackupConfiguration& configuration) {
    return configuration.spec.target ? std::optional(configuration.spec.target->ref) : std::nullopt;
  };
  if (ref_of(before) == ref_of(now)) return {};
  return {{"spec.target", std::string(kTargetFixedSentence)}};
}

}  // namespace snapstash::api

#include "api/backup_target.hpp"

#include <fmt/format.h>

#include "api/field_rules.hpp"

namespace snapstash::api {

namespace {

void check_ref(const TargetRef& ref, const std::string& field, Problems& problems) {
  if (ref.kind.empty() || ref.name.empty()) {
    problems.push_back({field, std::string(kNoRefSentence)});
    return;
  }
  const bool claim = ref.kind == "PersistentVolumeClaim";
  if (!claim && ref.kind != "Deployment" && ref.kind != "StatefulSet" && ref.kind != "DaemonSet") {
    problems.push_back({field + ".kind", fmt::format("unsupported target kind \"{}\": {}", ref.kind, kKindSentence)});
    return;
  }
  if (!ref.api_version.empty() && ref.api_version != (claim ? "v1" : "apps/v1")) {
    problems.push_back({field + ".apiVersion", fmt::format("\"{}\": {}", ref.api_version, kApiVersionSentence)});
  }
  check_object_name(ref.name, field + ".name", problems);
}

}  // namespace

void check_target(
    const std::optional<BackupTarget>& target, std::string_view own_namespace, const std::string& field,
    Problems& problems
) {
  if (!target) {
    problems.push_back({field, std::string(kNoTargetSentence)});
    return;
  }
  check_ref(target->ref, field + ".ref", problems);
  check_same_namespace(target->ref, own_namespace, field + ".ref.namespace", problems);
  check_at_least(target->replicas, 1, field + ".replicas", problems);
  if (!target->snapshot_class_name.empty()) {
    check_object_name(target->snapshot_class_name, field + ".snapshotClassName", problems);
  }
}

}  // namespace snapstash::api

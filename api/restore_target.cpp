#include "api/restore_target.hpp"

#include <utility>

#include <fmt/format.h>

#include "api/field_rules.hpp"
#include "api/pod_ordinal.hpp"
#include "api/restore_claims.hpp"

namespace snapstash::api {

namespace {

constexpr std::string_view kSnapshotGroup = "snapshot.storage.k8s.io";

void check_data_source(
    const json::Object& spec, std::string_view member, const std::string& field, Problems& problems
) {
  const auto* source = spec.if_contains({member.data(), member.size()});
  if (source == nullptr || source->is_null()) return;
  const std::string path = fmt::format("{}.spec.{}", field, member);
  const auto group = json::find_string(*source, "/apiGroup");
  const auto kind = json::find_string(*source, "/kind");
  if (kind != "VolumeSnapshot" || group != kSnapshotGroup) {
    problems.push_back(
        {path,
         fmt::format("is a {} of \"{}\"; a restore starts from a VolumeSnapshot of {}", kind, group, kSnapshotGroup)}
    );
  }
  if (json::find_string(*source, "/name").empty()) problems.push_back({path + ".name", "names no VolumeSnapshot"});
  // With the feature gate off, the API server drops such a source without a word: the volume would be empty.
  if (!json::find_string(*source, "/namespace").empty()) {
    problems.push_back(
        {path + ".namespace", "is not supported: the VolumeSnapshot must be in the namespace of this object"}
    );
  }
}

void check_template(
    const ClaimTemplate& claim, const std::string& field, std::string_view own_namespace, Problems& problems
) {
  if (claim.metadata.name.empty()) problems.push_back({field + ".metadata.name", std::string(kNoTemplateNameSentence)});
  const auto& elsewhere = claim.metadata.namespace_;
  if (!elsewhere.empty() && elsewhere != own_namespace) {
    problems.push_back(
        {field + ".metadata.namespace",
         fmt::format("is \"{}\"; claims are created in the namespace of this object: leave it out", elsewhere)}
    );
  }
  if (const auto resolved = claim_of(claim, 0); !resolved) {
    problems.push_back({field, resolved.error().message});
    return;
  }
  check_data_source(claim.spec, "dataSource", field, problems);
  check_data_source(claim.spec, "dataSourceRef", field, problems);
}

// What only shows when the ordinals are put in: bad expressions, bad names, one name twice. Ends with the first
// problem: the other ordinals would say the same.
void check_claims(const RestoreTarget& target, const std::string& field, ClaimNames& names, Problems& problems) {
  for (std::int32_t ordinal = 0; ordinal < target.ordinals(); ++ordinal) {
    for (std::size_t i = 0; i < target.volume_claim_templates.size(); ++i) {
      const auto& name_text = target.volume_claim_templates[i].metadata.name;
      if (name_text.empty()) return;
      const std::string here = fmt::format("{}.volumeClaimTemplates[{}]", field, i);
      const auto name = expand_pod_ordinal(name_text, ordinal);
      if (!name) return problems.push_back({here + ".metadata.name", name.error().message});
      if (!is_object_name(*name)) return check_object_name(*name, here + ".metadata.name", problems);
      const auto [known, is_new] = names.emplace(*name, here);
      if (is_new) continue;
      return problems.push_back(
          {here + ".metadata.name",
           known->second == here
               ? fmt::format("\"{}\" would be the name of several claims: {}", *name, kOrdinalSentence)
               : fmt::format("\"{}\" is also the name of a claim of {}", *name, known->second)}
      );
    }
  }
}

// Enough for any StatefulSet; keeps the check of a slip of the pen ("replicas: 30000000") short.
constexpr std::int32_t kMaxOrdinals = 10000;

}  // namespace

void check_target(
    const std::optional<RestoreTarget>& target, std::string_view own_namespace, const std::string& field,
    ClaimNames& names, Problems& problems
) {
  const std::string templates = field + ".volumeClaimTemplates";
  if (!target) {
    problems.push_back({templates, std::string(kNoTemplatesSentence)});
    return;
  }
  if (target->ref) check_same_namespace(*target->ref, own_namespace, field + ".ref.namespace", problems);
  check_at_least(target->replicas, 1, field + ".replicas", problems);
  if (target->volume_claim_templates.empty()) {
    problems.push_back({templates, std::string(kNoTemplatesSentence)});
    return;
  }
  if (target->ordinals() > kMaxOrdinals) {
    problems.push_back({field + ".replicas", fmt::format("is {}, must be at most {}", target->ordinals(), kMaxOrdinals)}
    );
    return;
  }
  const std::size_t before = problems.size();
  for (std::size_t i = 0; i < target->volume_claim_templates.size(); ++i) {
    check_template(target->volume_claim_templates[i], fmt::format("{}[{}]", templates, i), own_namespace, problems);
  }
  if (problems.size() == before) check_claims(*target, field, names, problems);
}

void check_hooks(const RestoreHooks& hooks, const std::string& field, Problems& problems) {
  if (hooks.pre_restore) check_handler(*hooks.pre_restore, field + ".preRestore", problems);
  if (hooks.post_restore) check_handler(*hooks.post_restore, field + ".postRestore", problems);
}

}  // namespace snapstash::api

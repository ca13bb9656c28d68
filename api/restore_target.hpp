#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/claim_template.hpp"
#include "api/problem.hpp"
#include "api/restore_hooks.hpp"
#include "api/sentences.hpp"
#include "api/target_ref.hpp"

namespace snapstash::api {

/// What is restored: the claims to create.
struct RestoreTarget {
  std::optional<TargetRef> ref;  ///< If it has a name, the restore waits until that object exists.
  std::optional<std::int32_t> replicas;
  std::vector<ClaimTemplate> volume_claim_templates;
  // Read by Stash's Restic driver only; kept.
  std::string alias;
  json::Array rules, volume_mounts;
  std::vector<std::string> args;

  /// For how many ordinals each template is instantiated.
  std::int32_t ordinals() const { return replicas.value_or(1); }
  friend bool operator==(const RestoreTarget&, const RestoreTarget&) = default;
};

}  // namespace snapstash::api

template <>
struct snapstash::json::Description<snapstash::api::RestoreTarget> {
  using T = api::RestoreTarget;
  static constexpr std::tuple fields{
      field("ref", &T::ref, "An object that must exist before the restore begins. Usually left out."),
      field(
          "replicas", &T::replicas,
          "How many ordinals, from 0, every template is instantiated for. Default 1. With more than one, the "
          "templates' "
          "names need ${POD_ORDINAL}."
      )
          .at_least(1),
      field("volumeClaimTemplates", &T::volume_claim_templates, "The PersistentVolumeClaims to create.").max_items(256),
      field("alias", &T::alias, "Read by Stash's Restic driver only."),
      field("rules", &T::rules, "Read by Stash's Restic driver only."),
      field("volumeMounts", &T::volume_mounts, "Read by Stash's Restic driver only."),
      field("args", &T::args, "Read by Stash's Restic driver only."),
  };
};

namespace snapstash::api {

/// Returns the field of a RestoreTarget with the rules of its templates: there are some, each with a name, and one that
/// differs from ordinal to ordinal.
constexpr auto with_template_rules(auto target) {
  return target
      .rule(json::require(
          "has(self.volumeClaimTemplates) && size(self.volumeClaimTemplates) > 0", kNoTemplatesSentence,
          ".volumeClaimTemplates"
      ))
      .rule(json::require(
          "!has(self.volumeClaimTemplates) || self.volumeClaimTemplates.all(t, has(t.metadata) && "
          "has(t.metadata.name) && t.metadata.name != '')",
          kNoTemplateNameSentence, ".volumeClaimTemplates"
      ))
      .rule(
          "!has(self.replicas) || self.replicas < 2 || !has(self.volumeClaimTemplates) || "
          "self.volumeClaimTemplates.all(t, !has(t.metadata) || !has(t.metadata.name) || "
          "t.metadata.name.contains('POD_ORDINAL'))",
          kOrdinalSentence, ".volumeClaimTemplates"
      );
}

/// Of each claim that is to be created: the field of the template it comes from.
using ClaimNames = std::map<std::string, std::string>;

/// Adds what is wrong with what is to be restored, which stands at `field` of an object in `own_namespace`. Claims go
/// to `names`; one that is there already is wrong.
void check_target(
    const std::optional<RestoreTarget>& target, std::string_view own_namespace, const std::string& field,
    ClaimNames& names, Problems& problems
);
/// The same of hooks.
void check_hooks(const RestoreHooks& hooks, const std::string& field, Problems& problems);

}  // namespace snapstash::api

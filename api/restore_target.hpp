#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/claim_template.hpp"
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

#pragma once
#include <string_view>

#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

namespace snapstash::runtime {

/// Returns the group in an apiVersion: "apps" of "apps/v1", "" of "v1".
inline std::string_view group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

/// Returns the reference to the managing controller, if that is of `kind` (versions of one group are the same kind).
inline const kube::OwnerReference* find_controller(const kube::ObjectMeta& child, const kube::Resource& kind) {
  for (const kube::OwnerReference& owner : child.owner_references) {
    if (!owner.controller.value_or(false)) continue;
    const bool same = owner.kind == kind.kind && group_of(owner.api_version) == kind.group;
    return same ? &owner : nullptr;  // there is at most one controller
  }
  return nullptr;
}

}  // namespace snapstash::runtime

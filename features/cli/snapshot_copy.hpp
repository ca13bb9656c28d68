#pragma once
#include <optional>
#include <string>

#include "kernel/json/value.hpp"

/// A VolumeSnapshot of one namespace made known in another: a pre-provisioned VolumeSnapshotContent of policy Retain
/// and a VolumeSnapshot that names it. Pure.
///
/// Guarantees: no VolumeSnapshotContent of policy Delete is ever made for a snapshot that another one stands for (two
/// of them would let either VolumeSnapshot delete the data under the other: CSI A.5), and no object of anybody else's
/// is changed.
namespace snapstash::cli {

/// What is known before a copy. Objects whole, null = there is none.
struct CopySight {
  std::string from, to;      ///< Namespaces.
  json::Value snapshot;      ///< The original.
  json::Value content;       ///< What it is bound to.
  json::Value there;         ///< VolumeSnapshot of its name in the other namespace.
  json::Value copied;        ///< VolumeSnapshotContent of the name that the copy's has.
  bool class_exists = true;  ///< The VolumeSnapshotClass that the original's content names.
};

/// What a copy takes. Either a refusal, or the steps in their order; none of them = it is there.
struct CopyDecision {
  std::string refusal;
  std::optional<json::Value> release;   ///< Patch: the content belonged to a VolumeSnapshot that is gone.
  std::optional<json::Value> content;   ///< To be created.
  std::optional<json::Value> snapshot;  ///< To be created.
};

/// Returns the name of the copy's content: the same for the same original (by UID) and the same place.
std::string content_name(const json::Value& snapshot, const std::string& to);

CopyDecision decide_copy(const CopySight& seen);

/// Returns what a person must know of a copy: what it is, and what deleting means.
std::string explain_copy(const CopySight& seen);

}  // namespace snapstash::cli

#pragma once
#include <string_view>

#include "sim/actors/cluster.hpp"

/// By what the invariants know objects of ours: written out, not taken from the product, which is under test.
namespace snapstash::sim::marks {

inline constexpr std::string_view kSessionUid = "/metadata/labels/snapstash.dev~1session-uid";
inline constexpr std::string_view kConfiguration = "/metadata/labels/snapstash.dev~1configuration";
inline constexpr std::string_view kBatch = "/metadata/labels/snapstash.dev~1batch";
inline constexpr std::string_view kBlueprint = "/metadata/labels/snapstash.dev~1blueprint";
inline constexpr std::string_view kAsksFor = "/metadata/annotations/stash.appscode.com~1backup-blueprint";
inline constexpr std::string_view kSource = "/spec/source/persistentVolumeClaimName";
inline constexpr std::string_view kCutAt = "/status/creationTime";

/// Made by the operator or one of its Jobs (Stash's label).
inline bool is_managed(const StoredObject& object) {
  return json::find_string(object.value(), "/metadata/labels/app.kubernetes.io~1managed-by") == "stash.appscode.com";
}
/// A Job that does nothing but run a hook.
inline bool runs_a_hook(const StoredObject& job) {
  return !json::find_string(job.value(), "/metadata/labels/snapstash.dev~1hook").empty();
}
/// Which member of a batch it was made for; "" = no batch's.
inline std::string_view member_of(const StoredObject& object) {
  return json::find_string(object.value(), "/metadata/labels/snapstash.dev~1member");
}
/// A snapshot of a session.
inline bool is_from_session(const StoredObject& object) {
  return !json::find_string(object.value(), kSessionUid).empty();
}

}  // namespace snapstash::sim::marks

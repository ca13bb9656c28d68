#pragma once
#include <functional>
#include <string>

#include "sim/api_server/storage.hpp"

namespace snapstash::sim {

/// How one snapshot goes, from the snapshot-controller's and the CSI driver's point of view. The defaults are a healthy
/// driver.
struct SnapshotBehaviour {
  Duration cut_after = std::chrono::milliseconds(400);    ///< From the call to the point in time.
  Duration ready_after = std::chrono::milliseconds(300);  ///< From the point in time to readyToUse.
  bool unseen = false;        ///< The snapshot-controller does nothing: no status, no finalizers, no content.
  bool silent = false;        ///< Bound, and never a word from the driver.
  std::string error;          ///< The driver refuses with this message …
  Duration error_lasts = {};  ///< … for so long; zero = for ever.
  std::string late_error;     ///< Once ready, this error appears …
  bool late_unready = false;  ///< … and readyToUse becomes false with it.
  Duration late_after = std::chrono::seconds(1);
  Duration content_lost_after = {};  ///< Once ready for so long, somebody forces the content away; zero = never.
  Duration delete_takes = std::chrono::milliseconds(300);
  bool delete_hangs = false;
};

/// Chooses the behaviour of a snapshot that has just appeared.
using SnapshotBehaviours = std::function<SnapshotBehaviour(const StoredObject& snapshot)>;

namespace marks {
inline constexpr std::string_view kSourceProtection =
    "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection";
inline constexpr std::string_view kBoundProtection = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection";
inline constexpr std::string_view kContentProtection =
    "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";
inline constexpr std::string_view kClaimProtection = "snapshot.storage.kubernetes.io/pvc-as-source-protection";
inline constexpr std::string_view kBeingDeleted = "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted";
}  // namespace marks

}  // namespace snapstash::sim

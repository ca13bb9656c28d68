#pragma once
#include <string>
#include <vector>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "features/hooks/errand.hpp"
#include "features/naming/labels.hpp"
#include "features/pods/pod_template.hpp"

/// The volume snapshotter Job of a session, and the errand its pod is sent on. Pure.
namespace snapstash::backup {

/// What the pod is to create; passed whole in one argument, so that the pod reads nothing else.
struct Errand {
  struct Item {
    std::string pvc, name, class_name;
    friend bool operator==(const Item&, const Item&) = default;
  };
  std::string session, session_uid;
  naming::Labels labels, annotations;  ///< Of every VolumeSnapshot.
  std::vector<Item> items;
  /// No snapshot is made from then on: the session has given up on it, or retention has deleted it again, and a pod
  /// that comes late would make it of other data under the old name.
  WallTime create_before;
  std::optional<hooks::Errand> hooks;  ///< Run around the creation; `post` only where the application is held.
  WallTime session_created;            ///< For what hooks may say.
  friend bool operator==(const Errand&, const Errand&) = default;
};

std::string encode_errand(const Errand& errand);
/// Errors: kInvalid, naming what is missing.
Result<Errand> decode_errand(std::string_view text);

/// Returns what is to be done for these PVCs, each with its VolumeSnapshotClass, before the session's cut deadline.
Errand errand_of(
    const api::BackupSession& session, const api::BackupConfiguration& configuration,
    const std::vector<std::pair<std::string, std::string>>& claims_and_classes, WallTime create_before
);

/// What the operator says about its Jobs.
struct JobSettings {
  pods::Defaults pods;
};

/// The name of the session's Job of that attempt; of its member's, where it is a part.
std::string job_name(const api::BackupSession& session, int attempt);
/// The same of the Job that runs its post hook.
std::string hook_job_name(const api::BackupSession& session);

/// Labels of the session's Jobs and their pods.
naming::Labels job_labels(const api::BackupSession& session, const api::BackupConfiguration& configuration);

/// Returns the Job. It survives disruptions (podFailurePolicy), and gives up after three failed pods; with a preBackup
/// hook it has one pod and no other: a second one would hold the application at another point in time.
json::Value job_manifest(
    const api::BackupSession& session, const api::BackupConfiguration& configuration, const Errand& errand, int attempt,
    const JobSettings& settings
);

}  // namespace snapstash::backup

#pragma once
#include <string_view>

#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_session.hpp"

/// Good objects for tests, as Stash's guides have them.
namespace snapstash::api {

inline BackupConfiguration sample_configuration() {
  BackupConfiguration configuration;
  configuration.metadata.name = "deployment-volume-snapshot";
  configuration.metadata.namespace_ = "demo";
  configuration.spec.driver = Driver::kVolumeSnapshotter;
  configuration.spec.schedule = "*/5 * * * *";
  configuration.spec.target = BackupTarget{
      .ref = {.api_version = "apps/v1", .kind = "Deployment", .name = "stash-demo"},
      .snapshot_class_name = "csi-snapshot-class",
  };
  configuration.spec.retention_policy = {.name = "keep-last-5", .keep_last = 5, .prune = true};
  return configuration;
}

inline BackupBlueprint sample_blueprint() {
  BackupBlueprint blueprint;
  blueprint.metadata.name = "daily";
  blueprint.spec.driver = Driver::kVolumeSnapshotter;
  blueprint.spec.schedule = "0 2 * * *";
  blueprint.spec.retention_policy = {.name = "keep-last-5", .keep_last = 5, .prune = true};
  return blueprint;
}

inline ClaimTemplate sample_template(std::string_view name, std::string_view snapshot) {
  ClaimTemplate claim;
  claim.metadata.name = name;
  claim.spec = {
      {"accessModes", json::Array{"ReadWriteOnce"}},
      {"storageClassName", "csi-standard"},
      {"resources", {{"requests", {{"storage", "1Gi"}}}}},
      {"dataSource",
       {{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}, {"name", json::make_string(snapshot)}}},
  };
  return claim;
}

inline RestoreSession sample_restore() {
  RestoreSession session;
  session.metadata.name = "restore-pvc";
  session.metadata.namespace_ = "demo";
  session.spec.driver = Driver::kVolumeSnapshotter;
  session.spec.target = RestoreTarget{
      .volume_claim_templates =
          {
              sample_template("restore-data", "source-data-1700000000"),
              sample_template("restore-config", "source-config-1700000000"),
          }
  };
  return session;
}

inline BackupSession sample_session() {
  BackupSession session;
  session.metadata.name = "deployment-volume-snapshot-1700000000";
  session.metadata.namespace_ = "demo";
  session.spec.invoker = {
      .api_group = std::string(kGroup), .kind = "BackupConfiguration", .name = "deployment-volume-snapshot"
  };
  return session;
}

}  // namespace snapstash::api

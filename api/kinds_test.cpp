#include <gmock/gmock.h>

#include "api/sample_objects.hpp"
#include "api/validation.hpp"

/// The kinds as JSON: what Stash's users wrote must be read, and what is read must come back.
namespace snapstash::api {
namespace {

constexpr std::string_view kEverything = R"json({
  "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupConfiguration",
  "metadata": {"name": "b", "namespace": "demo", "labels": {"app": "x"}},
  "spec": {
    "driver": "VolumeSnapshotter", "schedule": "*/5 * * * *", "paused": true,
    "target": {"ref": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "s", "namespace": "demo"}, "replicas": 3,
      "snapshotClassName": "c", "alias": "a", "paths": ["/p"], "volumeMounts": [{"name": "v", "mountPath": "/m"}],
      "exclude": ["x"], "args": ["--a"]},
    "retentionPolicy": {"name": "r", "keepLast": 1, "keepHourly": 2, "keepDaily": 3, "keepWeekly": 4, "keepMonthly": 5,
      "keepYearly": 6, "keepTags": ["t"], "prune": true, "dryRun": true},
    "backupHistoryLimit": 3, "timeOut": "1h", "retryConfig": {"maxRetry": 0, "delay": "30s"},
    "hooks": {
      "preBackup": {"exec": {"command": ["sync"]}, "containerName": "app"},
      "postBackup": {"httpGet": {"host": "h", "path": "/", "port": 80, "scheme": "HTTP", "httpHeaders": [{"name": "n", "value": "v"}]},
        "httpPost": {"port": "web", "scheme": "HTTPS", "body": "b", "form": [{"key": "k", "values": ["v"]}]},
        "tcpSocket": {"host": "h", "port": 1}, "executionPolicy": "OnFinalRetryFailure"}},
    "runtimeSettings": {
      "pod": {"podLabels": {"a": "b"}, "podAnnotations": {"c": "d"}, "nodeSelector": {"e": "f"}, "serviceAccountName": "sa",
        "serviceAccountAnnotations": {"g": "h"}, "automountServiceAccountToken": false, "nodeName": "n",
        "securityContext": {"fsGroup": 1}, "imagePullSecrets": [{"name": "p"}], "affinity": {"podAffinity": {}},
        "schedulerName": "sn", "tolerations": [{"operator": "Exists"}], "priorityClassName": "pc", "priority": 0,
        "readinessGates": [{"conditionType": "t"}], "runtimeClassName": "rc", "enableServiceLinks": true,
        "topologySpreadConstraints": [{"topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 1}]},
      "container": {"resources": {"limits": {"cpu": "1"}}, "livenessProbe": {"periodSeconds": 1}, "readinessProbe": {"exec": {}},
        "lifecycle": {"preStop": {}}, "securityContext": {"runAsUser": 1}, "nice": {"adjustment": 5},
        "ionice": {"class": 2, "classData": 4}, "envFrom": [{"prefix": "p"}], "env": [{"name": "e", "value": "v"}]}},
    "snapstash": {"timeZone": "Europe/Berlin", "startingDeadlineSeconds": 60, "cutDeadline": "5m", "readyDeadline": "48h"},
    "repository": {"name": "r", "namespace": "n"}, "task": {"name": "t", "params": [{"name": "n", "value": "v"}]},
    "tempDir": {"medium": "Memory", "sizeLimit": "1Gi", "disableCaching": true},
    "interimVolumeTemplate": {"metadata": {"name": "i"}}},
  "status": {"observedGeneration": 2, "phase": "Ready", "conditions": [{"type": "CronJobCreated", "status": "True",
    "reason": "r", "message": "m", "lastTransitionTime": "2026-07-20T02:00:11Z", "observedGeneration": 1, "severity": "Info"}]}
})json";

TEST(BackupConfigurationJson, LosesNothingOfWhatStashHas) {
  const auto document = json::parse(kEverything).value();
  const auto configuration = json::decode<BackupConfiguration>(document);
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_THAT(validate(*configuration), ::testing::IsEmpty());
  EXPECT_EQ(json::serialize(json::encode(*configuration)), json::serialize(document));
}

TEST(BackupBatchJson, LosesNothingOfWhatStashHas) {
  const auto document = json::parse(R"json({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupBatch",
    "metadata": {"name": "b", "namespace": "demo"},
    "spec": {
      "driver": "VolumeSnapshotter", "schedule": "@daily",
      "members": [
        {"target": {"ref": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "alias": "w"},
          "hooks": {"preBackup": {"exec": {"command": ["sync"]}}},
          "runtimeSettings": {"pod": {"nodeName": "n"}},
          "task": {"name": "t"}, "tempDir": {"medium": "Memory"}, "interimVolumeTemplate": {"metadata": {"name": "i"}}},
        {"target": {"ref": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": "data"}}}],
      "executionOrder": "Sequential",
      "retentionPolicy": {"name": "r", "keepLast": 1, "prune": true}, "backupHistoryLimit": 3,
      "repository": {"name": "r"}},
    "status": {"observedGeneration": 1, "phase": "Ready",
      "memberConditions": [{"target": {"kind": "Deployment", "name": "web"}, "conditions": [
        {"type": "BackupTargetFound", "status": "True", "lastTransitionTime": "2026-07-20T02:00:11Z"}]}]}
  })json")
                            .value();
  const auto batch = json::decode<BackupBatch>(document);
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_THAT(validate(*batch), ::testing::IsEmpty());
  EXPECT_EQ(json::serialize(json::encode(*batch)), json::serialize(document));
}

TEST(BackupConfigurationJson, HasStashsDefaults) {
  const auto configuration = json::decode<BackupConfiguration>(
      json::parse(R"({"spec":{"retentionPolicy":{"name":"","prune":false},"retryConfig":{},"hooks":{"postBackup":{}}}})"
      )
          .value()
  );
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_EQ(configuration->spec.driver, Driver::kRestic);
  EXPECT_EQ(configuration->spec.retry_config->max_retry, 1);
  EXPECT_EQ(configuration->spec.hooks->post_backup->execution_policy, BackupHookPolicy::kAlways);
  EXPECT_EQ(configuration->spec.history_limit(), 1);
  EXPECT_EQ(configuration->spec.snapstash.cut_deadline, "10m");
  EXPECT_EQ(configuration->spec.snapstash.ready_deadline, "24h");
}

TEST(BackupConfigurationJson, IsReadWithoutASpec) {
  // Stash's schema allows it; the object must not blind a watch.
  const auto configuration = json::decode<BackupConfiguration>(json::parse(R"({"metadata":{"name":"x"}})").value());
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_FALSE(is_ours(*configuration));
}

TEST(BackupBlueprintJson, LosesNothingOfWhatStashHas) {
  constexpr std::string_view text = R"json({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupBlueprint", "metadata": {"name": "b"},
    "spec": {"driver": "VolumeSnapshotter", "schedule": "0 2 * * *", "paused": true, "snapshotClassName": "c",
      "retentionPolicy": {"name": "r", "keepLast": 1, "prune": true},
      "backupHistoryLimit": 3, "timeOut": "1h", "retryConfig": {"maxRetry": 0, "delay": "30s"},
      "hooks": {"preBackup": {"exec": {"command": ["sync"]}, "containerName": "app"}},
      "runtimeSettings": {"pod": {"podLabels": {"a": "b"}}},
      "snapstash": {"timeZone": "Europe/Berlin"},
      "backend": {"gcs": {"bucket": "x", "prefix": "stash/${TARGET_NAMESPACE}"}, "storageSecretName": "s"},
      "wipeOut": true, "usagePolicy": {"allowedNamespaces": {"from": "All"}},
      "backupNamespace": "n", "repoNamespace": "m", "task": {"name": "t", "params": [{"name": "n", "value": "v"}]},
      "tempDir": {"medium": "Memory", "sizeLimit": "1Gi"}, "interimVolumeTemplate": {"metadata": {"name": "i"}}}
  })json";
  const auto document = json::parse(text).value();
  const auto blueprint = json::decode<BackupBlueprint>(document);
  ASSERT_TRUE(blueprint) << blueprint.error().message;
  EXPECT_TRUE(is_ours(*blueprint));
  EXPECT_EQ(json::serialize(json::encode(*blueprint)), json::serialize(document));
}

TEST(BackupBlueprintJson, IsStashsUnlessItSaysOtherwise) {
  const auto blueprint = json::decode<BackupBlueprint>(
      json::parse(R"({"metadata":{"name":"b"},"spec":{"retentionPolicy":{"name":"","prune":false}}})").value()
  );
  ASSERT_TRUE(blueprint) << blueprint.error().message;
  EXPECT_FALSE(is_ours(*blueprint));
}

TEST(BackupSessionJson, ComesBack) {
  constexpr std::string_view text = R"json({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupSession", "metadata": {"name": "b-1", "namespace": "demo"},
    "spec": {"invoker": {"apiGroup": "stash.appscode.com", "kind": "BackupConfiguration", "name": "b"}, "retryLeft": 2},
    "status": {"phase": "Failed", "sessionDuration": "34s", "sessionDeadline": "2026-07-20T02:30:00Z", "retried": true,
      "nextRetry": "2026-07-20T02:10:00Z",
      "conditions": [{"type": "MetricsPushed", "status": "Unknown", "lastTransitionTime": "2026-07-20T02:00:11Z"}],
      "targets": [{"ref": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "namespace": "demo"}, "totalHosts": 0,
        "phase": "Running", "stats": [{"hostname": "pvc", "phase": "Failed", "duration": "1.5s", "error": "e",
          "snapshots": [{"name": "pvc-1", "path": "p", "totalSize": "1", "uploaded": "1", "processingTime": "1s",
            "fileStats": {"totalFiles": 1, "newFiles": 0, "modifiedFiles": 0, "unmodifiedFiles": 1}}]}],
        "preBackupActions": ["a"], "postBackupActions": ["b"]}],
      "snapstash": {"allCutAt": "2026-07-20T02:00:30Z", "readySnapshots": 0, "totalSnapshots": 1, "attempts": 2}}
  })json";
  const auto document = json::parse(text).value();
  const auto session = json::decode<BackupSession>(document);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(json::serialize(json::encode(*session)), json::serialize(document));
}

TEST(RestoreSessionJson, ComesBack) {
  constexpr std::string_view text = R"json({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "RestoreSession", "metadata": {"name": "r", "namespace": "demo"},
    "spec": {"driver": "VolumeSnapshotter",
      "target": {"ref": {"kind": "Deployment", "name": "d"}, "replicas": 3,
        "volumeClaimTemplates": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim",
          "metadata": {"name": "d-${POD_ORDINAL}", "generateName": "g", "namespace": "demo", "labels": {"a": "b"}, "annotations": {"c": "d"},
            "ownerReferences": [{"apiVersion": "v1", "kind": "K", "name": "n", "uid": "u", "controller": false, "blockOwnerDeletion": true}]},
          "spec": {"accessModes": ["ReadWriteOnce"], "dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s-${POD_ORDINAL}"}},
          "status": {"phase": "Bound"}}],
        "alias": "a", "rules": [{"snapshots": ["s"]}], "volumeMounts": [{"name": "v"}], "args": ["x"]},
      "timeOut": "5m",
      "hooks": {"preRestore": {"exec": {"command": ["a"]}}, "postRestore": {"tcpSocket": {"port": "p"}, "executionPolicy": "OnSuccess"}},
      "runtimeSettings": {"container": {"env": [{"name": "a"}]}},
      "repository": {"name": "r"}, "task": {"name": "t"}, "tempDir": {"sizeLimit": 5}, "interimVolumeTemplate": {"spec": {"a": 1}},
      "rules": [{"paths": ["p"]}]},
    "status": {"phase": "Unknown", "totalHosts": 3, "sessionDuration": "41s", "sessionDeadline": "2026-07-20T02:30:00Z",
      "stats": [{"hostname": "d-0", "phase": "Unknown", "duration": "8.1s", "error": "e"}],
      "conditions": [{"type": "RestoreExecutorEnsured", "status": "False", "lastTransitionTime": "2026-07-20T02:00:11Z"}]}
  })json";
  const auto document = json::parse(text).value();
  const auto session = json::decode<RestoreSession>(document);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_THAT(validate(*session), ::testing::IsEmpty());
  EXPECT_EQ(json::serialize(json::encode(*session)), json::serialize(document));
}

TEST(RestoreBatchJson, LosesNothingOfWhatStashWrote) {
  constexpr std::string_view text = R"json({
    "apiVersion": "stash.appscode.com/v1beta1", "kind": "RestoreBatch", "metadata": {"name": "all", "namespace": "demo"},
    "spec": {"driver": "VolumeSnapshotter",
      "members": [
        {"target": {"ref": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}, "replicas": 2,
            "volumeClaimTemplates": [{"metadata": {"name": "db-${POD_ORDINAL}"},
              "spec": {"dataSource": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "s-${POD_ORDINAL}"}}}],
            "rules": [{"snapshots": ["s"]}]},
          "hooks": {"preRestore": {"exec": {"command": ["a"]}}, "postRestore": {"exec": {"command": ["b"]}, "executionPolicy": "OnFailure"}},
          "runtimeSettings": {"container": {"env": [{"name": "a"}]}},
          "task": {"name": "t"}, "tempDir": {"sizeLimit": 5}, "interimVolumeTemplate": {"spec": {"a": 1}}},
        {"target": {"volumeClaimTemplates": [{"metadata": {"name": "web"}, "spec": {"storageClassName": "fast"}}]}}],
      "executionOrder": "Sequential", "timeOut": "5m",
      "hooks": {"preRestore": {"httpGet": {"host": "gate", "path": "/close", "port": 80}}, "postRestore": {"tcpSocket": {"host": "gate", "port": 80}, "executionPolicy": "OnSuccess"}},
      "repository": {"name": "r"}},
    "status": {"phase": "Unknown", "sessionDuration": "41s", "sessionDeadline": "2026-07-20T02:30:00Z",
      "conditions": [{"type": "GlobalPreRestoreHookSucceeded", "status": "True", "lastTransitionTime": "2026-07-20T02:00:11Z"}],
      "members": [
        {"ref": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"},
          "conditions": [{"type": "RestoreExecutorEnsured", "status": "True", "lastTransitionTime": "2026-07-20T02:00:11Z"}],
          "totalHosts": 2, "phase": "Unknown", "stats": [{"hostname": "db-0", "phase": "Unknown", "duration": "8.1s", "error": "e"}]},
        {"ref": {}, "totalHosts": 1, "phase": "Succeeded", "stats": [{"hostname": "web", "phase": "Succeeded", "duration": "1s"}]}],
      "snapstash": {"members": [{"began": "2026-07-20T02:00:11Z"}, {}]}}
  })json";
  const auto document = json::parse(text).value();
  const auto batch = json::decode<RestoreBatch>(document);
  ASSERT_TRUE(batch) << batch.error().message;
  EXPECT_THAT(validate(*batch), ::testing::IsEmpty());
  EXPECT_EQ(json::serialize(json::encode(*batch)), json::serialize(document));
}

TEST(Kinds, SayWhichPhasesAreFinal) {
  EXPECT_FALSE(is_finished(std::optional<BackupSession::Phase>()));
  EXPECT_FALSE(is_finished(BackupSession::Phase::kRunning));
  EXPECT_TRUE(is_finished(BackupSession::Phase::kSkipped));
  EXPECT_TRUE(is_finished(RestoreSession::Phase::kFailed));
  EXPECT_FALSE(is_finished(RestoreSession::Phase::kUnknown));
}

}  // namespace
}  // namespace snapstash::api

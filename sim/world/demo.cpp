#include "sim/world/demo.hpp"

#include <fmt/format.h>

#include "api/backup_configuration.hpp"
#include "api/restore_session.hpp"

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

json::Object metadata(const std::string& namespace_, const std::string& name) {
  return {{"name", text(name)}, {"namespace", text(namespace_)}};
}

json::Object claim_spec(std::string_view storage_class) {
  return {
      {"accessModes", json::Array{"ReadWriteOnce"}},
      {"storageClassName", text(storage_class)},
      {"resources", json::Object{{"requests", json::Object{{"storage", "1Gi"}}}}}
  };
}

json::Object pod_template(const std::string& name, const std::vector<std::string>& claims) {
  json::Array volumes;
  for (const std::string& claim : claims) {
    volumes.push_back(
        json::Object{{"name", text(claim)}, {"persistentVolumeClaim", json::Object{{"claimName", text(claim)}}}}
    );
  }
  return {
      {"metadata", json::Object{{"labels", json::Object{{"app", text(name)}}}}},
      {"spec",
       json::Object{
           {"containers", json::Array{json::Object{{"name", "main"}, {"image", "nginx"}}}},
           {"volumes", std::move(volumes)}
       }}
  };
}

void storage_class(World& world, std::string_view name, std::string_view mode, bool is_default) {
  json::Object about{{"name", text(name)}};
  if (is_default) {
    about["annotations"] = json::Object{{"storageclass.kubernetes.io/is-default-class", "true"}};
  }
  world.user().must_create(json::Object{
      {"apiVersion", "storage.k8s.io/v1"},
      {"kind", "StorageClass"},
      {"metadata", std::move(about)},
      {"provisioner", text(kDriver)},
      {"reclaimPolicy", "Delete"},
      {"volumeBindingMode", text(mode)}
  });
}

json::Object target_of(const std::pair<std::string, std::string>& target) {
  return {
      {"ref",
       json::Object{
           {"apiVersion", target.first == "PersistentVolumeClaim" ? "v1" : "apps/v1"},
           {"kind", text(target.first)},
           {"name", text(target.second)}
       }}
  };
}

json::Object keep_last_policy(int keep_last) {
  return {{"name", "keep-last"}, {"keepLast", keep_last}, {"prune", true}};
}

json::Value session_of(
    const std::string& namespace_, const std::string& name, std::string_view kind, const std::string& invoker
) {
  return json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "BackupSession"},
      {"metadata", metadata(namespace_, name)},
      {"spec",
       json::Object{
           {"invoker", json::Object{{"apiGroup", "stash.appscode.com"}, {"kind", text(kind)}, {"name", text(invoker)}}}
       }}
  };
}

/// The target of a restore: a PVC from each snapshot.
json::Object claims_from(const std::vector<std::pair<std::string, std::string>>& claims_and_snapshots) {
  json::Array templates;
  for (const auto& [claim, snapshot] : claims_and_snapshots) {
    json::Object spec = claim_spec(kDemoClass);
    spec["dataSource"] =
        json::Object{{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}, {"name", text(snapshot)}};
    templates.push_back(json::Object{{"metadata", json::Object{{"name", text(claim)}}}, {"spec", std::move(spec)}});
  }
  return {{"volumeClaimTemplates", std::move(templates)}};
}

}  // namespace

void create_namespace(World& world, const std::string& name) {
  world.user().must_create(
      json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", json::Object{{"name", text(name)}}}}
  );
}

void create_storage_classes(World& world) {
  storage_class(world, kDemoClass, "Immediate", true);
  storage_class(world, "csi-late", "WaitForFirstConsumer", false);
  world.user().must_create(json::Object{
      {"apiVersion", "snapshot.storage.k8s.io/v1"},
      {"kind", "VolumeSnapshotClass"},
      {"metadata",
       json::Object{
           {"name", "csi-snapshot-class"},
           {"annotations", json::Object{{"snapshot.storage.kubernetes.io/is-default-class", "true"}}}
       }},
      {"driver", text(kDriver)},
      {"deletionPolicy", "Delete"}
  });
}

void create_claim(
    World& world, const std::string& namespace_, const std::string& name, std::string_view storage_class
) {
  world.user().must_create(json::Object{
      {"apiVersion", "v1"},
      {"kind", "PersistentVolumeClaim"},
      {"metadata", metadata(namespace_, name)},
      {"spec", claim_spec(storage_class)}
  });
}

void create_bound_claim(World& world, const std::string& namespace_, const std::string& name) {
  create_claim(world, namespace_, name, kDemoClass);
  Cluster& cluster = world.cluster();
  const std::string uid = cluster.find(kinds::kClaim, namespace_, name)->uid();
  world.user().must_create(json::Object{
      {"apiVersion", "v1"},
      {"kind", "PersistentVolume"},
      {"metadata", json::Object{{"name", text("pvc-" + uid)}}},
      {"spec",
       json::Object{
           {"capacity", json::Object{{"storage", "1Gi"}}},
           {"accessModes", json::Array{"ReadWriteOnce"}},
           {"persistentVolumeReclaimPolicy", "Delete"},
           {"storageClassName", text(kDemoClass)},
           {"volumeMode", "Filesystem"},
           {"claimRef",
            json::Object{
                {"apiVersion", "v1"},
                {"kind", "PersistentVolumeClaim"},
                {"namespace", text(namespace_)},
                {"name", text(name)},
                {"uid", text(uid)}
            }},
           {"csi", json::Object{{"driver", text(kDriver)}, {"volumeHandle", text("vol-" + uid)}}}
       }}
  });
  world.user().patch(kinds::kClaim, {namespace_, name}, fmt::format(R"({{"spec":{{"volumeName":"pvc-{}"}}}})", uid));
  const json::Object bound{
      {"phase", "Bound"}, {"capacity", json::Object{{"storage", "1Gi"}}}, {"accessModes", json::Array{"ReadWriteOnce"}}
  };
  cluster.patch_status("provisioner", *cluster.find(kinds::kClaim, namespace_, name), bound);
  cluster.patch_status(
      "provisioner", *cluster.find(kinds::kVolume, "", "pvc-" + uid), json::Object{{"phase", "Bound"}}
  );
}

void create_application_pod(
    World& world, const std::string& namespace_, const std::string& name, const std::string& app,
    const std::vector<std::string>& claims
) {
  json::Object made = pod_template(app, claims);
  made["apiVersion"] = "v1";
  made["kind"] = "Pod";
  json::Object& about = made["metadata"].as_object();
  about["name"] = text(name);
  about["namespace"] = text(namespace_);
  world.user().must_create(std::move(made));
}

void create_deployment(
    World& world, const std::string& namespace_, const std::string& name, const std::vector<std::string>& claims
) {
  world.user().must_create(json::Object{
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata", metadata(namespace_, name)},
      {"spec",
       json::Object{
           {"replicas", 1},
           {"selector", json::Object{{"matchLabels", json::Object{{"app", text(name)}}}}},
           {"template", pod_template(name, claims)}
       }}
  });
}

void create_stateful_set(World& world, const std::string& namespace_, const std::string& name, int replicas) {
  world.user().must_create(json::Object{
      {"apiVersion", "apps/v1"},
      {"kind", "StatefulSet"},
      {"metadata", metadata(namespace_, name)},
      {"spec",
       json::Object{
           {"replicas", replicas},
           {"serviceName", text(name)},
           {"selector", json::Object{{"matchLabels", json::Object{{"app", text(name)}}}}},
           {"template", pod_template(name, {})},
           {"volumeClaimTemplates",
            json::Array{json::Object{{"metadata", json::Object{{"name", "data"}}}, {"spec", claim_spec(kDemoClass)}}}}
       }}
  });
}

json::Value backup_configuration(
    const std::string& namespace_, const std::string& name, const std::pair<std::string, std::string>& target,
    std::string_view schedule, int keep_last
) {
  return json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "BackupConfiguration"},
      {"metadata", metadata(namespace_, name)},
      {"spec",
       json::Object{
           {"driver", "VolumeSnapshotter"},
           {"schedule", text(schedule)},
           {"target", target_of(target)},
           {"retentionPolicy", keep_last_policy(keep_last)}
       }}
  };
}

json::Value backup_batch(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::pair<std::string, std::string>>& targets, std::string_view schedule
) {
  json::Array members;
  for (const auto& each : targets) members.push_back(json::Object{{"target", target_of(each)}});
  return json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "BackupBatch"},
      {"metadata", metadata(namespace_, name)},
      {"spec",
       json::Object{
           {"driver", "VolumeSnapshotter"},
           {"schedule", text(schedule)},
           {"members", std::move(members)},
           {"retentionPolicy", keep_last_policy(5)}
       }}
  };
}

json::Value batch_session(const std::string& namespace_, const std::string& name, const std::string& batch) {
  return session_of(namespace_, name, "BackupBatch", batch);
}

json::Value backup_session(const std::string& namespace_, const std::string& name, const std::string& configuration) {
  return session_of(namespace_, name, "BackupConfiguration", configuration);
}

json::Value restore_session(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::pair<std::string, std::string>>& claims_and_snapshots
) {
  return json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "RestoreSession"},
      {"metadata", metadata(namespace_, name)},
      {"spec", json::Object{{"driver", "VolumeSnapshotter"}, {"target", claims_from(claims_and_snapshots)}}}
  };
}

json::Value restore_batch(
    const std::string& namespace_, const std::string& name,
    const std::vector<std::vector<std::pair<std::string, std::string>>>& members
) {
  json::Array all;
  for (const auto& each : members) all.push_back(json::Object{{"target", claims_from(each)}});
  return json::Object{
      {"apiVersion", "stash.appscode.com/v1beta1"},
      {"kind", "RestoreBatch"},
      {"metadata", metadata(namespace_, name)},
      {"spec", json::Object{{"driver", "VolumeSnapshotter"}, {"members", std::move(all)}}}
  };
}

void create_demo(World& world) {
  create_storage_classes(world);
  create_namespace(world, "demo");
  create_bound_claim(world, "demo", "data");
  create_bound_claim(world, "demo", "config");
  create_deployment(world, "demo", "web", {"data", "config"});
}

}  // namespace snapstash::sim

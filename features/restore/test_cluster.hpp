#pragma once
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/sample_objects.hpp"
#include "features/cluster/test_context.hpp"

/// A cluster for tests: stores that are filled by hand, and an API server that answers what it was told to.
namespace snapstash::restore {

struct TestCluster : cluster::TestContext {
  api::RestoreSession session = api::sample_restore();

  TestCluster() {
    session.metadata.uid = "r1";
    session.metadata.creation_timestamp = executor.clock().now();
  }

  void put_session() { put(stores.restores, json::encode(session)); }
  void put_class(const std::string& name, const std::string& mode = "Immediate") {
    put(stores.storage_classes,
        json::Object{
            {"metadata", json::Object{{"name", name}}}, {"provisioner", "csi.example.io"}, {"volumeBindingMode", mode}
        });
  }
  void put_claim(const std::string& name, const std::string& phase, const std::string& uid_of_restore = "r1") {
    put(stores.claims, claim_json(name, phase, uid_of_restore));
  }
  void put_job(const std::string& name, const std::string& condition = "") {
    json::Object job{
        {"metadata",
         json::Object{
             {"name", name},
             {"namespace", "demo"},
             {"uid", "j1"},
             {"creationTimestamp", format_time(executor.clock().now())},
             {"ownerReferences", json::Array{json::Object{
                                     {"apiVersion", "stash.appscode.com/v1beta1"},
                                     {"kind", "RestoreSession"},
                                     {"name", session.metadata.name},
                                     {"uid", "r1"},
                                     {"controller", true}
                                 }}}
         }},
        {"status", json::Object{}}
    };
    if (!condition.empty()) {
      job["status"].as_object()["conditions"] = json::Array{json::Object{{"type", condition}, {"status", "True"}}};
    }
    put(stores.jobs, std::move(job));
  }

  json::Object claim_json(const std::string& name, const std::string& phase, const std::string& uid_of_restore) const {
    return {
        {"metadata",
         json::Object{
             {"name", name},
             {"namespace", "demo"},
             {"uid", "uid-of-" + name},
             {"creationTimestamp", format_time(executor.clock().now())},
             {"labels", json::Object{{"snapstash.dev/restore-uid", uid_of_restore}}}
         }},
        {"spec",
         json::Object{
             {"storageClassName", "csi-standard"},
             {"dataSource",
              json::Object{
                  {"apiGroup", "snapshot.storage.k8s.io"},
                  {"kind", "VolumeSnapshot"},
                  {"name", name == "restore-data" ? "source-data-1700000000" : "source-config-1700000000"}
              }}
         }},
        {"status", json::Object{{"phase", phase}}}
    };
  }

  void answer_snapshot(const std::string& name) {
    answer(json::Object{
        {"metadata", json::Object{{"name", name}, {"namespace", "demo"}, {"uid", "uid-of-" + name}}},
        {"status",
         json::Object{
             {"readyToUse", true}, {"boundVolumeSnapshotContentName", "content-of-" + name}, {"restoreSize", "1Gi"}
         }}
    });
    answer(json::Object{
        {"metadata", json::Object{{"name", "content-of-" + name}}},
        {"spec",
         json::Object{{"driver", "csi.example.io"}, {"volumeSnapshotRef", json::Object{{"uid", "uid-of-" + name}}}}}
    });
  }

  /// The requests so far, as "METHOD target"; and forgets them.
  std::vector<std::string> take_requests() {
    std::vector<std::string> all;
    for (const wire::Request& request : transport.requests) {
      all.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
    }
    bodies.clear();
    for (const wire::Request& request : transport.requests) {
      auto body = json::parse(request.body);
      bodies.push_back(body ? *body : json::Value());
    }
    transport.requests.clear();
    return all;
  }
  std::vector<json::Value> bodies;  ///< Of the requests that were last taken.
};

}  // namespace snapstash::restore

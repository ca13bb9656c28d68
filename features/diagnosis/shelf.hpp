#pragma once
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "kernel/base/manual_executor.hpp"
#include "kernel/base/random.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/wire/transport.hpp"

/// For tests: an API server that only serves what was put on its shelf, in any order of requests.
namespace snapstash::diagnosis {

class Shelf final : public wire::Transport {
 public:
  std::set<std::string> forbidden;             ///< Collections' paths: nobody may read them, or anything in them.
  std::set<std::string> unknown;               ///< API groups' paths that are not there.
  std::vector<std::string> requests;           ///< Targets that were asked for.
  std::map<std::string, json::Value> objects;  ///< By path.

  void put(const std::string& collection, const std::string& json) {
    json::Value object = json::parse(json).value();
    const std::string name(json::find_string(object, "/metadata/name"));
    objects[collection + "/" + name] = std::move(object);
  }

  Task<Result<wire::Response>> call(wire::Request request) override {
    requests.push_back(request.target);
    if (request.method != "GET") std::abort();  // who diagnoses only reads
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (forbids(path)) co_return refusal(403, "Forbidden", path + " is forbidden");
    if (path.starts_with("/apis/") && std::ranges::count(path, '/') == 3) {
      co_return unknown.contains(path) ? refusal(404, "NotFound", "not found") : answer(json::Object{});
    }
    if (const auto found = objects.find(path); found != objects.end()) co_return answer(found->second);
    if (!is_collection(path)) co_return refusal(404, "NotFound", path + " not found");
    json::Array items;
    for (const auto& [where, object] : objects) {
      if (is_in(where, path) && is_selected(object, request.target)) items.push_back(object);
    }
    co_return answer(json::Object{{"items", std::move(items)}});
  }
  Task<Result<wire::StreamResponse>> open(wire::Request) override {
    std::abort();
    co_return fail(Code::kInternal, "");
  }
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request, std::vector<std::string>) override {
    std::abort();
    co_return fail(Code::kInternal, "");
  }

 private:
  /// "/apis/apps/v1/deployments" has those of all namespaces.
  static bool is_in(const std::string& where, const std::string& collection) {
    const std::string parent = where.substr(0, where.rfind('/'));
    if (parent == collection) return true;
    const std::size_t namespaces = parent.find("/namespaces/");
    if (namespaces == std::string::npos) return false;
    return parent.substr(0, namespaces) + parent.substr(parent.rfind('/')) == collection;
  }
  static bool is_collection(const std::string& path) {
    static const std::set<std::string> kPlurals{
        "backupsessions",
        "backupconfigurations",
        "backupbatches",
        "restorebatches",
        "restoresessions",
        "deployments",
        "pods",
        "jobs",
        "events",
        "volumesnapshots",
        "volumesnapshotclasses",
        "storageclasses"
    };
    return kPlurals.contains(path.substr(path.rfind('/') + 1));
  }
  bool forbids(const std::string& path) const {
    return std::ranges::any_of(forbidden, [&](const std::string& each) {
      return path == each || path.starts_with(each + "/");
    });
  }
  /// Labels that must be equal; `in (…)` is Stash's, of whom there is none.
  static bool is_selected(const json::Value& object, const std::string& target) {
    const std::size_t at = target.find("labelSelector=");
    if (at == std::string::npos) return true;
    const std::string selector = target.substr(at + 14, target.find('&', at) - at - 14);
    if (selector.contains("%20in%20")) return false;
    const json::Object* labels = json::find_object(object, "/metadata/labels");
    if (labels == nullptr) return false;
    return std::ranges::all_of(*labels, [&](const auto& label) {
      const std::string pair = kube::percent_encode(
          fmt::format("{}={}", std::string_view(label.key().data(), label.key().size()), json::as_view(label.value()))
      );
      return selector.contains(pair);
    });
  }
  static wire::Response answer(const json::Value& body) {
    return {.status = 200, .headers = {}, .body = json::serialize(body)};
  }
  static wire::Response refusal(int code, const std::string& reason, const std::string& message) {
    const json::Object status{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}};
    return {.status = code, .headers = {}, .body = json::serialize(status)};
  }
};

/// A client of a shelf, and virtual time.
struct ShelfCluster {
  ManualExecutor executor;
  Shelf shelf;
  std::unique_ptr<kube::Credentials> credentials = kube::make_fixed_credentials({});
  SeededRandom random{1};
  kube::Client client{shelf, *credentials, executor, random, {}};

  static constexpr const char* kOurs = "/apis/stash.appscode.com/v1beta1/namespaces/demo/";
  static constexpr const char* kSnapshots = "/apis/snapshot.storage.k8s.io/v1/namespaces/demo/volumesnapshots";
  static constexpr const char* kCore = "/api/v1/namespaces/demo/";

  /// An operator that works, and holds its Lease.
  void run_operator() {
    shelf.put("/apis/apps/v1/namespaces/snapstash/deployments", R"({
      "metadata": {"name": "snapstash", "namespace": "snapstash", "labels": {
        "app.kubernetes.io/part-of": "snapstash", "app.kubernetes.io/component": "operator"}},
      "spec": {"replicas": 1, "template": {"spec": {"containers": [{"image": "registry/snapstash:1",
        "args": ["operator", "--leader-elect=true", "--leader-election-namespace=snapstash", "--lease-name=snap"]}]}}},
      "status": {"readyReplicas": 1}})");
    shelf.put(
        "/apis/coordination.k8s.io/v1/namespaces/snapstash/leases", fmt::format(
                                                                        R"({{
      "metadata": {{"name": "snap"}}, "spec": {{"holderIdentity": "snapstash-1_x", "leaseDurationSeconds": 15,
        "renewTime": "{}"}}}})",
                                                                        format_micro_time(executor.clock().now())
                                                                    )
    );
    shelf.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", R"({
      "metadata": {"name": "backupconfigurations.stash.appscode.com"}, "spec": {"versions": [{"name": "v1beta1",
        "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": {"snapstash": {}}}}}}}]}})");
  }
  /// A configuration `web` of the PVC `data`, which can be snapshotted.
  void put_configuration(const std::string& status = R"({"phase": "Ready"})") {
    shelf.put(
        std::string(kOurs) + "backupconfigurations", fmt::format(
                                                         R"({{
      "metadata": {{"name": "web", "namespace": "demo", "uid": "c1"}},
      "spec": {{"driver": "VolumeSnapshotter", "schedule": "@daily", "retentionPolicy": {{"name": "", "prune": false}},
        "target": {{"ref": {{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": "data"}}}}}},
      "status": {}}})",
                                                         status
                                                     )
    );
    shelf.put(std::string(kCore) + "persistentvolumeclaims", R"({"metadata": {"name": "data", "namespace": "demo"},
      "spec": {"volumeName": "pv1"}, "status": {"phase": "Bound"}})");
    shelf.put("/api/v1/persistentvolumes", R"({"metadata": {"name": "pv1"}, "spec": {"csi": {"driver": "csi.x"}}})");
    shelf.put("/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses", R"({"metadata": {"name": "fast",
      "annotations": {"snapshot.storage.kubernetes.io/is-default-class": "true"}}, "driver": "csi.x"})");
  }
  void put_session(const std::string& name, const std::string& status) {
    shelf.put(
        std::string(kOurs) + "backupsessions",
        fmt::format(
            R"({{
      "metadata": {{"name": "{0}", "namespace": "demo", "uid": "uid-{0}", "creationTimestamp": "{1}"}},
      "spec": {{"invoker": {{"kind": "BackupConfiguration", "name": "web"}}}}, "status": {2}}})",
            name, format_time(executor.clock().now() - std::chrono::minutes(5)), status
        )
    );
  }
  void put_job(const std::string& name, const std::string& owner_uid) {
    shelf.put(
        "/apis/batch/v1/namespaces/demo/jobs", fmt::format(
                                                   R"({{"metadata": {{"name": "{0}", "namespace": "demo",
      "uid": "uid-{0}", "ownerReferences": [{{"apiVersion": "x", "kind": "x", "name": "x", "uid": "{1}"}}]}},
      "status": {{"active": 1}}}})",
                                                   name, owner_uid
                                               )
    );
  }
  void put_pod(const std::string& job, const std::string& status) {
    shelf.put(
        std::string(kCore) + "pods", fmt::format(
                                         R"({{"metadata": {{"name": "{0}-pod", "namespace": "demo",
      "labels": {{"batch.kubernetes.io/controller-uid": "uid-{0}"}}}}, "status": {1}}})",
                                         job, status
                                     )
    );
  }
};

}  // namespace snapstash::diagnosis

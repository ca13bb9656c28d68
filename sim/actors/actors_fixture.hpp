#pragma once
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "kernel/base/event.hpp"
#include "sim/actors/collectors.hpp"
#include "sim/actors/cron_job_controller.hpp"
#include "sim/actors/job_controller.hpp"
#include "sim/actors/kubelet.hpp"
#include "sim/actors/node_controller.hpp"
#include "sim/actors/provisioner.hpp"
#include "sim/actors/service_account_controller.hpp"
#include "sim/actors/snapshot_controller.hpp"
#include "sim/actors/workload_controller.hpp"

namespace snapstash::sim {

/// A program that ends with its argument as exit code after a second; told to stop, with 143.
class SmallProgram final : public Program {
 public:
  SmallProgram(Container container, const ProcessPorts& ports)
      : container_(std::move(container)), ports_(ports), stop_(ports.executor) {}
  Task<int> run() override {
    if (container_.arguments.at(0) == "wait") {
      co_await stop_.wait();
      co_return 143;
    }
    co_await sleep_for(ports_.executor, std::chrono::seconds(1));
    ports_.last_words("I am " + container_.environment["WHO"]);
    co_return std::stoi(container_.arguments.at(0));
  }
  void signal() override { stop_.set(); }

 private:
  Container container_;
  ProcessPorts ports_;
  Event stop_;
};

/// A cluster with all actors, a namespace `demo`, two nodes and no operator.
struct ActorsTest : testing::Test {
  ActorsTest() {
    create_text(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"demo"}})");
    for (const char* name : {"node-1", "node-2"}) {
      json::Value node = json::parse(R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"","uid":""},
          "status":{"conditions":[{"type":"Ready","status":"True"}]}})")
                             .value();
      node.as_object()["metadata"].as_object()["name"] = name;
      node.as_object()["metadata"].as_object()["uid"] = json::make_string(random.uuid());
      storage.put(get_type(kinds::kNode), std::move(node));
    }
    for (const auto& [name, driver] : {std::pair("ours", "csi.one"), std::pair("theirs", "csi.two")}) {
      json::Value made = json::parse(R"({"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshotClass",
          "metadata":{},"driver":"","deletionPolicy":"Delete"})")
                             .value();
      made.as_object()["metadata"].as_object()["name"] = name;
      made.as_object()["driver"] = driver;
      create(made);
    }
    create_text(R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"now"},
        "provisioner":"csi.one","volumeBindingMode":"Immediate","reclaimPolicy":"Delete"})");
    create_text(R"({"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"late"},
        "provisioner":"csi.one","volumeBindingMode":"WaitForFirstConsumer","reclaimPolicy":"Delete"})");
  }
  ~ActorsTest() override { kubelet.shut_down(); }

  void create(const json::Value& object) {
    const ResourceType* type =
        find_type_of_kind(json::find_string(object, "/apiVersion"), json::find_string(object, "/kind"));
    const auto response = cluster.create("test", type->resource, object);
    ASSERT_EQ(response.status, 201) << response.body;
  }
  void create_text(std::string_view object) { create(json::parse(object).value()); }

  void run_for(Duration duration) {
    const MonoTime end = executor.now() + std::chrono::duration_cast<MonoTime::duration>(duration);
    while (executor.step(end)) {
    }
  }

  std::string text_of(const kube::Resource& resource, std::string_view name, std::string_view pointer) {
    const ObjectPtr object = cluster.find(resource, resource.namespaced ? "demo" : "", name);
    return object ? std::string(json::find_string(object->value(), pointer)) : "none";
  }

  void make_claim(const std::string& name, const std::string& storage_class, const std::string& more = "") {
    create_text(
        R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"demo","name":")" + name +
        R"("},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":")" + storage_class +
        R"(","resources":{"requests":{"storage":"1Gi"}})" + more + "}}"
    );
  }
  void make_snapshot(const std::string& name, const std::string& claim, const std::string& snapshot_class = "ours") {
    create_text(
        R"({"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"namespace":"demo",
        "name":")" +
        name + R"("},"spec":{"volumeSnapshotClassName":")" + snapshot_class +
        R"(","source":{"persistentVolumeClaimName":")" + claim + R"("}}})"
    );
  }
  void make_job(const std::string& name, const std::string& argument, const std::string& more = "") {
    create_text(
        R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"namespace":"demo","name":")" + name + R"("},"spec":{)" +
        more + R"("template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main",
           "image":"x","args":[")" +
        argument + R"("],"env":[{"name":"WHO","valueFrom":{"fieldRef":{"fieldPath":
           "metadata.labels['batch.kubernetes.io/job-name']"}}}]}]}}}})"
    );
  }
  std::vector<ObjectPtr> pods() { return cluster.list(kinds::kPod, "demo"); }

  SeededExecutor executor{11};
  SplitRandom random{5};
  Story story{executor, false};
  Faults faults;
  Storage storage;
  ApiServer server{storage, executor, executor.clock(), random, {.authorize = false}};
  Cluster cluster{storage, server, executor, random, story};
  SnapshotBehaviour behaviour;   ///< Of all snapshots from now on.
  ProvisionBehaviour provision;  ///< Of all claims.
  PodTrouble trouble;            ///< Of all pods.
  Kubelet::Counters counters;
  ServiceAccountController accounts{cluster};
  CronJobController cron_jobs{cluster};
  JobController jobs{cluster};
  Kubelet kubelet{
      cluster,
      Wiring{.executor = executor, .random = random, .faults = faults, .story = story},
      counters,
      [](Container container) -> ProgramMaker {
        return [container](const ProcessPorts& ports) { return std::make_unique<SmallProgram>(container, ports); };
      },
      {.trouble = [this](const StoredObject&) { return trouble; }}
  };
  NodeController nodes{cluster, kubelet};
  WorkloadController workloads{cluster};
  SnapshotController snapshots{cluster, [this](const StoredObject&) { return behaviour; }};
  CsiSnapshotter snapshotter{cluster, snapshots};
  Provisioner provisioner{cluster, [this](const StoredObject&) { return provision; }};
  Collectors collectors{cluster};
};

}  // namespace snapstash::sim

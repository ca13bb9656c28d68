#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/actors/applications.hpp"
#include "sim/actors/collectors.hpp"
#include "sim/actors/cron_job_controller.hpp"
#include "sim/actors/job_controller.hpp"
#include "sim/actors/kubelet.hpp"
#include "sim/actors/node_controller.hpp"
#include "sim/actors/provisioner.hpp"
#include "sim/actors/service_account_controller.hpp"
#include "sim/actors/services.hpp"
#include "sim/actors/snapshot_controller.hpp"
#include "sim/actors/workload_controller.hpp"
#include "sim/world/replica.hpp"
#include "sim/world/user.hpp"

namespace snapstash::sim {

struct WorldOptions {
  int replicas = 1;  ///< Of the operator. They elect a leader if there is more than one, or `elects`.
  bool elects = false;
  int api_servers = 1;    ///< On one storage; all replicas start on the first.
  int nodes = 2;          ///< node-1, node-2, …
  bool authorize = true;  ///< By the chart's roles.
  Order order = Order::kSeeded;
  bool story = false;
  WallTime start = SeededExecutor::kEpoch;
  Faults* faults = nullptr;  ///< nullptr = none. Must outlive the world.
  SnapshotBehaviours snapshots = {};
  Provisioner::Behaviour claims = {};
  std::function<PodTrouble(const StoredObject& pod)> pods = {};
  Applications::Override apps = {};
  ApiServer::Settings api_server = {};
  /// So many steps without time moving are a loop.
  std::uint64_t longest_moment = 20'000;
};

/// A whole cluster in memory, with our chart installed: storage, API servers, the controllers of Kubernetes and of CSI,
/// nodes on which our Jobs run, and the operator. One seed gives one run.
class World {
 public:
  World(std::uint64_t seed, WorldOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Starts all replicas of the operator.
  void start_operators();

  /// Lets so much virtual time pass, step by step. Returns false when `after_step` said stop or the run is `stuck`.
  bool run_for(Duration duration);
  /// Runs until it holds, looking after each step that changed the storage. Returns whether it came to hold in time.
  bool run_until(const std::function<bool()>& holds, Duration limit);
  /// Runs one piece of work at or before `until`. Returns false when there was none.
  bool step(MonoTime until);
  /// Called after each step; false ends run_for and run_until. For invariants.
  std::function<bool()> after_step;
  /// Calls `action` when so much time has passed from now.
  void after(Duration duration, std::function<void()> action);

  /// Why the run cannot go on: a loop that takes no time. Nothing when it can.
  const std::optional<std::string>& stuck() const { return stuck_; }

  SeededExecutor& executor() { return executor_; }
  WallTime wall() const { return executor_.clock().now(); }
  Random& random() { return random_; }
  Story& story() { return story_; }
  Storage& storage() { return storage_; }
  Cluster& cluster() { return *cluster_; }
  ApiServer& api_server(std::size_t index = 0) { return *servers_.at(index); }
  std::size_t api_servers() const { return servers_.size(); }
  User& user() { return *user_; }
  Replica& replica(std::size_t index = 0) { return *replicas_.at(index); }
  std::size_t replicas() const { return replicas_.size(); }
  Kubelet& kubelet() { return *kubelet_; }
  NodeController& node_controller() { return *node_controller_; }
  SnapshotController& snapshot_controller() { return *snapshots_; }
  CsiSnapshotter& csi_snapshotter() { return *snapshotter_; }
  CronJobController& cron_job_controller() { return *cron_jobs_; }
  JobController& job_controller() { return *jobs_; }
  Provisioner& provisioner() { return *provisioner_; }
  WorkloadController& workload_controller() { return *workloads_; }
  Collectors& collectors() { return *collectors_; }
  Applications& applications() { return *applications_; }
  const Services& services() const { return services_; }
  /// Counters of the fault points of the Jobs' programs, by "trigger", "snapshotter", "restorer", "hook-runner".
  Kubelet::Counters& job_counters() { return job_counters_; }

  /// The node stops answering, or is back.
  void lose_node(const std::string& node);
  void return_node(const std::string& node);

 private:
  void install();
  void install_nodes();
  void make_actors();
  void make_replicas();
  void count_step();

  WorldOptions options_;
  SeededExecutor executor_;
  SplitRandom random_;
  Story story_;
  Faults no_faults_;
  Storage storage_;
  std::vector<std::unique_ptr<ApiServer>> servers_;
  std::optional<Wiring> wiring_;
  std::optional<Cluster> cluster_;
  std::optional<User> user_;
  Kubelet::Counters job_counters_;
  Services services_;
  std::unique_ptr<ServiceAccountController> accounts_;
  std::unique_ptr<CronJobController> cron_jobs_;
  std::unique_ptr<JobController> jobs_;
  std::unique_ptr<Kubelet> kubelet_;
  std::unique_ptr<NodeController> node_controller_;
  std::unique_ptr<WorkloadController> workloads_;
  std::unique_ptr<SnapshotController> snapshots_;
  std::unique_ptr<CsiSnapshotter> snapshotter_;
  std::unique_ptr<Provisioner> provisioner_;
  std::unique_ptr<Collectors> collectors_;
  std::unique_ptr<Applications> applications_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::uint64_t moment_steps_ = 0;
  MonoTime moment_{};
  std::optional<std::string> stuck_;
};

}  // namespace snapstash::sim

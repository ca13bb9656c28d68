#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "sim/actors/actor.hpp"
#include "sim/actors/container.hpp"
#include "sim/process/process.hpp"

namespace snapstash::sim {

/// What goes wrong with a pod before its program runs.
struct PodTrouble {
  bool unschedulable = false;
  std::string image_error;  ///< The image cannot be pulled, and this is why.
  bool hangs = false;       ///< It stays in ContainerCreating.
};

/// The scheduler and the kubelets of all nodes: pods get a node, their images are pulled, and their programs run: our
/// production code, each in a process with a network of its own. Pods have one container and restartPolicy Never.
class Kubelet final : public Actor {
 public:
  struct Settings {
    Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(150)};
    Pace image_pull = {std::chrono::milliseconds(100), std::chrono::milliseconds(900)};
    Order order = Order::kSeeded;
    /// Asked each time a pod is about to start; empty = nothing goes wrong.
    std::function<PodTrouble(const StoredObject& pod)> trouble = {};
  };

  /// Numbers of fault points count over all pods of one kind of program; see `node_name_of`.
  using Counters = std::map<std::string, NodeCounters>;

  Kubelet(Cluster cluster, const Wiring& wiring, Counters& counters, ContainerImage image, Settings settings);

  /// The node's power or network fails: its pods' programs cannot speak any more, and nobody reports about them.
  void lose_node(const std::string& node);
  /// It is back; what ran there goes on.
  void return_node(const std::string& node);
  bool is_lost(const std::string& node) const { return lost_.contains(node); }

  /// The kubelet evicts a pod for want of memory. Nothing happens when there is none of that name or it has ended.
  void evict(const std::string& namespace_, const std::string& pod);
  /// Its program dies at once, as by the OOM killer.
  void kill(const std::string& namespace_, const std::string& pod);
  /// Returns the process of a running pod, or nullptr.
  Process* find_process(const std::string& namespace_, const std::string& pod);

  /// All processes go, as at the end of the world.
  void shut_down() { pods_.clear(); }

 private:
  struct Pod {
    std::string node, namespace_, name;
    MonoTime pulled_at{};
    bool reported_trouble = false;
    WallTime started_at{};
    std::unique_ptr<Process> process;
    std::optional<MonoTime> kill_at;  ///< It has been told to stop.
    bool exited = false;
    int exit_code = 0;
    std::string reason, message;
  };

  void pass() override;
  void schedule(const StoredObject& pod);
  void look_after(const StoredObject& pod);
  void begin(const StoredObject& pod, const std::string& node);
  void try_start(const StoredObject& pod, Pod& state);
  void start(const StoredObject& pod, Pod& state);
  void stop(const StoredObject& pod, Pod& state);
  void report_exit(const StoredObject& pod, const Pod& state);
  void confirm_deletion(const StoredObject& pod);
  void on_exit(const std::string& uid, std::optional<int> exit_code);
  Pod* find(const std::string& namespace_, const std::string& pod);

  Wiring wiring_;
  Counters& counters_;
  ContainerImage image_;
  Settings settings_;
  std::set<std::string> lost_;
  std::map<std::string, Pod> pods_;  // by UID
  std::set<std::string> confirmed_;  // UIDs whose deletion has been confirmed
};

/// Returns what the fault points of a pod's program are called: "trigger", "snapshotter", "restorer", "hook-runner" or
/// the pod's container's name.
std::string node_name_of(const StoredObject& pod);

}  // namespace snapstash::sim

#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/parts/watches.hpp"
#include "features/pods/pod_template.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/runtime/elector.hpp"
#include "kernel/runtime/event_recorder.hpp"
#include "kernel/runtime/probes.hpp"
#include "kernel/runtime/shutdown.hpp"
#include "kernel/wire/outbound.hpp"

namespace snapstash::backup {
class Controller;
}
namespace snapstash::batch {
class Controller;
}
namespace snapstash::blueprint {
class Controller;
}
namespace snapstash::metrics {
class Pusher;
}
namespace snapstash::restore {
class Controller;
}
namespace snapstash::restore_batch {
class Controller;
}
namespace snapstash::api {
struct BackupBatch;
struct BackupConfiguration;
}  // namespace snapstash::api
namespace snapstash::schedule {
template <class Kind>
class Controller;
}

namespace snapstash {

/// What the operator does, wherever it runs: everything but the network, the clock and the process around it.
struct OperatorSettings {
  std::string watch_namespace;  ///< "" = all namespaces.
  std::string pod_name;         ///< Who reports events.
  bool leader_elect = true;
  std::string lease_namespace, lease_name = "snapstash";
  std::string identity;  ///< Of this replica in the election: unlike that of any other and of its own earlier life.
  std::chrono::seconds lease{15};
  Duration renew_deadline = std::chrono::seconds(10), retry_period = std::chrono::seconds(2);
  std::string role_prefix = "snapstash";
  pods::Defaults pods;
  std::optional<wire::Endpoint> pushgateway;  ///< Where the leader pushes Stash's metrics to.
  std::size_t concurrency = 4;
};

/// The operator as one object over its ports: the program gives it a network and the system's clock, the simulator
/// virtual time. Destroying it, at any moment, is what a crash is: nothing is written on the way.
class OperatorProgram {
 public:
  struct Ports {
    kube::Client& client;
    kube::Client& lease_client;  ///< Must not wait with the others, nor retry by itself.
    Executor& executor;
    const Clock& clock;
    Random& random;
    Log& log;
    runtime::Registry& registry;
    wire::Outbound& outbound;
    std::function<void()> die;  ///< Ends the process at once, without cleaning up; may return.
  };

  /// Errors: kInvalid when the election's times contradict each other.
  static Result<std::unique_ptr<OperatorProgram>> make(OperatorSettings settings, Ports ports);
  ~OperatorProgram();

  /// Runs until `signal`, and until what it was doing has been finished. Returns the exit code.
  Task<int> run();

  /// SIGTERM or SIGINT came: the first drains, the second ends at once.
  void signal() { shutdown_.signal(); }

  const runtime::Probes& probes() const { return probes_; }
  const cluster::Stores& stores() const { return stores_; }
  bool is_leading() const { return leading_; }

 private:
  OperatorProgram(OperatorSettings settings, Ports ports);
  Result<void> elect();
  void add_probes();
  Task<void> lead();
  Task<void> give_lease_back();
  Task<void> stop_pushing();

  OperatorSettings settings_;
  Ports ports_;
  cluster::Stores stores_;
  Watches watches_;
  runtime::EventRecorder events_;
  runtime::Shutdown shutdown_;
  runtime::Probes probes_;
  std::unique_ptr<blueprint::Controller> blueprint_;
  std::unique_ptr<schedule::Controller<api::BackupConfiguration>> schedule_;
  std::unique_ptr<schedule::Controller<api::BackupBatch>> batch_schedule_;
  std::unique_ptr<backup::Controller> backup_;
  std::unique_ptr<batch::Controller> batch_;
  std::unique_ptr<restore::Controller> restore_;
  std::unique_ptr<metrics::Pusher> pusher_;
  std::unique_ptr<restore_batch::Controller> restore_batch_;
  std::unique_ptr<runtime::ClientLease> lease_;
  std::unique_ptr<runtime::Elector> elector_;
  runtime::Subscription exported_;
  bool leading_ = false;
  TaskGroup background_;   // watches and events: to the end
  TaskGroup controllers_;  // drained first
  TaskGroup pushing_;      // while leading; nobody waits for it
};

}  // namespace snapstash

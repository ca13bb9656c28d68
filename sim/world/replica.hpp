#pragma once
#include <memory>
#include <optional>
#include <string>

#include "sim/process/process.hpp"
#include "sim/world/programs.hpp"

namespace snapstash::sim {

/// One replica of the operator's Deployment: a pod that is started again whenever its process ends, after a delay that
/// doubles (CrashLoopBackOff), and when its liveness probe fails three times.
class Replica {
 public:
  struct Settings {
    std::string name = "operator-0";
    Identity identity;
    OperatorSettings program;
    Order order = Order::kSeeded;
    Duration first_delay = std::chrono::seconds(1), longest_delay = std::chrono::seconds(40);
    Duration probe_period = std::chrono::seconds(20);
  };

  /// `server` is where it connects to; all must outlive it.
  Replica(const Wiring& wiring, Settings settings, ApiServer& server);

  void start();
  /// kill -9, now: between two steps or from another process's step. It starts again after its delay.
  void kill();
  /// The same, and it stays away until `start`.
  void remove();
  /// SIGTERM: drains, gives the lease back, ends, and starts again. Nothing when it does not run.
  void signal();
  /// It does not run for so long, without dying (a machine that swaps, a debugger).
  void pause(Duration duration);
  /// It talks to another API server from now on.
  void connect(ApiServer& server);

  bool is_running() const { return process_ != nullptr; }
  /// The running operator; nullptr when it does not run.
  const OperatorProgram* program() const;
  NodeNetwork* network() { return process_ ? &process_->network() : nullptr; }
  NodeCounters& counters() { return counters_; }
  const std::string& name() const { return settings_.name; }
  int lives() const { return lives_; }

 private:
  void on_exit(std::optional<int> exit_code);
  void restart();
  void probe();

  Wiring wiring_;
  Settings settings_;
  ApiServer* server_;
  NodeCounters counters_;
  SplitRandom random_;
  int lives_ = 0, failed_probes_ = 0;
  MonoTime started_{};
  Duration delay_;
  std::unique_ptr<Process> process_;
  Executor::Ticket start_, resume_, probe_;
};

}  // namespace snapstash::sim

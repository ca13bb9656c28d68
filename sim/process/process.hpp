#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/executor/split_random.hpp"
#include "sim/network/node_network.hpp"
#include "sim/process/program.hpp"

namespace snapstash::sim {

/// One life of a program: an event loop, a network and the object graph on them. Destroying it is kill -9: the network
/// goes first, then the graph, wherever its coroutines are. Not to be destroyed by its own work; `after_step` is for
/// that.
class Process {
 public:
  struct Settings {
    std::string name;
    Identity identity;
    Order order = Order::kSeeded;
  };
  /// Called after the step in which the program ended, died or was crashed by a fault; nothing = it crashed. It should
  /// destroy the process.
  using OnExit = std::function<void(std::optional<int> exit_code)>;

  /// Where it runs.
  struct Place {
    NodeCounters& counters;
    ApiServer& server;
  };

  Process(const Wiring& wiring, Settings settings, Place place, const ProgramMaker& make, OnExit on_exit);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// SIGTERM.
  void signal();
  /// SIGSTOP and SIGCONT; the network's buffers go on filling.
  void pause() { executor_.pause(); }
  void go_on() { executor_.go_on(); }
  bool is_paused() const { return executor_.is_paused(); }

  NodeNetwork& network() { return network_; }
  Program& program() { return *program_; }
  const std::string& termination_message() const { return termination_message_; }

 private:
  void end(std::optional<int> exit_code);
  ProcessPorts ports();

  struct TellingLog final : Log {
    TellingLog(Story& story, const std::string& name) : story(story), name(name) {}
    void write(Level level, std::string_view message, std::span<const LogField> fields) override;
    Story& story;
    const std::string& name;
  };

  Settings settings_;
  SeededExecutor& world_;
  OnExit on_exit_;
  std::string termination_message_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool ended_ = false;
  SplitRandom random_;
  TellingLog log_;
  NodeExecutor executor_;
  NodeNetwork network_;
  std::unique_ptr<Program> program_;
  std::optional<Task<int>> running_;
  Executor::Ticket start_;
};

}  // namespace snapstash::sim

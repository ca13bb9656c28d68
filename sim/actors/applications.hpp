#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/actors/cluster.hpp"
#include "sim/api_server/exec.hpp"

namespace snapstash::sim {

/// What runs in the pods of applications, as far as hooks can speak to it. It understands `freeze` and `thaw`, both
/// as often as you like, `fail WHY`, `sleep SECONDS` and `hang`. With SECONDS behind them, `freeze` and `thaw` take so
/// long, and do it in the end, whether or not somebody still listens.
class Applications {
 public:
  /// What a command does instead; nothing = what it does.
  using Override =
      std::function<std::optional<ExecOutcome>(const StoredObject& pod, const std::vector<std::string>& command)>;

  /// A command that was begun.
  struct Executed {
    WallTime when;
    std::string namespace_, pod, container;
    std::vector<std::string> command;
  };

  Applications(Cluster cluster, std::function<bool(const std::string& node)> is_lost, Override override);

  ExecOutcome run(const StoredObject& pod, const std::string& container, const std::vector<std::string>& command);

  /// Whether a pod that is running is frozen; "" = none, otherwise which.
  std::string frozen_pod() const;
  /// Whether that pod is running and frozen.
  bool is_frozen(std::string_view namespace_, std::string_view pod) const;
  /// Whether all running pods that mount the claim, and at least one, are frozen.
  bool is_held(const std::string& namespace_, std::string_view claim) const;
  /// In the order in which they were begun.
  const std::vector<Executed>& history() const { return history_; }
  /// How often a command was begun.
  int count(std::string_view command) const;

 private:
  bool is_frozen(const StoredObject& pod) const;
  void set_frozen(const std::string& uid, bool frozen, Duration takes);

  Cluster cluster_;
  std::function<bool(const std::string&)> is_lost_;
  Override override_;
  std::shared_ptr<std::set<std::string>> frozen_ = std::make_shared<std::set<std::string>>();  // UIDs
  std::vector<Executed> history_;
};

}  // namespace snapstash::sim

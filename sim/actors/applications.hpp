#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/actors/cluster.hpp"
#include "sim/api_server/exec.hpp"

namespace snapstash::sim {

/// What runs in the pods of applications, as far as hooks can speak to it. It understands `freeze` and `thaw`, both
/// as often as you like, `fail WHY`, `sleep SECONDS` and `hang`.
class Applications {
 public:
  /// What a command does instead; nothing = what it does.
  using Override =
      std::function<std::optional<ExecOutcome>(const StoredObject& pod, const std::vector<std::string>& command)>;

  Applications(Cluster cluster, std::function<bool(const std::string& node)> is_lost, Override override);

  ExecOutcome run(const StoredObject& pod, const std::string& container, const std::vector<std::string>& command);

  /// Whether a pod that is running is frozen; "" = none, otherwise which.
  std::string frozen_pod() const;
  /// Whether all running pods that mount the claim, and at least one, are frozen.
  bool is_held(const std::string& namespace_, std::string_view claim) const;
  /// How often a command was carried out.
  int count(const std::string& command) const;

 private:
  struct State {
    bool frozen = false;
  };
  Cluster cluster_;
  std::function<bool(const std::string&)> is_lost_;
  Override override_;
  std::map<std::string, State> pods_;  // by UID
  std::map<std::string, int> counts_;
};

}  // namespace snapstash::sim

#pragma once
#include <optional>

#include "kernel/base/error.hpp"
#include "sim/network/node_network.hpp"

namespace snapstash::sim {

/// A connection that stays open after its answer: a watch, or a command in a pod. The network tells it what comes
/// between its ends.
struct Connection {
  virtual ~Connection() = default;
  /// Nothing arrives any more; `error` says what the reader sees, nothing = silence.
  virtual void stop(std::optional<Error> error) = 0;
  /// Packets are lost from now on, or arrive again.
  virtual void on_isolated() = 0;
  virtual void on_up() = 0;
};

}  // namespace snapstash::sim

#pragma once
#include <memory>

#include <gtest/gtest.h>

#include "sim/executor/split_random.hpp"
#include "sim/network/node_network.hpp"

namespace snapstash::sim {

/// For tests: one API server and one node that speaks to it, with the faults that `Plan` says.
template <class Plan>
struct OneNode : testing::Test {
  std::unique_ptr<NodeNetwork> connect() {
    return std::make_unique<NodeNetwork>(
        Wiring{.executor = world, .random = random, .faults = plan, .story = story},
        NodeNetwork::Node{"node", administrator(), loop, counters, [this] { crashed = true; }}, server
    );
  }

  SeededExecutor world{1};
  SplitRandom random{1};
  Story story{world, false};
  Plan plan;
  Storage storage;
  ApiServer server{storage, world, world.clock(), random};
  NodeCounters counters;
  NodeExecutor loop{world};
  bool crashed = false;
  std::unique_ptr<NodeNetwork> network = connect();
};

}  // namespace snapstash::sim

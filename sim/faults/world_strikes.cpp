#include "sim/faults/world_strikes.hpp"

namespace snapstash::sim {
namespace {

using enum Effect;

Replica* find_replica(World& world, const std::string& node) {
  for (std::size_t i = 0; i < world.replicas(); ++i) {
    if (world.replica(i).name() == node) return &world.replica(i);
  }
  return nullptr;
}

/// The replica restarts, and the server it now talks to shows how things were some changes ago, and nothing newer.
void restart_in_the_past(World& world, Replica& replica) {
  ApiServer& past = world.api_server(1);
  past.cache().freeze();
  replica.kill();
  replica.connect(past);
  world.after(kStrikeLasts, [&past] {
    past.cache().set_lag(0);
    past.cache().thaw();
  });
}

void set_network(World& world, Replica& replica, NodeNetwork::State state, Duration lasts) {
  if (replica.network() != nullptr) replica.network()->set_state(state);
  world.after(lasts, [&replica] {
    if (replica.network() != nullptr) replica.network()->set_state(NodeNetwork::State::kUp);
  });
}

void carry_out(World& world, const Strike& strike) {
  Replica* replica = find_replica(world, strike.node);
  if (replica == nullptr) return;
  switch (strike.effect) {
    case kPause: replica->pause(kStrikeLasts); break;
    case kIsolate: set_network(world, *replica, NodeNetwork::State::kIsolated, kStrikeLasts); break;
    case kServerDown: set_network(world, *replica, NodeNetwork::State::kRefused, kStrikeLasts); break;
    case kStale1:
    case kStale5:
    case kStaleAll: restart_in_the_past(world, *replica); break;
    case kUnseen:
      set_network(world, *replica, NodeNetwork::State::kRefused, std::chrono::seconds(3));
      world.after(std::chrono::milliseconds(2900), [&world] {
        for (std::size_t i = 0; i < world.api_servers(); ++i)
          world.api_server(i).cache().forget(world.storage().revision());
      });
      break;
    default: break;
  }
}

}  // namespace

bool needs_second_server(const Strike& strike) {
  return strike.effect == kStale1 || strike.effect == kStale5 || strike.effect == kStaleAll;
}

void prepare_world(World& world, const Strike& strike) {
  if (!needs_second_server(strike)) return;
  WatchCache& cache = world.api_server(1).cache();
  if (strike.effect == kStaleAll) return cache.freeze();
  cache.set_lag(strike.effect == kStale1 ? 1 : 5);
}

void strike_world(World& world, const Strike& strike) {
  world.executor().after_step([&world, strike] { carry_out(world, strike); });
}

}  // namespace snapstash::sim

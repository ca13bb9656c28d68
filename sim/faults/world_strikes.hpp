#pragma once
#include "sim/faults/strike.hpp"
#include "sim/world/world.hpp"

namespace snapstash::sim {

/// How long what a strike does to the world lasts.
inline constexpr std::chrono::seconds kStrikeLasts{20};

/// Whether the world must have two API servers for it.
bool needs_second_server(const Strike& strike);
/// To be called for each strike before the operator starts: the second server begins to lag.
void prepare_world(World& world, const Strike& strike);

/// Carries out a strike of the world around (Effect::kPause and after), after the present step; and its end, later.
/// Nothing when the node is none of the operator's replicas.
void strike_world(World& world, const Strike& strike);

}  // namespace snapstash::sim

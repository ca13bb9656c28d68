#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/actors/cluster.hpp"
#include "sim/process/program.hpp"

namespace snapstash::sim {

/// What the runtime gets to run: a pod's first container.
struct Container {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  ///< The downward API's fields are filled in.
  std::string namespace_, pod;
};

/// Returns the program in a container's image.
using ContainerImage = std::function<ProgramMaker(Container container)>;

/// Returns what a pod's first container is.
Container container_of(const StoredObject& pod);

}  // namespace snapstash::sim

#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "kernel/kube/environment.hpp"

/// `kubectl stash`: what a person says from a terminal.
namespace snapstash::cli {

/// What the program sees of the world, files and the network aside.
struct Io {
  std::ostream& out;
  std::ostream& err;
  kube::Environment environment;   ///< KUBECONFIG, HOME, proxies.
  std::string version;             ///< Of this program.
  bool stdin_is_terminal = false;  ///< Whether a credential plugin may ask there.
};

/// Does what the arguments (without the program's name) say. Returns the exit code: 0 = done, 1 = failed, 2 = misused.
int run(std::vector<std::string> arguments, Io io);

}  // namespace snapstash::cli

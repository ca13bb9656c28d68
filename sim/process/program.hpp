#pragma once
#include <functional>
#include <memory>
#include <string>

#include "kernel/base/log.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::sim {

/// What a process has of the world. All of it outlives the program.
struct ProcessPorts {
  wire::Transport& network;
  Executor& executor;
  const Clock& clock;
  Random& random;
  Log& log;
  std::function<void()> die;                           ///< Ends the process at once, with exit code 1; returns.
  std::function<void(const std::string&)> last_words;  ///< Writes the termination message.
};

/// A program: production code over ports. Destroying it, at any moment, is what a crash is.
class Program {
 public:
  virtual ~Program() = default;
  /// Runs to its end. Returns the exit code.
  virtual Task<int> run() = 0;
  /// SIGTERM.
  virtual void signal() = 0;
};

using ProgramMaker = std::function<std::unique_ptr<Program>(const ProcessPorts& ports)>;

}  // namespace snapstash::sim

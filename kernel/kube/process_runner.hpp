#pragma once
#include <memory>

#include "kernel/base/task.hpp"
#include "kernel/wire/process.hpp"

namespace snapstash::kube {

/// Runs programs. A port: tests have scripts in memory. Standard error goes to ours.
class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;
  /// Destroying the task ends the program. Errors: as wire::run_process.
  virtual Task<Result<wire::ProcessResult>> run(wire::ProcessSpec spec) = 0;
};

/// Returns the machine's own. `loop` must outlive it and its tasks.
std::unique_ptr<ProcessRunner> make_process_runner(wire::EventLoop& loop);

}  // namespace snapstash::kube

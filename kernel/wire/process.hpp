#pragma once
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/task.hpp"
#include "kernel/wire/event_loop.hpp"

namespace snapstash::wire {

/// A program to run to its end.
struct ProcessSpec {
  std::string command;  ///< With a slash: that file; otherwise looked up in $PATH.
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  ///< Added to ours, or replacing what we have.
  bool inherit_stdin = false;                            ///< false = standard input is empty.
  std::size_t output_limit = 1'048'576;                  ///< Bytes of standard output.
  Duration timeout = std::chrono::minutes(1);
};

struct ProcessResult {
  int exit_code = 0;  ///< 128 + signal when one ended it.
  std::string standard_output;
};

/// Runs a program; its standard error is ours. The loop goes on meanwhile. Destroying the task, or the timeout, ends
/// the program at once (SIGKILL). Errors: kNotFound when there is no such program; kTimeout; kInternal when it could
/// not be started for another reason, or printed more than `output_limit`.
Task<Result<ProcessResult>> run_process(EventLoop& loop, ProcessSpec spec);

}  // namespace snapstash::wire

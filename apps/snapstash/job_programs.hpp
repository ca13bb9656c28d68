#pragma once
#include <functional>
#include <string>

#include "features/jobs/ports.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

struct JobProgramOptions {
  std::string name;        ///< For the user agent: "create-vs", …
  std::string kubeconfig;  ///< "" = the pod's own account.
  std::string termination_log = "/dev/termination-log";
  LogFormat log_format = LogFormat::kText;
};

/// Runs what a Job's pod does: connects, runs `program`, ends with its exit code, or with 143 on SIGTERM. A cluster
/// that cannot be found is an error on standard error and exit code 1.
int run_job_program(const JobProgramOptions& options, const std::function<Task<int>(jobs::Ports)>& program);

}  // namespace snapstash

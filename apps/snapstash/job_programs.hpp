#pragma once
#include "apps/parts/job_arguments.hpp"

namespace snapstash {

/// Runs what a Job's pod does: connects, runs it, ends with its exit code, or with 143 on SIGTERM. A cluster
/// that cannot be found is an error on standard error and exit code 1.
int run_job_program(const JobProgram& program);

}  // namespace snapstash

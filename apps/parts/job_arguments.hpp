#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "features/jobs/ports.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

/// What the pod of a CronJob or Job was told to do.
struct JobProgram {
  std::string name;        ///< For the user agent: "create-vs", …
  std::string kubeconfig;  ///< "" = the pod's own account.
  std::string termination_log = "/dev/termination-log";
  Level log_level = Level::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::function<Task<int>(jobs::Ports)> run;  ///< Returns an exit code of jobs/ports.hpp.
};

/// Returns an environment variable's value, "" when there is none.
using Environment = std::function<std::string(std::string_view name)>;

/// Adds the parts `create-backupsession`, `create-vs`, `restore-vs` and `run-hook` to a command line; parsing it hands
/// what was chosen to `chosen`. Bad arguments are CLI::ValidationError.
void add_job_parts(CLI::App& app, Environment environment, std::function<void(JobProgram)> chosen);

/// Adds --log-level and --log-format.
void add_log_flags(CLI::App& app, Level& level, LogFormat& format);

/// Returns what a container's arguments ask for. Errors: kInvalid, with the usage message.
Result<JobProgram> parse_job_arguments(std::vector<std::string> arguments, Environment environment);

}  // namespace snapstash

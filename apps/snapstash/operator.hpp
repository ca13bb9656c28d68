#pragma once
#include <string>

#include "apps/parts/operator_program.hpp"
#include "kernel/base/log.hpp"

namespace snapstash {

/// The operator's flags.
struct OperatorOptions {
  std::string kubeconfig;
  OperatorSettings settings;  ///< Who and where it is, it finds out by itself.
  std::string metrics_address = ":8080", probe_address = ":8081";
  Level log_level = Level::kInfo;
  LogFormat log_format = LogFormat::kText;
};

/// Runs until SIGTERM or SIGINT, or until leadership is lost. Returns the exit code: 0 after an orderly stop.
int run_operator(const OperatorOptions& options);

}  // namespace snapstash

#pragma once
#include <cstddef>
#include <string>

#include "features/pods/pod_template.hpp"
#include "kernel/base/log.hpp"

namespace snapstash {

/// The operator's flags.
struct OperatorOptions {
  std::string kubeconfig;
  std::string watch_namespace;  ///< "" = all namespaces.
  std::string metrics_address = ":8080", probe_address = ":8081";
  bool leader_elect = true;
  std::string leader_election_namespace;  ///< "" = the pod's own.
  std::string lease_name = "snapstash";
  std::chrono::seconds lease{15};
  Duration renew_deadline = std::chrono::seconds(10), retry_period = std::chrono::seconds(2);
  std::string role_prefix = "snapstash";
  pods::Defaults pods;
  std::size_t concurrency = 4;
  Level log_level = Level::kInfo;
  LogFormat log_format = LogFormat::kText;
};

/// Runs until SIGTERM or SIGINT, or until leadership is lost. Returns the exit code: 0 after an orderly stop.
int run_operator(const OperatorOptions& options);

}  // namespace snapstash

#pragma once
#include <memory>

#include "apps/parts/operator_program.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/runtime/metrics.hpp"
#include "kernel/wire/no_outbound.hpp"
#include "sim/actors/container.hpp"
#include "sim/actors/services.hpp"
#include "sim/process/program.hpp"

/// The production programs, on the simulator's ports.
namespace snapstash::sim {

/// The operator as apps/snapstash/operator.cpp puts it together, without listeners.
class OperatorRun final : public Program {
 public:
  OperatorRun(OperatorSettings settings, const ProcessPorts& ports);
  Task<int> run() override { return program_->run(); }
  void signal() override { program_->signal(); }

  const OperatorProgram& program() const { return *program_; }
  /// Whether its liveness probe answers well.
  bool is_live() const { return program_->probes().answer("/healthz", "").status == 200; }

 private:
  runtime::Registry registry_;
  std::unique_ptr<kube::Credentials> credentials_;
  kube::Client client_, lease_client_;
  wire::NoOutbound outbound_;
  std::unique_ptr<OperatorProgram> program_;
};

/// Returns the image of all pods: the program that the container's arguments name, or without any an application.
/// Arguments that cannot be read end with jobs::kUsage. `services` are what they reach beside the API server.
ContainerImage job_image(Services& services);

}  // namespace snapstash::sim

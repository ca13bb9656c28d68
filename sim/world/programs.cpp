#include "sim/world/programs.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "apps/parts/job_arguments.hpp"

namespace snapstash::sim {
namespace {

kube::Client::Options operator_client(int attempts) {
  kube::Client::Options options{
      .user_agent = "snapstash/operator", .field_manager = "snapstash", .retry = {}, .observe = {}
  };
  if (attempts > 0) options.retry.attempts = attempts;
  return options;
}

/// As apps/snapstash/job_programs.cpp has it: patient with a server that restarts.
kube::Client::Options job_client(const std::string& name) {
  return {
      .user_agent = "snapstash/" + name,
      .field_manager = "snapstash",
      .retry = {.attempts = 12, .longest_delay = std::chrono::seconds(15)},
      .observe = {}
  };
}

Task<int> end_with(int exit_code) { co_return exit_code; }

/// An application: it is there until it is told to stop. What it does, sim/actors/applications.hpp knows.
class ApplicationRun final : public Program {
 public:
  explicit ApplicationRun(Executor& executor) : stop_(executor) {}
  Task<int> run() override {
    co_await stop_.wait();
    co_return 0;
  }
  void signal() override { stop_.set(); }

 private:
  Event stop_;
};

class JobRun final : public Program {
 public:
  JobRun(Container container, const ProcessPorts& ports, Services& services)
      : container_(std::move(container)),
        ports_(ports),
        outbound_(services, ports.executor),
        credentials_(kube::make_fixed_credentials({})),
        stop_(ports.executor) {}

  Task<int> run() override {
    const auto& environment = container_.environment;
    auto parsed = parse_job_arguments(container_.arguments, [&environment](std::string_view name) {
      const auto found = environment.find(std::string(name));
      return found == environment.end() ? std::string() : found->second;
    });
    if (!parsed) {
      ports_.log.error("bad arguments", {{"error", parsed.error().message}});
      return end_with(jobs::kUsage);
    }
    // Its closure holds what the task refers to.
    program_ = std::move(*parsed);
    client_.emplace(ports_.network, *credentials_, ports_.executor, ports_.random, job_client(program_.name));
    return program_.run(
        {.client = *client_,
         .executor = ports_.executor,
         .clock = ports_.clock,
         .random = ports_.random,
         .log = ports_.log,
         .outbound = outbound_,
         .namespace_ = container_.namespace_,
         .last_words = ports_.last_words,
         .stop = stop_}
    );
  }

  void signal() override { stop_.set(); }

 private:
  Container container_;
  ProcessPorts ports_;
  ServicesOutbound outbound_;
  std::unique_ptr<kube::Credentials> credentials_;
  Event stop_;
  JobProgram program_;
  std::optional<kube::Client> client_;
};

}  // namespace

OperatorRun::OperatorRun(OperatorSettings settings, const ProcessPorts& ports)
    : credentials_(kube::make_fixed_credentials({})),
      client_(ports.network, *credentials_, ports.executor, ports.random, operator_client(0)),
      lease_client_(ports.network, *credentials_, ports.executor, ports.random, operator_client(1)) {
  auto made = OperatorProgram::make(
      std::move(settings),
      {client_, lease_client_, ports.executor, ports.clock, ports.random, ports.log, registry_, outbound_, ports.die}
  );
  if (!made) {
    std::fputs(made.error().message.c_str(), stderr);
    std::abort();
  }
  program_ = std::move(*made);
}

ContainerImage job_image(Services& services) {
  return [&services](Container container) -> ProgramMaker {
    if (container.arguments.empty()) {
      return [](const ProcessPorts& ports) { return std::make_unique<ApplicationRun>(ports.executor); };
    }
    return [container = std::move(container), &services](const ProcessPorts& ports) {
      return std::make_unique<JobRun>(container, ports, services);
    };
  };
}

}  // namespace snapstash::sim

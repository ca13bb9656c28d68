#include "apps/snapstash/job_programs.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "apps/snapstash/connection.hpp"
#include "apps/snapstash/version.hpp"

namespace snapstash {
namespace {

std::string own_namespace(const ServerConnection& connection) {
  const char* given = std::getenv("POD_NAMESPACE");
  return given != nullptr && *given != '\0' ? std::string(given) : connection.namespace_();
}

}  // namespace

int run_job_program(const JobProgram& program) {
  const auto log = make_stderr_log(program.log_format, program.log_level);
  wire::EventLoop loop;
  SystemRandom random;
  // Nobody reruns this but the Job, and each new pod costs seconds: be patient with a server that restarts.
  auto connection = ServerConnection::make(
      loop, *log, random,
      {.kubeconfig = program.kubeconfig,
       .user_agent = user_agent(program.name),
       .retry = {.attempts = 12, .longest_delay = std::chrono::seconds(15)},
       .observe = {}}
  );
  if (!connection) {
    log->error("cannot reach the cluster", {{"error", connection.error().message}});
    return jobs::kFailed;
  }
  Event stop(loop);
  for (const int number : {SIGTERM, SIGINT}) loop.on_signal(number, [&stop] { stop.set(); });
  const SystemClock clock;
  const auto outbound = wire::make_outbound(loop);
  jobs::Ports ports{
      .client = (*connection)->client(),
      .executor = loop,
      .clock = clock,
      .random = random,
      .log = *log,
      .outbound = *outbound,
      .namespace_ = own_namespace(**connection),
      .last_words =
          [&](const std::string& words) {
            std::ofstream file(program.termination_log);
            if (!(file << words))
              log->warning("cannot write the termination message", {{"path", program.termination_log}});
          },
      .stop = stop
  };
  return loop.run_task(program.run(std::move(ports)));
}

}  // namespace snapstash

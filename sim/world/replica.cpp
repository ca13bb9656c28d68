#include "sim/world/replica.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

/// A process that ran for so long has recovered: its next restart is quick again (the kubelet's rule).
constexpr std::chrono::minutes kRecovered{10};

}  // namespace

Replica::Replica(const Wiring& wiring, Settings settings, ApiServer& server)
    : wiring_(wiring),
      settings_(std::move(settings)),
      server_(&server),
      random_(wiring.random.next()),
      delay_(settings_.first_delay) {}

void Replica::start() {
  if (process_) return;
  start_.cancel();
  ++lives_;
  failed_probes_ = 0;
  started_ = wiring_.executor.now();
  wiring_.story.tell(settings_.name, [&] { return fmt::format("STARTS, life {}", lives_); });
  OperatorSettings program = settings_.program;
  program.pod_name = settings_.name;
  program.identity = settings_.name + "_" + random_.uuid();
  process_ = std::make_unique<Process>(
      wiring_, Process::Settings{.name = settings_.name, .identity = settings_.identity, .order = settings_.order},
      Process::Place{counters_, *server_},
      [program](const ProcessPorts& ports) -> std::unique_ptr<Program> {
        return std::make_unique<OperatorRun>(program, ports);
      },
      [this](std::optional<int> exit_code) { on_exit(exit_code); }
  );
  probe_ = wiring_.executor.after(settings_.probe_period, [this] { probe(); });
}

void Replica::on_exit(std::optional<int> exit_code) {
  wiring_.story.tell(settings_.name, [&] {
    return exit_code ? fmt::format("ENDS with {}", *exit_code) : std::string("CRASHES");
  });
  restart();
}

void Replica::restart() {
  process_.reset();
  probe_.cancel();
  resume_.cancel();
  if (wiring_.executor.now() - started_ > kRecovered) delay_ = settings_.first_delay;
  start_ = wiring_.executor.after(delay_, [this] { start(); });
  delay_ = std::min(delay_ * 2, settings_.longest_delay);
}

void Replica::kill() {
  if (!process_) return;
  wiring_.story.tell(settings_.name, [] { return "KILLED"; });
  restart();
}

void Replica::remove() {
  if (process_) wiring_.story.tell(settings_.name, [] { return "REMOVED"; });
  process_.reset();
  probe_.cancel();
  resume_.cancel();
  start_.cancel();
}

void Replica::signal() {
  if (process_) process_->signal();
}

void Replica::pause(Duration duration) {
  if (!process_) return;
  wiring_.story.tell(settings_.name, [&] { return "PAUSES for " + format_duration(duration); });
  process_->pause();
  resume_ = wiring_.executor.after(duration, [this] {
    wiring_.story.tell(settings_.name, [] { return "GOES ON"; });
    process_->go_on();
  });
}

void Replica::connect(ApiServer& server) {
  server_ = &server;
  if (process_) process_->network().connect(server);
}

const OperatorProgram* Replica::program() const {
  return process_ ? &static_cast<const OperatorRun&>(process_->program()).program() : nullptr;
}

/// The liveness probe of the chart's Deployment: three failures in a row end the process.
void Replica::probe() {
  constexpr int kPatience = 3;
  const auto& run = static_cast<const OperatorRun&>(process_->program());
  failed_probes_ = run.is_live() && !process_->is_paused() ? 0 : failed_probes_ + 1;
  if (failed_probes_ >= kPatience) {
    wiring_.story.tell(settings_.name, [] { return "NOT LIVE"; });
    wiring_.executor.after_step([this] { kill(); });
    return;
  }
  probe_ = wiring_.executor.after(settings_.probe_period, [this] { probe(); });
}

}  // namespace snapstash::sim

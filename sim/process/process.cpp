#include "sim/process/process.hpp"

#include <utility>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarning: return "WARNING";
    case Level::kError: return "ERROR";
  }
  return "";
}

}  // namespace

void Process::TellingLog::write(Level level, std::string_view message, std::span<const LogField> fields) {
  story.tell(name, [&] {
    std::string line = fmt::format("log {}: {}", name_of(level), message);
    for (const LogField& field : fields) line += fmt::format(" {}={}", field.key, field.value);
    return line;
  });
}

Process::Process(const Wiring& wiring, Settings settings, Place place, const ProgramMaker& make, OnExit on_exit)
    : settings_(std::move(settings)),
      world_(wiring.executor),
      on_exit_(std::move(on_exit)),
      random_(wiring.random.next()),
      log_(wiring.story, settings_.name),
      executor_(wiring.executor, settings_.order),
      network_(
          wiring, {settings_.name, settings_.identity, executor_, place.counters, [this] { end(std::nullopt); }},
          place.server
      ),
      program_(make(ports())) {
  start_ = executor_.post([this] {
    running_.emplace(program_->run());
    running_->start([this] { end(running_->take()); });
  });
}

Process::~Process() {
  *alive_ = false;
  // A crash that the faults asked for has decided itself what still arrives; otherwise what was sent was sent.
  network_.cut(true);
  network_.forbid();
  start_.cancel();
  running_.reset();
  program_.reset();
}

ProcessPorts Process::ports() {
  return {
      .network = network_,
      .executor = executor_,
      .clock = world_.clock(),
      .random = random_,
      .log = log_,
      .die =
          [this] {
            network_.cut(true);
            end(1);
          },
      .last_words = [this](const std::string& words) { termination_message_ = words; }
  };
}

void Process::end(std::optional<int> exit_code) {
  if (std::exchange(ended_, true)) return;
  // A crash: not a byte leaves any more.
  if (!exit_code) network_.cut(false);
  world_.after_step([this, alive = alive_, exit_code] {
    if (!*alive) return;
    // Moved out: it destroys this process, and must not go with it while it runs.
    const OnExit told = std::move(on_exit_);
    told(exit_code);
  });
}

void Process::signal() { program_->signal(); }

}  // namespace snapstash::sim

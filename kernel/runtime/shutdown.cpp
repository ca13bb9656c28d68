#include "kernel/runtime/shutdown.hpp"

#include <utility>

#include "kernel/base/race.hpp"

namespace snapstash::runtime {
namespace {

Task<void> wait_for(Event& event) { co_await event.wait(); }

}  // namespace

void Shutdown::signal() {
  if (requested_.is_set()) return aborted_.set();
  log_.info("stopping; a second signal ends at once");
  requested_.set();
}

void Shutdown::request(int code) {
  code_ = code;
  requested_.set();
}

Task<int> Shutdown::run() {
  co_await requested_.wait();
  const MonoTime limit = executor_.now() + std::chrono::duration_cast<MonoTime::duration>(limit_);
  auto cut = race(executor_, until(executor_, limit), wait_for(aborted_));
  const auto outcome = co_await race(executor_, run_stages(), std::move(cut));
  if (outcome.index() == 0) co_return code_;
  const bool late = std::get<1>(outcome).index() == 0;
  log_.warning(late ? "stopping took too long" : "stopped by a second signal");
  co_return code_ == 0 ? 1 : code_;
}

Task<void> Shutdown::run_stages() {
  for (const Named& named : stages_) {
    log_.debug("stopping", {{"stage", named.name}});
    co_await named.stage();
  }
}

}  // namespace snapstash::runtime

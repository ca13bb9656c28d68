#include "kernel/wire/event_loop.hpp"

#include <csignal>

#include "kernel/wire/asio.hpp"

namespace snapstash::wire {

EventLoop::EventLoop() : core_(std::make_unique<Core>()) {
  // A peer that has gone is an error of that connection, not of the process.
  std::signal(SIGPIPE, SIG_IGN);
}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  while (!stopped_) {
    core_->io.poll();
    if (!stopped_) run_due();
    if (stopped_ || ready() > 0) continue;
    arm_timer();
    core_->io.run_one();
  }
  stopped_ = false;
}

void EventLoop::run_due() {
  const MonoTime start = now();
  const auto is_due = [&] {
    const auto next = next_timer();
    return next && *next <= start;
  };
  do {
    // One time after the other, so that timers run in their order also when we come late to several.
    if (is_due()) promote(*next_timer());
    // Only what is ready now, so that work that posts work cannot keep the network waiting.
    for (auto left = ready(); left > 0 && ready() > 0 && !stopped_; --left) run_ready();
  } while (!stopped_ && is_due());
}

void EventLoop::arm_timer() {
  const auto next = next_timer();
  if (next == core_->armed) return;
  core_->armed = next;
  if (!next) {
    core_->timer.cancel();
    return;
  }
  core_->timer.expires_at(*next);
  core_->timer.async_wait([this, when = *next](const ErrorCode&) {
    if (core_->armed == when) core_->armed.reset();
  });
}

namespace {

void wait_for_signal(EventLoop::Core::Signal& signal) {
  signal.set.async_wait([&signal](const ErrorCode& error, int) {
    if (error) return;
    wait_for_signal(signal);
    const auto callback = signal.callback;  // a copy: the callback may set another
    callback();
  });
}

}  // namespace

void EventLoop::on_signal(int number, std::function<void()> callback) {
  const auto [place, added] = core_->signals.try_emplace(number, core_->io, number);
  place->second.callback = std::move(callback);
  if (added) wait_for_signal(place->second);
}

}  // namespace snapstash::wire

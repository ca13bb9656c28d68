#include "kernel/base/executor.hpp"

#include <cassert>
#include <iterator>
#include <utility>

namespace snapstash {

struct Executor::Ticket::Queue {
  std::map<std::uint64_t, Work> ready;
  std::map<std::pair<MonoTime, std::uint64_t>, Work> timers;
  std::uint64_t next_number = 1;
};

Executor::Ticket::Ticket(Ticket&& other) noexcept
    : queue_(std::exchange(other.queue_, {})), when_(other.when_), number_(other.number_), timed_(other.timed_) {}

Executor::Ticket& Executor::Ticket::operator=(Ticket&& other) noexcept {
  if (this != &other) {
    cancel();
    queue_ = std::exchange(other.queue_, {});
    when_ = other.when_;
    number_ = other.number_;
    timed_ = other.timed_;
  }
  return *this;
}

void Executor::Ticket::cancel() {
  const auto queue = queue_.lock();
  queue_.reset();
  if (!queue) return;
  // The work is destroyed last: its captures may own tickets that come back here.
  Work dropped;
  if (timed_) {
    if (const auto it = queue->timers.find({when_, number_}); it != queue->timers.end()) {
      dropped = std::move(it->second);
      queue->timers.erase(it);
      return;
    }
  }
  if (const auto it = queue->ready.find(number_); it != queue->ready.end()) {
    dropped = std::move(it->second);
    queue->ready.erase(it);
  }
}

Executor::Executor() : queue_(std::make_shared<Ticket::Queue>()) {}

Executor::~Executor() = default;

Executor::Ticket Executor::post(Work work) {
  const auto number = queue_->next_number++;
  queue_->ready.emplace(number, std::move(work));
  wake();
  return {queue_, MonoTime{}, number, false};
}

Executor::Ticket Executor::at(MonoTime when, Work work) {
  const auto number = queue_->next_number++;
  queue_->timers.emplace(std::pair(when, number), std::move(work));
  wake();
  return {queue_, when, number, true};
}

void Executor::promote(MonoTime now) {
  auto& timers = queue_->timers;
  while (!timers.empty() && timers.begin()->first.first <= now) {
    auto node = timers.extract(timers.begin());
    // A timer keeps its number when it becomes ready, so that its ticket still finds it.
    queue_->ready.emplace(node.key().second, std::move(node.mapped()));
  }
}

std::size_t Executor::ready() const { return queue_->ready.size(); }

void Executor::run_ready(std::size_t index) {
  assert(index < queue_->ready.size());
  auto node = queue_->ready.extract(std::next(queue_->ready.begin(), static_cast<std::ptrdiff_t>(index)));
  node.mapped()();
}

std::optional<MonoTime> Executor::next_timer() const {
  if (queue_->timers.empty()) return std::nullopt;
  return queue_->timers.begin()->first.first;
}

}  // namespace snapstash

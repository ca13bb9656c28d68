#include "kernel/runtime/queue.hpp"

#include <algorithm>
#include <utility>

namespace snapstash::runtime {

void Queue::add(std::string key) {
  if (shut_down_ || dirty_.contains(key)) return;
  dirty_.emplace(key, executor_.now());
  observer_->added();
  if (!processing_.contains(key)) push(std::move(key));
}

void Queue::add_after(std::string key, Duration delay) {
  if (shut_down_) return;
  if (delay <= Duration::zero()) return add(std::move(key));
  const MonoTime when = executor_.now() + std::chrono::duration_cast<MonoTime::duration>(delay);
  const auto known = delayed_.find(key);
  if (known != delayed_.end() && known->second.when <= when) return;
  Executor::Ticket ticket = executor_.at(when, [this, key] {
    delayed_.erase(key);
    add(key);
  });
  delayed_.insert_or_assign(std::move(key), Delayed{when, std::move(ticket)});
}

void Queue::add_rate_limited(std::string key, Duration at_least) {
  if (shut_down_) return;
  observer_->retried();
  const Duration delay = std::max(backoff_.next(key), at_least);
  add_after(std::move(key), delay);
}

Task<std::optional<std::string>> Queue::pop() {
  while (ready_.empty()) {
    if (shut_down_) co_return std::nullopt;
    changed_.reset();
    co_await changed_.wait();
  }
  co_return take_first();
}

std::string Queue::take_first() {
  std::string key = std::move(ready_.front());
  ready_.pop_front();
  const MonoTime now = executor_.now();
  observer_->started(now - dirty_.at(key));
  dirty_.erase(key);
  processing_.emplace(key, now);
  return key;
}

void Queue::done(const std::string& key) {
  const auto it = processing_.find(key);
  if (it == processing_.end()) return;
  observer_->finished(executor_.now() - it->second);
  processing_.erase(it);
  if (dirty_.contains(key)) push(key);
}

void Queue::shut_down() {
  shut_down_ = true;
  delayed_.clear();
  changed_.set();
}

void Queue::push(std::string key) {
  ready_.push_back(std::move(key));
  changed_.set();
}

}  // namespace snapstash::runtime

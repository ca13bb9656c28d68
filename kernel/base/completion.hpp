#pragma once
#include <coroutine>
#include <memory>
#include <optional>
#include <utility>

#include "kernel/base/executor.hpp"

namespace snapstash {

/// Joins a callback to a task: the callback holds a `Completion` and calls `set` once; the task awaits `wait()`.
/// Either side may go away first. A value that nobody waits for is dropped.
template <class T>
class Completion {
 public:
  explicit Completion(Executor& executor) : state_(std::make_shared<State>(executor)) {}

  /// Hands over the value. Only the first call counts. The waiter is resumed through the executor.
  void set(T value) const {
    if (state_->value) return;
    state_->value.emplace(std::move(value));
    if (state_->waiter) {
      state_->ticket = state_->executor.post([state = state_.get()] { std::exchange(state->waiter, {}).resume(); });
    }
  }

  bool is_set() const { return state_->value.has_value(); }

 private:
  struct State {
    explicit State(Executor& executor) : executor(executor) {}
    Executor& executor;
    std::optional<T> value;
    std::coroutine_handle<> waiter;
    Executor::Ticket ticket;
  };

 public:
  class Waiter {
   public:
    explicit Waiter(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Waiter(Waiter&&) noexcept = default;
    Waiter& operator=(Waiter&&) = delete;
    ~Waiter() {
      if (!state_) return;
      state_->waiter = {};
      state_->ticket.cancel();
    }
    bool await_ready() const noexcept { return state_->value.has_value(); }
    void await_suspend(std::coroutine_handle<> handle) { state_->waiter = handle; }
    T await_resume() { return std::move(*state_->value); }

   private:
    std::shared_ptr<State> state_;
  };

  /// REQUIRES: at most one waiter.
  Waiter wait() const { return Waiter(state_); }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace snapstash

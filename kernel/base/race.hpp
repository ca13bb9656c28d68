#pragma once
#include <coroutine>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "kernel/base/event.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

namespace race_detail {

template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
Stored<T> take(Task<T>& task) {
  if constexpr (std::is_void_v<T>) {
    task.take();
    return {};
  } else {
    return task.take();
  }
}

template <class A, class B>
class Awaiter {
 public:
  Awaiter(Executor& executor, Task<A>& first, Task<B>& second) : executor_(executor), first_(first), second_(second) {}
  Awaiter(const Awaiter&) = delete;
  Awaiter& operator=(const Awaiter&) = delete;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    auto wake = [this, handle] {
      if (std::exchange(woken_, true)) return;
      ticket_ = executor_.post([handle] { handle.resume(); });
    };
    first_.start(wake);
    second_.start(wake);
  }
  void await_resume() const noexcept {}

 private:
  Executor& executor_;
  Task<A>& first_;
  Task<B>& second_;
  Executor::Ticket ticket_;
  bool woken_ = false;
};

}  // namespace race_detail

/// Runs both and returns the value of the one that ends first (index 0 or 1; the first, when both have); the other is
/// cancelled. void becomes std::monostate.
template <class A, class B>
Task<std::variant<race_detail::Stored<A>, race_detail::Stored<B>>> race(
    Executor& executor, Task<A> first, Task<B> second
) {
  using Outcome = std::variant<race_detail::Stored<A>, race_detail::Stored<B>>;
  co_await race_detail::Awaiter<A, B>(executor, first, second);
  if (first.done()) co_return Outcome(std::in_place_index<0>, race_detail::take(first));
  co_return Outcome(std::in_place_index<1>, race_detail::take(second));
}

inline Task<void> until(Executor& executor, MonoTime when) { co_await sleep_until(executor, when); }

/// Returns the task's result, or kTimeout ("not within 5s") when `deadline` comes first; the task is then cancelled.
template <class T>
Task<Result<T>> with_deadline(Executor& executor, MonoTime deadline, Task<Result<T>> task) {
  const auto started = executor.now();
  auto outcome = co_await race(executor, std::move(task), until(executor, deadline));
  if (outcome.index() == 0) co_return std::get<0>(std::move(outcome));
  co_return fail(
      Code::kTimeout,
      fmt::format("not within {}", format_duration(std::chrono::duration_cast<Duration>(deadline - started)))
  );
}

template <class T>
Task<Result<T>> with_timeout(Executor& executor, Duration timeout, Task<Result<T>> task) {
  return with_deadline(
      executor, executor.now() + std::chrono::duration_cast<MonoTime::duration>(timeout), std::move(task)
  );
}

/// Runs all side by side and returns their values in order.
template <class T>
Task<std::vector<T>> all(Executor& executor, std::vector<Task<T>> tasks) {
  Event done(executor);
  std::size_t left = tasks.size();
  for (Task<T>& task : tasks) {
    task.start([&done, &left] {
      if (--left == 0) done.set();
    });
  }
  if (!tasks.empty()) co_await done.wait();
  std::vector<T> values;
  values.reserve(tasks.size());
  for (Task<T>& task : tasks) values.push_back(task.take());
  co_return values;
}

}  // namespace snapstash

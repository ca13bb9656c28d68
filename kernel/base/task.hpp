#pragma once
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "kernel/base/error.hpp"

/// A coroutine that somebody owns.
///
/// * Lazy: nothing runs before it is awaited or started.
/// * Owned: destroying a Task at any suspension point cancels it and all it awaits, at once and without I/O (RAII
/// undoes
///   what was under way). That is the one way of cancelling; nothing is joined because nothing is left behind.
/// * `co_await task` on a Task<Result<U>> inside a Task<Result<V>> yields U, or ends the outer coroutine with the error
///   (Rust's `?`). `co_await std::move(task).as_result()` yields the Result<U> instead.
/// * Coroutine parameters are taken by value, or refer to what outlives the whole Task.
namespace snapstash {

template <class T>
class Task;

namespace task_detail {

template <class T>
inline constexpr bool is_result = false;
template <class T>
inline constexpr bool is_result<Result<T>> = true;

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::move_only_function<void()> on_done;  // set for tasks that are started, not awaited
  std::exception_ptr exception;
  // Set when the awaiting coroutine wants to end with our error instead of seeing it.
  PromiseBase* end_with_error = nullptr;
  virtual ~PromiseBase() = default;
  virtual std::coroutine_handle<> fail(Error error) = 0;

 protected:
  std::coroutine_handle<> resume_owner() {
    if (on_done) {
      // Moved out: it may destroy this frame's owner's bookkeeping, though never the frame itself.
      auto done = std::move(on_done);
      done();
      return std::noop_coroutine();
    }
    return continuation;
  }
};

template <class T>
struct PromiseValue : PromiseBase {
  std::optional<T> value;
  template <class U>
    requires std::convertible_to<U&&, T>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  // For `co_return {};`
  void return_value(T&& result) { value.emplace(std::move(result)); }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct PromiseValue<void> : PromiseBase {
  void return_void() {}
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

/// Awaits a child and yields its whole value.
template <class U>
struct PlainAwaiter {
  Task<U> child;
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    child.frame_.promise().continuation = parent;
    return child.frame_;
  }
  U await_resume() { return child.frame_.promise().take(); }
};

/// Awaits a child and yields the value inside its Result; the parent ends when there is none.
template <class U>
struct UnwrappingAwaiter {
  Task<Result<U>> child;
  PromiseBase* parent_promise;
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    child.frame_.promise().continuation = parent;
    child.frame_.promise().end_with_error = parent_promise;
    return child.frame_;
  }
  U await_resume() {
    if constexpr (std::is_void_v<U>) {
      (void)child.frame_.promise().take();
    } else {
      return *child.frame_.promise().take();
    }
  }
};

/// `co_await` on a Result that is at hand.
template <class U>
struct ResultAwaiter {
  Result<U> result;
  PromiseBase* parent_promise;
  bool await_ready() const noexcept { return result.has_value(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) {
    return parent_promise->fail(std::move(result).error());
  }
  U await_resume() {
    if constexpr (!std::is_void_v<U>) return std::move(*result);
  }
};

/// What `as_result()` returns: asks for the whole Result.
template <class U>
struct Whole {
  Task<U> task;
};

template <class T>
struct Promise final : PromiseValue<T> {
  Task<T> get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct Final {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      return self.promise().finish();
    }
    void await_resume() const noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() { this->exception = std::current_exception(); }

  std::coroutine_handle<> finish() {
    if constexpr (is_result<T>) {
      if (this->end_with_error != nullptr && !this->exception && !this->value->has_value()) {
        return this->end_with_error->fail(std::move(*this->value).error());
      }
    }
    return this->resume_owner();
  }

  std::coroutine_handle<> fail(Error error) override {
    if constexpr (is_result<T>) {
      this->value.emplace(std::unexpected<Error>(std::move(error)));
    } else {
      std::terminate();  // unreachable: only promises of Results hand themselves out as `end_with_error`
    }
    return finish();
  }

  template <class U>
  auto await_transform(Task<U>&& child) {
    return PlainAwaiter<U>{std::move(child)};
  }
  template <class U>
    requires is_result<T>
  auto await_transform(Task<Result<U>>&& child) {
    return UnwrappingAwaiter<U>{std::move(child), this};
  }
  template <class U>
  auto await_transform(Whole<U>&& whole) {
    return PlainAwaiter<U>{std::move(whole.task)};
  }
  template <class U>
    requires is_result<T>
  auto await_transform(Result<U> result) {
    return ResultAwaiter<U>{std::move(result), this};
  }
  template <class Awaitable>
    requires requires(Awaitable&& awaitable) { std::forward<Awaitable>(awaitable).await_ready(); }
  Awaitable&& await_transform(Awaitable&& awaitable) {
    return std::forward<Awaitable>(awaitable);
  }
};

}  // namespace task_detail

template <class T>
class [[nodiscard("a Task does nothing until it is awaited or started")]] Task {
 public:
  using promise_type = task_detail::Promise<T>;

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, {});
    }
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  /// For `co_await std::move(task).as_result()`: yields the Result, whatever it holds.
  task_detail::Whole<T> as_result() && { return {std::move(*this)}; }

  /// Runs the task until it first waits. `on_done` is called once, when it has ended, from inside the task's last step:
  /// it may take the value but must not destroy the task. REQUIRES: neither started nor awaited before.
  void start(std::move_only_function<void()> on_done) {
    frame_.promise().on_done = std::move(on_done);
    frame_.resume();
  }

  /// Whether it has ended.
  bool done() const {
    if constexpr (std::is_void_v<T>) {
      return frame_.done();
    } else {
      return frame_.promise().value.has_value() || frame_.promise().exception;
    }
  }

  /// Takes the value. REQUIRES: done(), and not taken before. Rethrows what escaped from the coroutine.
  T take() { return frame_.promise().take(); }

 private:
  template <class>
  friend struct task_detail::Promise;
  template <class>
  friend struct task_detail::PlainAwaiter;
  template <class>
  friend struct task_detail::UnwrappingAwaiter;
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
Task<T> task_detail::Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace snapstash

#pragma once
#include <coroutine>
#include <list>

#include "kernel/base/executor.hpp"

namespace snapstash {

/// A flag that tasks wait for. Setting it wakes all who wait, through the executor; it stays set until `reset`.
/// Must outlive its waiters (a waiter that is destroyed leaves by itself).
class Event {
 public:
  explicit Event(Executor& executor) : executor_(executor) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() {
    set_ = true;
    for (Waiter* waiter : waiters_) waiter->wake();
  }
  void reset() { set_ = false; }
  bool is_set() const { return set_; }

  class Waiter {
   public:
    explicit Waiter(Event& event) : event_(event) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() { leave(); }
    bool await_ready() const noexcept { return event_.set_; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      place_ = event_.waiters_.insert(event_.waiters_.end(), this);
      waiting_ = true;
    }
    void await_resume() { leave(); }

   private:
    friend class Event;
    void wake() {
      if (woken_) return;
      woken_ = true;
      ticket_ = event_.executor_.post([handle = handle_] { handle.resume(); });
    }
    void leave() {
      if (waiting_) event_.waiters_.erase(place_);
      waiting_ = false;
    }
    Event& event_;
    std::coroutine_handle<> handle_;
    std::list<Waiter*>::iterator place_;
    Executor::Ticket ticket_;
    bool waiting_ = false;
    bool woken_ = false;
  };

  /// `co_await event.wait()`: returns once the event is, or was, set.
  Waiter wait() { return Waiter(*this); }

 private:
  Executor& executor_;
  std::list<Waiter*> waiters_;
  bool set_ = false;
};

/// `co_await sleep_for(executor, 5s)`.
class Sleep {
 public:
  Sleep(Executor& executor, MonoTime until) : executor_(executor), until_(until) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    ticket_ = executor_.at(until_, [handle] { handle.resume(); });
  }
  void await_resume() const noexcept {}

 private:
  Executor& executor_;
  MonoTime until_;
  Executor::Ticket ticket_;
};

inline Sleep sleep_until(Executor& executor, MonoTime until) { return {executor, until}; }
inline Sleep sleep_for(Executor& executor, Duration delay) {
  return {executor, executor.now() + std::chrono::duration_cast<MonoTime::duration>(delay)};
}

}  // namespace snapstash

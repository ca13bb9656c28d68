#pragma once
#include <list>
#include <utility>

#include "kernel/base/event.hpp"
#include "kernel/base/task.hpp"

namespace snapstash {

/// Owns tasks that run beside each other. Destroying the group cancels them all.
class TaskGroup {
 public:
  explicit TaskGroup(Executor& executor) : executor_(executor), idle_(executor) { idle_.set(); }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `task` from the loop, not before this returns. An exception that escapes from it escapes from the loop.
  void spawn(Task<void> task) {
    idle_.reset();
    children_.emplace_back(std::move(task));
    const auto child = std::prev(children_.end());
    child->ticket = executor_.post([this, child] {
      child->task.start([this, child] { child->ticket = executor_.post([this, child] { reap(child); }); });
    });
  }

  std::size_t size() const { return children_.size(); }

  /// Returns when no task is left, those spawned while waiting included.
  Task<void> join() {
    while (!children_.empty()) co_await idle_.wait();
  }

  /// Cancels all tasks now. Not to be called from one of them.
  void cancel() {
    children_.clear();
    idle_.set();
  }

 private:
  struct Child {
    explicit Child(Task<void> task) : task(std::move(task)) {}
    Task<void> task;
    Executor::Ticket ticket;
  };

  void reap(std::list<Child>::iterator child) {
    Child ended = std::move(*child);
    children_.erase(child);
    if (children_.empty()) idle_.set();
    ended.ticket.detach();
    ended.task.take();
  }

  Executor& executor_;
  Event idle_;
  std::list<Child> children_;
};

}  // namespace snapstash

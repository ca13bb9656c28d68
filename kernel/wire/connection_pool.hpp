#pragma once
#include <deque>
#include <list>
#include <memory>
#include <optional>

#include "kernel/base/completion.hpp"
#include "kernel/wire/connection.hpp"

/// Internal to this module.
namespace snapstash::wire {

/// Kept-alive connections, and the right to have one. An idle connection is closed when it has been so for a minute,
/// when the peer closes it, or when anything arrives that nobody asked for.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
 public:
  static constexpr std::size_t kMaxConnections = 8;
  static constexpr Duration kMaxIdle = std::chrono::seconds(60);

  explicit ConnectionPool(Executor& executor) : executor_(executor) {}

  /// The right to use one connection; destroying it passes it to the one who has waited longest.
  class Slot {
   public:
    explicit Slot(std::shared_ptr<ConnectionPool> pool) : pool_(std::move(pool)) {}
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (pool_) pool_->leave();
    }

   private:
    std::shared_ptr<ConnectionPool> pool_;
  };
  static Task<Slot> enter(std::shared_ptr<ConnectionPool> pool);

  /// Returns the idle connection that was used last.
  std::optional<Connection> take_idle();
  /// Keeps a connection on which a whole answer has been read.
  void keep(Connection connection);
  void close_idle() { idle_.clear(); }
  std::size_t idle_count() const { return idle_.size(); }

 private:
  struct Idle {
    explicit Idle(Connection connection) : connection(std::move(connection)) {}
    Connection connection;
    Executor::Ticket expiry;
  };
  void leave();
  void drop(const Idle* idle);

  Executor& executor_;
  std::size_t in_use_ = 0;
  std::deque<Completion<Slot>> waiting_;
  std::list<Idle> idle_;
};

}  // namespace snapstash::wire

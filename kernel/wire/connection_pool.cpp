#include "kernel/wire/connection_pool.hpp"

#include <utility>

namespace snapstash::wire {

Task<ConnectionPool::Slot> ConnectionPool::enter(std::shared_ptr<ConnectionPool> pool) {
  if (pool->in_use_ < kMaxConnections) {
    ++pool->in_use_;
    co_return Slot(std::move(pool));
  }
  const Completion<Slot> turn(pool->executor_);
  pool->waiting_.push_back(turn);
  co_return co_await turn.wait();
}

void ConnectionPool::leave() {
  --in_use_;
  if (waiting_.empty()) return;
  // If the one who waited has gone meanwhile, the Slot dies with its Completion here and comes back to this function.
  const Completion<Slot> turn = std::move(waiting_.front());
  waiting_.pop_front();
  ++in_use_;
  turn.set(Slot(shared_from_this()));
}

std::optional<Connection> ConnectionPool::take_idle() {
  if (idle_.empty()) return std::nullopt;
  Connection connection = std::move(idle_.back().connection);
  idle_.pop_back();
  connection.stop_watching();
  return connection;
}

void ConnectionPool::keep(Connection connection) {
  Idle& idle = idle_.emplace_back(std::move(connection));
  const auto forget = [weak = weak_from_this(), place = &idle] {
    if (const auto pool = weak.lock()) pool->drop(place);
  };
  idle.expiry = executor_.after(kMaxIdle, forget);
  idle.connection.watch(forget);
}

void ConnectionPool::drop(const Idle* idle) {
  idle_.remove_if([idle](const Idle& other) { return &other == idle; });
}

}  // namespace snapstash::wire

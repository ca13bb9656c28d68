#include "sim/executor/seeded_executor.hpp"

#include <algorithm>
#include <utility>

namespace snapstash::sim {
namespace {

/// One round of splitmix64: enough chance for a choice, at the price of a few instructions.
std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return x ^ (x >> 31);
}

constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15ULL;
constexpr std::uint64_t kPrime = 0x0000'0100'0000'01B3ULL;  // FNV-1a's

}  // namespace

SeededExecutor::SeededExecutor(std::uint64_t seed, Order order, WallTime start)
    : order_(order), choice_(seed), trace_(scramble(seed + kGolden)) {
  calendar_.time = start;
}

void SeededExecutor::move_to(MonoTime when) {
  if (when <= now_) return;
  // Timers have nanoseconds and the calendar microseconds: it is computed from the whole way, so that nothing adds up.
  const auto whole = [](MonoTime time) {
    return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
  };
  calendar_.time += whole(when) - whole(now_);
  now_ = when;
}

std::uint64_t SeededExecutor::chance(std::uint64_t below) {
  choice_ += kGolden;
  return scramble(choice_) % below;
}

std::size_t SeededExecutor::promote_all() {
  promote(now_);
  std::size_t count = ready();
  for (NodeExecutor* node : nodes_) {
    if (node->paused_) continue;
    node->promote(now_);
    count += node->ready();
  }
  return count;
}

std::optional<MonoTime> SeededExecutor::earliest() const {
  std::optional<MonoTime> first = next_timer();
  for (const NodeExecutor* node : nodes_) {
    if (node->paused_) continue;
    const auto next = node->next_timer();
    if (next && (!first || *next < *first)) first = next;
  }
  return first;
}

bool SeededExecutor::step(MonoTime until) {
  run_urgent();
  std::size_t count = promote_all();
  if (count == 0) {
    const auto next = earliest();
    if (!next || *next > until) {
      move_to(until);
      return false;
    }
    move_to(*next);
    count = promote_all();
  }
  const std::size_t picked = count == 1 ? 0 : chance(count);
  note((static_cast<std::uint64_t>(count) << 32) | picked);
  ++steps_;
  run(picked);
  run_urgent();
  return true;
}

void SeededExecutor::run(std::size_t picked) {
  if (picked < ready()) {
    run_ready(order_ == Order::kSeeded ? picked : 0);
    return;
  }
  picked -= ready();
  for (NodeExecutor* node : nodes_) {
    if (node->paused_) continue;
    if (picked < node->ready()) {
      node->run_ready(node->order_ == Order::kSeeded ? picked : 0);
      return;
    }
    picked -= node->ready();
  }
}

void SeededExecutor::run_urgent() {
  while (!urgent_.empty()) {
    auto batch = std::exchange(urgent_, {});
    for (Work& work : batch) work();
  }
}

void SeededExecutor::note(std::uint64_t number) { trace_ = scramble(trace_ ^ number) + kGolden; }

void SeededExecutor::note(std::string_view text) {
  std::uint64_t hash = trace_;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  note(hash);
}

NodeExecutor::NodeExecutor(SeededExecutor& world, Order order) : world_(world), order_(order) {
  world_.nodes_.push_back(this);
}

NodeExecutor::~NodeExecutor() { std::erase(world_.nodes_, this); }

}  // namespace snapstash::sim

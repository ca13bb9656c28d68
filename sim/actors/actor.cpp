#include "sim/actors/actor.hpp"

#include <algorithm>
#include <utility>

namespace snapstash::sim {

Actor::Actor(Cluster cluster, std::string name, Pace pace, std::vector<kube::Resource> kinds)
    : cluster_(cluster), name_(std::move(name)), pace_(pace) {
  for (const kube::Resource& kind : kinds) types_.push_back(&get_type(kind));
  subscription_ = cluster_.storage.on_change([this](const Change& change) {
    if (std::ranges::find(types_, change.type) != types_.end()) wake_soon();
  });
}

MonoTime Actor::mono(WallTime when) const {
  return cluster_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(when - cluster_.wall());
}

void Actor::wake_soon() {
  // What is under way will see this change, too; drawing a delay each time would put off a busy actor for ever.
  if (stopped_ || next_ <= cluster_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(pace_.longest))
    return;
  wake_at(
      cluster_.executor.now() +
      std::chrono::duration_cast<MonoTime::duration>(cluster_.between(pace_.shortest, pace_.longest))
  );
}

void Actor::wake_at(MonoTime when) {
  if (stopped_ || when >= next_) return;
  next_ = when;
  ticket_ = cluster_.executor.at(when, [this] {
    next_ = MonoTime::max();
    pass();
  });
}

void Actor::stop() {
  stopped_ = true;
  next_ = MonoTime::max();
  ticket_.cancel();
}

void Actor::go_on() {
  stopped_ = false;
  wake_soon();
}

}  // namespace snapstash::sim

#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/actors/cluster.hpp"

namespace snapstash::sim {

/// How long an actor takes to notice and to act.
struct Pace {
  Duration shortest, longest;
};

/// A part of the cluster with a pace of its own: some time after something of its kinds has changed, or when it asked
/// to be woken, it looks at all of them and does what is to be done.
class Actor {
 public:
  Actor(Cluster cluster, std::string name, Pace pace, std::vector<kube::Resource> kinds);
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  /// It stops for good or for a while: nothing happens, as if its pod were gone. Going on, it looks at everything.
  void stop();
  void go_on();

 protected:
  /// Looks at everything and does what is to be done now; idempotent.
  virtual void pass() = 0;
  /// Makes a pass happen no later than `when`.
  void wake_at(MonoTime when);
  void wake_at(WallTime when) { wake_at(mono(when)); }
  void wake_soon();
  MonoTime mono(WallTime when) const;

  Cluster cluster_;
  const std::string name_;

 private:
  Pace pace_;
  std::vector<const ResourceType*> types_;
  bool stopped_ = false;
  MonoTime next_ = MonoTime::max();
  Executor::Ticket ticket_;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

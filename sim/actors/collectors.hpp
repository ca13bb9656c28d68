#pragma once
#include "sim/actors/actor.hpp"
#include "sim/api_server/garbage_collector.hpp"
#include "sim/api_server/namespace_controller.hpp"
#include "sim/api_server/volume_protection.hpp"

namespace snapstash::sim {

/// Drives the garbage collector, the namespace controller and the protection of volumes in use: one write of each after
/// a delay of its own.
class Collectors {
 public:
  explicit Collectors(Cluster cluster, Pace pace = {std::chrono::milliseconds(20), std::chrono::milliseconds(400)});
  Collectors(const Collectors&) = delete;
  Collectors& operator=(const Collectors&) = delete;

  /// Nothing is collected until `go_on`.
  void stop();
  void go_on();

 private:
  void wake();

  Cluster cluster_;
  Pace pace_;
  GarbageCollector garbage_;
  NamespaceController namespaces_;
  VolumeProtection volumes_;
  bool stopped_ = false, waiting_ = false;
  Executor::Ticket ticket_;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

#pragma once
#include "sim/api_server/garbage_collector.hpp"
#include "sim/api_server/namespace_controller.hpp"
#include "sim/api_server/quota_controller.hpp"
#include "sim/api_server/volume_protection.hpp"

namespace snapstash::sim {

/// The controllers without which the API's own promises (ownership, namespaces, quotas, protection) do not come true.
/// Who drives it decides how late they are.
class Housekeeping {
 public:
  /// Writes through `server`, which must outlive it.
  explicit Housekeeping(ApiServer& server)
      : collector_(server), namespaces_(server), quotas_(server), protection_(server) {}

  /// Carries out one write that is due. Returns false when there is nothing to do until objects change.
  bool step() { return collector_.step() || namespaces_.step() || quotas_.step() || protection_.step(); }

 private:
  GarbageCollector collector_;
  NamespaceController namespaces_;
  QuotaController quotas_;
  VolumeProtection protection_;
};

}  // namespace snapstash::sim

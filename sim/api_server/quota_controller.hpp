#pragma once
#include <cstddef>
#include <string_view>

#include "sim/api_server/api_server.hpp"

namespace snapstash::sim {

/// kube-controller-manager's quota controller: tells in the status of each ResourceQuota what is used of it.
class QuotaController {
 public:
  /// Writes through `server`, which must outlive it.
  explicit QuotaController(ApiServer& server);

  /// Carries out the next single write that is due. Returns false when there is nothing to do until objects change.
  bool step();

 private:
  json::Object used(const StoredObject& quota) const;

  ApiServer& server_;
  bool dirty_ = true;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

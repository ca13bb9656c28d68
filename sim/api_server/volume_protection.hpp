#pragma once
#include "sim/api_server/api_server.hpp"

namespace snapstash::sim {

/// kube-controller-manager's protection controllers: let a deleted claim go once no pod uses it, and a deleted volume
/// once it is not bound any more.
class VolumeProtection {
 public:
  /// Writes through `server`, which must outlive it.
  explicit VolumeProtection(ApiServer& server);

  /// Carries out the next single write that is due. Returns false when there is nothing to do until objects change.
  bool step();

 private:
  bool is_used(const StoredObject& claim) const;
  bool let_go(const ResourceType& type, const StoredObject& object, std::string_view finalizer);

  ApiServer& server_;
  bool dirty_ = true;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

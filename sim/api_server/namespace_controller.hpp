#pragma once
#include "sim/api_server/api_server.hpp"

namespace snapstash::sim {

/// kube-controller-manager's namespace controller: empties namespaces that are being deleted, and lets them go when
/// nothing is left in them. Its delay is that of who drives it.
class NamespaceController {
 public:
  /// Writes through `server`, which must outlive it.
  explicit NamespaceController(ApiServer& server);

  /// Carries out the next single write that is due. Returns false when there is nothing to do until objects change.
  bool step();

 private:
  enum class Progress { kWrote, kWaits, kEmpty };
  Progress remove_content(const std::string& namespace_);
  bool finalize(const StoredObject& namespace_);
  bool send(const wire::Request& request);

  ApiServer& server_;
  bool dirty_ = true;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api_server/api_server.hpp"

namespace snapstash::sim {

/// kube-controller-manager's garbage collector: deletes what has lost all of its owners, carries orphaning and
/// foreground deletion out (pkg/controller/garbagecollector). Owners are told by UID. It sees the storage as it is;
/// its delay is that of who drives it. Owners of kinds that the server does not serve count as present.
class GarbageCollector {
 public:
  /// Writes through `server`, which must outlive it.
  explicit GarbageCollector(ApiServer& server);

  /// Carries out the next single write that is due. Returns false when there is nothing to do until objects change.
  bool step();

 private:
  struct Owners {
    bool solid = false;       ///< One at least is there to stay.
    json::Array kept;         ///< References to those.
    std::size_t gone = 0;     ///< How many are absent.
    std::size_t waiting = 0;  ///< How many are being deleted in the foreground, and wait for this one.
  };

  bool look_at(const ResourceType& type, const StoredObject& object);
  bool finish_deletion(const ResourceType& type, const StoredObject& object);
  Owners owners_of(const StoredObject& object) const;
  bool has_dependents(const std::string& uid) const;
  bool orphan_dependents(const ResourceType& type, const StoredObject& owner);
  bool blocks(const StoredObject& dependent, const std::string& owner_uid) const;
  bool remove_finalizer(const ResourceType& type, const StoredObject& object, std::string_view finalizer);
  bool remove(const ResourceType& type, const StoredObject& object);
  bool set_owners(const ResourceType& type, const StoredObject& object, json::Array owners);
  bool send(const wire::Request& request);

  ApiServer& server_;
  bool dirty_ = true;
  Storage::Subscription subscription_;
};

}  // namespace snapstash::sim

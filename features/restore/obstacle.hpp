#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/claim_template.hpp"
#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "kernel/runtime/store.hpp"

/// What keeps a PVC from being restored, known before anything is created. The external-provisioner would keep such a
/// PVC pending for ever, and say why only in events (external-provisioner v6, controller.go). Pure.
namespace snapstash::restore {

/// What a resolved template asks for.
struct Request {
  std::string name;
  std::string snapshot;                   ///< "" = an empty volume.
  std::optional<std::string> class_name;  ///< Absent = the default class; "" = none.
  std::string volume_mode = "Filesystem";
  std::string size;  ///< A quantity; "" = not said.
  bool has_selector = false;
  friend bool operator==(const Request&, const Request&) = default;
};

Request request_of(const api::ClaimTemplate& wanted);

/// A VolumeSnapshot and what it is bound to; nullptr = there is none.
struct Source {
  std::shared_ptr<const api::VolumeSnapshot> snapshot;
  std::shared_ptr<const api::VolumeSnapshotContent> content;
};

using Classes = runtime::Store<api::StorageClass>::Objects;

/// Returns the class that a claim gets: the named one; the default one (the newest, if there are several, as
/// Kubernetes chooses) when none is named; nullptr when there is none.
std::shared_ptr<const api::StorageClass> class_of(const std::optional<std::string>& name, const Classes& classes);

/// Returns the size that a claim must ask for instead of what its template says, "" = that is large enough. A volume
/// smaller than the snapshot's restoreSize is never provisioned.
std::string size_to_raise(const Request& request, const api::VolumeSnapshot& snapshot);

/// Puts a size into a template's spec.resources.requests.storage.
void set_size(api::ClaimTemplate& wanted, const std::string& size);

/// Returns the sentence that says why it cannot be restored, "" when nothing is known to be in the way. `source` is
/// looked at only if the request names a snapshot.
std::string find_obstacle(
    const Request& request, const std::string& namespace_, const Source& source, const Classes& classes
);

}  // namespace snapstash::restore

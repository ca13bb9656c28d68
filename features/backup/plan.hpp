#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "features/backup/volume.hpp"
#include "features/cluster/target.hpp"

/// Which PVCs a session takes, with which snapshot class, and what stands in the way. Decided once, by the operator,
/// before anything is created; the Job is told. Pure.
namespace snapstash::backup {

using cluster::Target;

/// Returns the target's PVCs without doubles, in Stash's order: per ordinal every claim template, then the pod
/// template's own PVCs. With `replicas` above spec.replicas, PVCs that a scale-down left are taken too.
std::vector<std::string> claims_of(const Target& target);

/// Why a target has no PVC, and what to do about it.
std::string explain_no_claims(const Target& target);

struct Claim {
  std::string name, phase, volume_name;
  bool deleting = false;
};

struct SnapshotClass {
  std::string name, driver;
  bool is_default = false;
};

/// The cluster as a plan needs it. A PVC, volume or driver that is not in here does not exist.
struct Cluster {
  std::map<std::string, Claim> claims;
  std::map<std::string, std::string>
      driver_of_volume;  ///< PersistentVolume -> CSI driver, "" when it is not a CSI volume.
  std::vector<SnapshotClass> classes;
};

/// Returns one Volume per PVC: with the snapshot class to use, or with the obstacle that the CSI controllers would only
/// show late or never (external-snapshotter checks neither a named class's driver nor, before it has put a finalizer on
/// the PVC, whether that is bound).
std::vector<Volume> plan(
    const std::vector<std::string>& claims, const std::string& requested_class, const Cluster& cluster
);

/// Whether a PVC of the plan is still being provisioned, so that waiting a little may help.
bool any_unbound(const std::vector<std::string>& claims, const Cluster& cluster);

}  // namespace snapstash::backup

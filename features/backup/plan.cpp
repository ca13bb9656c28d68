#include "features/backup/plan.hpp"

#include <algorithm>
#include <expected>
#include <set>

#include <fmt/format.h>

namespace snapstash::backup {
namespace {

/// What is needed, or the obstacle.
using Found = std::expected<std::string, std::string>;

std::unexpected<std::string> obstacle(std::string sentence) { return std::unexpected(std::move(sentence)); }

Found driver_of(const std::string& name, const Cluster& cluster) {
  const auto claim = cluster.claims.find(name);
  if (claim == cluster.claims.end()) return obstacle(fmt::format("PVC {} does not exist.", name));
  if (claim->second.deleting) return obstacle(fmt::format("PVC {} is being deleted.", name));
  if (claim->second.phase != "Bound") {
    return obstacle(fmt::format(
        "PVC {} is {}: it is not bound to a volume, so there is nothing to snapshot. With volume binding mode "
        "WaitForFirstConsumer a PVC is bound when the first pod uses it.",
        name, claim->second.phase.empty() ? "new" : claim->second.phase
    ));
  }
  const auto driver = cluster.driver_of_volume.find(claim->second.volume_name);
  if (driver == cluster.driver_of_volume.end()) {
    return obstacle(fmt::format("PersistentVolume {} of PVC {} does not exist.", claim->second.volume_name, name));
  }
  if (driver->second.empty()) {
    return obstacle(fmt::format(
        "PersistentVolume {} of PVC {} is not provided by a CSI driver; only CSI volumes can be snapshotted.",
        claim->second.volume_name, name
    ));
  }
  return driver->second;
}

Found requested_class_for(const std::string& requested, const std::string& driver, const Cluster& cluster) {
  const auto found = std::ranges::find(cluster.classes, requested, &SnapshotClass::name);
  if (found == cluster.classes.end()) {
    return obstacle(fmt::format(
        "VolumeSnapshotClass {} (spec.target.snapshotClassName) does not exist; see kubectl get volumesnapshotclass.",
        requested
    ));
  }
  if (found->driver != driver) {
    return obstacle(fmt::format(
        "VolumeSnapshotClass {} (spec.target.snapshotClassName) is for driver {}, but the volume's driver is {}; name "
        "a "
        "class of that driver.",
        requested, found->driver, driver
    ));
  }
  return requested;
}

Found default_class_for(const std::string& driver, const Cluster& cluster) {
  std::vector<std::string> defaults;
  bool any = false;
  for (const SnapshotClass& each : cluster.classes) {
    any = any || each.driver == driver;
    if (each.driver == driver && each.is_default) defaults.push_back(each.name);
  }
  if (defaults.size() == 1) return defaults.front();
  if (defaults.size() > 1) {
    return obstacle(fmt::format(
        "Driver {} has {} default VolumeSnapshotClasses; name one in spec.target.snapshotClassName.", driver,
        defaults.size()
    ));
  }
  return obstacle(fmt::format(
      "Driver {} has no {}VolumeSnapshotClass; {}", driver, any ? "default " : "",
      any ? "name one in spec.target.snapshotClassName, or mark one with the annotation "
            "snapshot.storage.kubernetes.io/is-default-class: \"true\"."
          : "create one to snapshot its volumes."
  ));
}

}  // namespace

std::vector<std::string> claims_of(const Target& target) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  const auto add = [&](std::string name) {
    if (seen.insert(name).second) all.push_back(std::move(name));
  };
  for (std::int64_t i = 0; i < target.replicas && !target.templates.empty(); ++i) {
    for (const std::string& each : target.templates) {
      add(fmt::format("{}-{}-{}", each, target.name, target.first_ordinal + i));
    }
  }
  for (const std::string& claim : target.claims) add(claim);
  return all;
}

std::string explain_no_claims(const Target& target) {
  const std::string who = fmt::format("{} {}/{}", target.kind, target.namespace_, target.name);
  if (!target.templates.empty()) {
    return fmt::format(
        "{} has no replicas, so there is no PVC to back up. To take those that a scale-down left, set "
        "spec.target.replicas.",
        who
    );
  }
  return fmt::format(
      "{} mounts no PersistentVolumeClaim, so there is nothing to back up; only persistentVolumeClaim volumes can be "
      "snapshotted.",
      who
  );
}

std::vector<Volume> plan(
    const std::vector<std::string>& claims, const std::string& requested_class, const Cluster& cluster
) {
  std::vector<Volume> volumes;
  for (const std::string& name : claims) {
    Found found = driver_of(name, cluster);
    if (found) {
      const std::string driver = *found;
      found = requested_class.empty() ? default_class_for(driver, cluster)
                                      : requested_class_for(requested_class, driver, cluster);
    }
    Volume volume;
    volume.pvc = name;
    if (found) {
      volume.class_name = *found;
    } else {
      volume.obstacle = found.error();
    }
    volumes.push_back(std::move(volume));
  }
  return volumes;
}

bool any_unbound(const std::vector<std::string>& claims, const Cluster& cluster) {
  return std::ranges::any_of(claims, [&](const std::string& name) {
    const auto claim = cluster.claims.find(name);
    return claim != cluster.claims.end() && !claim->second.deleting && claim->second.phase != "Bound" &&
           claim->second.phase != "Lost";
  });
}

}  // namespace snapstash::backup

#pragma once
#include <string>
#include <string_view>

#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "kernel/kube/resource.hpp"

/// The BackupConfigurations that come of blueprints. Pure.
namespace snapstash::blueprint {

/// A workload or PVC that may ask to be backed up.
struct Target {
  kube::Resource resource;
  const kube::ObjectMeta& metadata;
};

/// Stash: `<kind in small letters>-<target>`; where a target has several blueprints, `-<blueprint>` behind it. Longer
/// than 253 characters: cut, with a hash.
std::string configuration_name(const Target& target, std::string_view blueprint = "");

/// Returns the BackupConfiguration of that name as it is applied, the fingerprint of all that included.
api::BackupConfiguration configuration_of(
    const Target& target, const api::BackupBlueprint& blueprint, std::string name
);

/// Whether a configuration came of a blueprint for this target: its label and its controller say so. If the target has
/// been deleted and made anew, it may be of the one before.
bool is_made_for(const Target& target, const api::BackupConfiguration& configuration);

/// Whether it came of that blueprint.
bool is_made_by(std::string_view blueprint, const api::BackupConfiguration& configuration);

/// Whether `live` is as it was applied, and that was `wanted`. What others have added to it (a pause by hand) is
/// theirs.
bool is_in_shape(const api::BackupConfiguration& live, const api::BackupConfiguration& wanted);

}  // namespace snapstash::blueprint

#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "features/blueprint/manifests.hpp"

/// Which BackupConfigurations a target has because of its annotations. Pure.
namespace snapstash::blueprint {

using Configuration = std::shared_ptr<const api::BackupConfiguration>;

/// A blueprint that the annotation names; nullptr where there is none of that name.
struct Named {
  std::string name;
  std::shared_ptr<const api::BackupBlueprint> blueprint;
};

struct Observation {
  Target target;
  std::vector<Named> blueprints;        ///< In the annotation's order, each once.
  std::vector<Configuration> made;      ///< What has come of blueprints for this target.
  std::vector<Configuration> homonyms;  ///< Other configurations, of names that one for it might have.
};

/// A configuration to apply.
struct Order {
  std::string blueprint;
  api::BackupConfiguration wanted;
  std::string version;  ///< Of the one that is there; "" = there is none.
};

/// What is wrong, for an event of the target.
struct Complaint {
  std::string reason, sentence;
  friend bool operator==(const Complaint&, const Complaint&) = default;
};

struct Decision {
  std::vector<Order> apply;
  std::vector<Configuration> remove;  ///< Their snapshots stay.
  std::vector<Complaint> complaints;
};

/// Guarantees: a configuration keeps its name as long as its blueprint is named, whatever else is: retention counts by
/// it. One whose blueprint is missing, Stash's (Restic) or no longer valid stays as it is: backups that run go on. One
/// that somebody wrote is never applied to, and never removed.
Decision decide(const Observation& seen);

/// Somebody else's configuration has the name that the blueprint's would have.
Complaint name_taken(std::string_view blueprint, std::string_view name);

/// The names that a configuration for the target might get: those to look for homonyms of.
std::vector<std::string> possible_names(const Target& target, const std::vector<std::string>& blueprints);

}  // namespace snapstash::blueprint

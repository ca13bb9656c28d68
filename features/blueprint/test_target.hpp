#pragma once
#include <memory>
#include <string>
#include <utility>

#include "api/cluster/workloads.hpp"
#include "api/sample_objects.hpp"
#include "features/blueprint/decide.hpp"
#include "features/naming/labels.hpp"

/// For tests: Deployment demo/web, and what may have come of blueprints for it.
namespace snapstash::blueprint {

inline kube::ObjectMeta sample_target() {
  kube::ObjectMeta metadata;
  metadata.name = "web";
  metadata.namespace_ = "demo";
  metadata.uid = "web-uid";
  return metadata;
}

inline Target deployment(const kube::ObjectMeta& metadata) { return {api::Deployment::kResource, metadata}; }

inline api::BackupBlueprint named_blueprint(std::string_view name) {
  api::BackupBlueprint blueprint = api::sample_blueprint();
  blueprint.metadata.name = name;
  return blueprint;
}

/// As the API server would have it.
inline api::BackupConfiguration stored(api::BackupConfiguration configuration) {
  configuration.metadata.uid = configuration.metadata.name + "-uid";
  configuration.metadata.resource_version = "7";
  return configuration;
}

}  // namespace snapstash::blueprint

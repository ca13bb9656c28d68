#pragma once
#include <string>
#include <tuple>

#include "kernel/base/text.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::api {

/// Names the object that is backed up, or restored into.
struct TargetRef {
  Text api_version, kind, name;
  Text namespace_;  ///< "" = that of the object that holds the reference.
  friend bool operator==(const TargetRef&, const TargetRef&) = default;
};

}  // namespace snapstash::api

template <>
struct snapstash::json::Description<snapstash::api::TargetRef> {
  using T = api::TargetRef;
  static constexpr std::tuple fields{
      field(
          "apiVersion", &T::api_version,
          "API version of the target: apps/v1 for workloads, v1 for a PersistentVolumeClaim."
      )
          .max_length(317),
      field("kind", &T::kind, "Kind of the target: Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim.")
          .max_length(63),
      field("name", &T::name, "Name of the target.").max_length(253),
      field("namespace", &T::namespace_, "Namespace of the target. Must be that of this object, which is the default.")
          .max_length(63),
  };
};

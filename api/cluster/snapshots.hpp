#pragma once
#include <optional>
#include <string>
#include <tuple>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// snapshot.storage.k8s.io/v1, as far as it is read.
namespace snapstash::api {

struct VolumeSnapshot {
  static constexpr kube::Resource kResource{"snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots"};
  struct Source {
    std::string claim;
  };
  struct Spec {
    Source source;
  };
  struct Problem {
    std::optional<WallTime> time;
    std::string message;
  };
  struct Status {
    std::string bound_content;
    std::optional<WallTime> creation_time;  ///< Set once the point in time has been taken.
    bool ready_to_use = false;
    std::string restore_size;  ///< A quantity; "" when unknown.
    std::optional<Problem> error;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
};

struct VolumeSnapshotContent {
  static constexpr kube::Resource kResource{
      "snapshot.storage.k8s.io", "v1", "VolumeSnapshotContent", "volumesnapshotcontents", false
  };
  struct Snapshot {
    std::string namespace_, name, uid;
  };
  struct Spec {
    std::string driver, source_volume_mode;
    Snapshot snapshot;
  };
  kube::ObjectMeta metadata;
  Spec spec;
};

struct VolumeSnapshotClass {
  static constexpr kube::Resource kResource{
      "snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass", "volumesnapshotclasses", false
  };
  kube::ObjectMeta metadata;
  std::string driver;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::VolumeSnapshot::Source> {
  static constexpr std::tuple fields{field("persistentVolumeClaimName", &api::VolumeSnapshot::Source::claim, "")};
};

template <>
struct Description<api::VolumeSnapshot::Spec> {
  static constexpr std::tuple fields{field("source", &api::VolumeSnapshot::Spec::source, "")};
};

template <>
struct Description<api::VolumeSnapshot::Problem> {
  using T = api::VolumeSnapshot::Problem;
  static constexpr std::tuple fields{field("time", &T::time, ""), field("message", &T::message, "")};
};

template <>
struct Description<api::VolumeSnapshot::Status> {
  using T = api::VolumeSnapshot::Status;
  static constexpr std::tuple fields{
      field("boundVolumeSnapshotContentName", &T::bound_content, ""), field("creationTime", &T::creation_time, ""),
      field("readyToUse", &T::ready_to_use, ""), field("restoreSize", &T::restore_size, ""),
      field("error", &T::error, "")
  };
};

template <>
struct Description<api::VolumeSnapshot> {
  using T = api::VolumeSnapshot;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("spec", &T::spec, ""), field("status", &T::status, "")
  };
};

template <>
struct Description<api::VolumeSnapshotContent::Snapshot> {
  using T = api::VolumeSnapshotContent::Snapshot;
  static constexpr std::tuple fields{
      field("namespace", &T::namespace_, ""), field("name", &T::name, ""), field("uid", &T::uid, "")
  };
};

template <>
struct Description<api::VolumeSnapshotContent::Spec> {
  using T = api::VolumeSnapshotContent::Spec;
  static constexpr std::tuple fields{
      field("driver", &T::driver, ""), field("sourceVolumeMode", &T::source_volume_mode, ""),
      field("volumeSnapshotRef", &T::snapshot, "")
  };
};

template <>
struct Description<api::VolumeSnapshotContent> {
  using T = api::VolumeSnapshotContent;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("spec", &T::spec, "")};
};

template <>
struct Description<api::VolumeSnapshotClass> {
  using T = api::VolumeSnapshotClass;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("driver", &T::driver, "")};
};

extern template struct Codec<api::VolumeSnapshot>;
extern template struct Codec<api::VolumeSnapshotContent>;
extern template struct Codec<api::VolumeSnapshotClass>;

}  // namespace snapstash::json

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
    Text claim;
    friend bool operator==(const Source&, const Source&) = default;
  };
  struct Spec {
    Source source;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  struct Problem {
    std::optional<WallTime> time;
    Text message;
    friend bool operator==(const Problem&, const Problem&) = default;
  };
  struct Status {
    Text bound_content;
    std::optional<WallTime> creation_time;  ///< Set once the point in time has been taken.
    bool ready_to_use = false;
    Text restore_size;  ///< A quantity; "" when unknown.
    std::optional<Problem> error;
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const VolumeSnapshot&, const VolumeSnapshot&) = default;
};

struct VolumeSnapshotContent {
  static constexpr kube::Resource kResource{
      "snapshot.storage.k8s.io", "v1", "VolumeSnapshotContent", "volumesnapshotcontents", false
  };
  struct Snapshot {
    std::string namespace_, name, uid;
    friend bool operator==(const Snapshot&, const Snapshot&) = default;
  };
  struct Spec {
    std::string driver, source_volume_mode;
    Snapshot snapshot;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const VolumeSnapshotContent&, const VolumeSnapshotContent&) = default;
};

struct VolumeSnapshotClass {
  static constexpr kube::Resource kResource{
      "snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass", "volumesnapshotclasses", false
  };
  kube::ObjectMeta metadata;
  std::string driver;
  friend bool operator==(const VolumeSnapshotClass&, const VolumeSnapshotClass&) = default;
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

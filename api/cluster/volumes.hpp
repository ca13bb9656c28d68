#pragma once
#include <optional>
#include <string>
#include <tuple>

#include "kernel/json/codec.hpp"
#include "kernel/json/fields.hpp"
#include "kernel/kube/object_meta.hpp"
#include "kernel/kube/resource.hpp"

/// Claims, volumes and their classes, as far as they are read. Every kind in api/cluster declares only the fields that
/// somebody reads; what is written is built as JSON by the features.
namespace snapstash::api {

/// core/v1 TypedObjectReference; TypedLocalObjectReference has no namespace.
struct DataSource {
  std::string api_group, kind, name, namespace_;
  friend bool operator==(const DataSource&, const DataSource&) = default;
};

struct PersistentVolumeClaim {
  static constexpr kube::Resource kResource{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"};
  struct Spec {
    std::optional<std::string> storage_class_name;  ///< Absent = the default class; "" = none.
    std::string volume_name;
    std::optional<DataSource> data_source, data_source_ref;
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  struct Status {
    std::string phase;  ///< Pending, Bound or Lost.
    friend bool operator==(const Status&, const Status&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  Status status;
  friend bool operator==(const PersistentVolumeClaim&, const PersistentVolumeClaim&) = default;
};

struct PersistentVolume {
  static constexpr kube::Resource kResource{"", "v1", "PersistentVolume", "persistentvolumes", false};
  struct Csi {
    std::string driver;
    friend bool operator==(const Csi&, const Csi&) = default;
  };
  struct Spec {
    std::optional<Csi> csi;  ///< Absent for volumes of no CSI driver.
    friend bool operator==(const Spec&, const Spec&) = default;
  };
  kube::ObjectMeta metadata;
  Spec spec;
  friend bool operator==(const PersistentVolume&, const PersistentVolume&) = default;
};

struct StorageClass {
  static constexpr kube::Resource kResource{"storage.k8s.io", "v1", "StorageClass", "storageclasses", false};
  kube::ObjectMeta metadata;
  std::string provisioner, volume_binding_mode;
  friend bool operator==(const StorageClass&, const StorageClass&) = default;
};

}  // namespace snapstash::api

namespace snapstash::json {

template <>
struct Description<api::DataSource> {
  using T = api::DataSource;
  static constexpr std::tuple fields{
      field("apiGroup", &T::api_group, ""), field("kind", &T::kind, ""), field("name", &T::name, ""),
      field("namespace", &T::namespace_, "")
  };
};

template <>
struct Description<api::PersistentVolumeClaim::Spec> {
  using T = api::PersistentVolumeClaim::Spec;
  static constexpr std::tuple fields{
      field("storageClassName", &T::storage_class_name, ""), field("volumeName", &T::volume_name, ""),
      field("dataSource", &T::data_source, ""), field("dataSourceRef", &T::data_source_ref, "")
  };
};

template <>
struct Description<api::PersistentVolumeClaim::Status> {
  static constexpr std::tuple fields{field("phase", &api::PersistentVolumeClaim::Status::phase, "")};
};

template <>
struct Description<api::PersistentVolumeClaim> {
  using T = api::PersistentVolumeClaim;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("spec", &T::spec, ""), field("status", &T::status, "")
  };
};

template <>
struct Description<api::PersistentVolume::Csi> {
  static constexpr std::tuple fields{field("driver", &api::PersistentVolume::Csi::driver, "")};
};

template <>
struct Description<api::PersistentVolume::Spec> {
  static constexpr std::tuple fields{field("csi", &api::PersistentVolume::Spec::csi, "")};
};

template <>
struct Description<api::PersistentVolume> {
  using T = api::PersistentVolume;
  static constexpr std::tuple fields{field("metadata", &T::metadata, ""), field("spec", &T::spec, "")};
};

template <>
struct Description<api::StorageClass> {
  using T = api::StorageClass;
  static constexpr std::tuple fields{
      field("metadata", &T::metadata, ""), field("provisioner", &T::provisioner, ""),
      field("volumeBindingMode", &T::volume_binding_mode, "")
  };
};

extern template struct Codec<api::PersistentVolumeClaim>;
extern template struct Codec<api::PersistentVolume>;
extern template struct Codec<api::StorageClass>;

}  // namespace snapstash::json

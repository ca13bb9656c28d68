// A document as every kind that anything here reads. What is decoded and encoded again decodes to the same, and is
// validated and described without a mishap.
#include <concepts>

#include "api/cluster/jobs.hpp"
#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "api/cluster/workloads.hpp"
#include "api/validation.hpp"
#include "features/cluster/owned.hpp"
#include "kernel/runtime/lease_api.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

namespace {

template <class T>
void decode(const json::Value& document) {
  const auto object = json::decode<T>(document);
  if (!object) {
    fuzz::check(object.error().is(Code::kMalformed));
    return;
  }
  if constexpr (requires { api::validate(*object); }) {
    static_cast<void>(api::describe(api::validate(*object)));
  }
  if constexpr (requires { api::validate_update(*object, T{}); }) {
    static_cast<void>(api::validate_update(*object, T{}));
  }
  if constexpr (requires { json::Codec<T>::write(*object); }) {
    const json::Value written = json::encode(*object);
    const auto again = json::decode<T>(written);
    fuzz::check(again.has_value());
    fuzz::check(json::encode(*again) == written);
  }
}

template <class... T>
void decode_each(const json::Value& document) {
  (decode<T>(document), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = json::parse(fuzz::Input(data, size).rest());
  if (!document) return 0;
  decode_each<
      api::BackupBatch, api::BackupBlueprint, api::BackupConfiguration, api::BackupSession, api::RestoreBatch,
      api::RestoreSession, api::Job, api::Pod, api::Node, api::CoreEvent, api::VolumeSnapshot,
      api::VolumeSnapshotContent, api::VolumeSnapshotClass, api::PersistentVolumeClaim, api::PersistentVolume,
      api::StorageClass, api::Deployment, api::DaemonSet, api::StatefulSet, cluster::ServiceAccount,
      cluster::RoleBinding, cluster::CronJob>(*document);
  static_cast<void>(runtime::spec_of(runtime::record_of(*document)));
  return 0;
}

#include "features/restore/obstacle.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "kernel/kube/quantity.hpp"

namespace snapstash::restore {
namespace {

std::string text_of(const json::Object& object, std::string_view key) {
  const auto* value = object.if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string(json::as_view(*value)) : std::string();
}

/// Quantities may be written as numbers.
std::string size_of(const json::Object& spec) {
  const json::Value whole(spec);  // `find` looks into a Value; a temporary made of the object would be gone too soon
  const json::Value* size = json::find(whole, "/resources/requests/storage");
  if (size == nullptr) return "";
  return size->is_string() ? std::string(json::as_view(*size)) : json::serialize(*size);
}

bool has_annotation(const kube::ObjectMeta& metadata, const std::string& key, std::string_view value) {
  const auto found = metadata.annotations.find(key);
  return found != metadata.annotations.end() && found->second == value;
}

bool is_default(const api::StorageClass& each) {
  return has_annotation(each.metadata, "storageclass.kubernetes.io/is-default-class", "true") ||
         has_annotation(each.metadata, "storageclass.beta.kubernetes.io/is-default-class", "true");
}

std::string no_class(const Request& request) {
  if (!request.class_name) {
    return "failed to restore. Reason: the template names no StorageClass, and the cluster has no default one: set "
           "spec.storageClassName.";
  }
  if (request.class_name->empty()) {
    return "failed to restore. Reason: spec.storageClassName is empty, so that no CSI driver would fill the volume: "
           "name a StorageClass, or leave it out for the default one.";
  }
  return fmt::format("failed to restore. Reason: StorageClass {} not found.", *request.class_name);  // Stash's sentence
}

std::string judge_snapshot(const api::VolumeSnapshot& snapshot) {
  const std::string who = fmt::format("VolumeSnapshot {}/{}", snapshot.metadata.namespace_, snapshot.metadata.name);
  if (snapshot.metadata.deletion_timestamp) return fmt::format("{} is being deleted.", who);
  if (snapshot.status.ready_to_use && !snapshot.status.bound_content.empty()) return "";
  const std::string why = snapshot.status.error ? fmt::format(": {}", snapshot.status.error->message) : "";
  return fmt::format(
      "{} is not ready to use{}. Wait until kubectl get volumesnapshot -n {} {} shows READYTOUSE true, then create "
      "another RestoreSession.",
      who, why, snapshot.metadata.namespace_, snapshot.metadata.name
  );
}

std::string judge_binding(const Source& source) {
  const api::VolumeSnapshot& snapshot = *source.snapshot;
  const std::string what = fmt::format(
      "VolumeSnapshot {}/{} is bound to VolumeSnapshotContent {}", snapshot.metadata.namespace_, snapshot.metadata.name,
      snapshot.status.bound_content
  );
  if (!source.content) return fmt::format("{}, which does not exist: its data is gone or out of reach.", what);
  if (source.content->spec.snapshot.uid != snapshot.metadata.uid) {
    return fmt::format("{}, which belongs to another VolumeSnapshot.", what);
  }
  return "";
}

std::string judge_mode(const Request& request, const api::VolumeSnapshotContent& content) {
  const std::string& source = content.spec.source_volume_mode;
  if (source.empty() || source == request.volume_mode) return "";
  if (has_annotation(content.metadata, "snapshot.storage.kubernetes.io/allow-volume-mode-change", "true")) return "";
  return fmt::format(
      "The snapshot was taken of a volume of mode {}, but the template asks for {}: set spec.volumeMode to {}, or "
      "annotate VolumeSnapshotContent {} with snapshot.storage.kubernetes.io/allow-volume-mode-change=true.",
      source, request.volume_mode, source, content.metadata.name
  );
}

std::string judge_class(const api::StorageClass& storage_class, const Source& source) {
  if (source.content->spec.driver == storage_class.provisioner) return "";
  return fmt::format(
      "VolumeSnapshot {}/{} is of the CSI driver {}, but StorageClass {} is of {}: name a StorageClass of {}.",
      source.snapshot->metadata.namespace_, source.snapshot->metadata.name, source.content->spec.driver,
      storage_class.metadata.name, storage_class.provisioner, source.content->spec.driver
  );
}

}  // namespace

Request request_of(const api::ClaimTemplate& wanted) {
  const json::Object& spec = wanted.spec;
  Request request{.name = wanted.metadata.name, .snapshot = "", .class_name = {}, .size = size_of(spec)};
  for (const std::string_view pointer : {"/dataSource/name", "/dataSourceRef/name"}) {
    if (request.snapshot.empty()) request.snapshot = json::find_string(spec, pointer);
  }
  if (const auto* name = spec.if_contains("storageClassName"); name != nullptr && name->is_string()) {
    request.class_name = std::string(json::as_view(*name));
  }
  if (const std::string mode = text_of(spec, "volumeMode"); !mode.empty()) request.volume_mode = mode;
  request.has_selector = spec.contains("selector");
  return request;
}

std::shared_ptr<const api::StorageClass> class_of(const std::optional<std::string>& name, const Classes& classes) {
  if (name) {
    const auto found = std::ranges::find_if(classes, [&](const auto& each) { return each->metadata.name == *name; });
    return found == classes.end() ? nullptr : *found;
  }
  std::shared_ptr<const api::StorageClass> newest;
  for (const auto& each : classes) {
    if (!is_default(*each)) continue;
    if (!newest || each->metadata.creation_timestamp > newest->metadata.creation_timestamp) newest = each;
  }
  return newest;
}

std::string size_to_raise(const Request& request, const api::VolumeSnapshot& snapshot) {
  std::string needed(snapshot.status.restore_size);
  if (request.size.empty()) return needed;
  const auto asked_bytes = kube::parse_bytes(request.size);
  const auto needed_bytes = kube::parse_bytes(needed);
  return asked_bytes && needed_bytes && *asked_bytes < *needed_bytes ? needed : std::string();
}

void set_size(api::ClaimTemplate& wanted, const std::string& size) {
  const auto member = [](json::Object& object, std::string_view key) -> json::Object& {
    json::Value& value = object[key];
    if (!value.is_object()) value = json::Object{};
    return value.get_object();
  };
  member(member(wanted.spec, "resources"), "requests")["storage"] = json::make_string(size);
}

std::string find_obstacle(
    const Request& request, const std::string& namespace_, const Source& source, const Classes& classes
) {
  const auto storage_class = class_of(request.class_name, classes);
  if (request.snapshot.empty()) {
    // An empty volume may be bound to a volume by hand; only a class that is named must exist.
    const bool named = request.class_name && !request.class_name->empty();
    return named && !storage_class ? no_class(request) : "";
  }
  if (!source.snapshot) return fmt::format("VolumeSnapshot {}/{} does not exist", namespace_, request.snapshot);
  if (std::string problem = judge_snapshot(*source.snapshot); !problem.empty()) return problem;
  if (std::string problem = judge_binding(source); !problem.empty()) return problem;
  if (!storage_class) return no_class(request);
  if (std::string problem = judge_class(*storage_class, source); !problem.empty()) return problem;
  if (request.has_selector) return "spec.selector cannot be used with a snapshot: leave it out.";
  if (request.size.empty() && source.snapshot->status.restore_size.empty()) {
    return "The template does not say how large the volume is to be, nor does the VolumeSnapshot: set "
           "spec.resources.requests.storage.";
  }
  return judge_mode(request, *source.content);
}

}  // namespace snapstash::restore

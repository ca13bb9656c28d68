#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/admission/quantity.hpp"
#include "sim/admission/rule_parts.hpp"

/// After pkg/apis/core/validation and pkg/apis/storage/validation.
namespace snapstash::sim::rules {
namespace {

constexpr std::array<std::string_view, 4> kAccessModes{
    "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"
};
constexpr std::string_view kSize = "/spec/resources/requests/storage";

void check_access_modes(const Change& change) {
  const json::Array* modes = change.at("/spec/accessModes").if_array();
  if (modes == nullptr || modes->empty()) {
    change.add(required("spec.accessModes", "at least 1 access mode is required"));
    return;
  }
  for (const json::Value& mode : *modes) {
    const bool known = mode.is_string() && std::ranges::find(kAccessModes, json::as_view(mode)) != kAccessModes.end();
    if (!known) change.add(not_supported("spec.accessModes", mode, kAccessModes));
  }
  if (modes->size() > 1 && std::ranges::find(*modes, json::Value("ReadWriteOncePod")) != modes->end()) {
    change.add(forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes"));
  }
}

void check_size(const Change& change, std::string_view pointer, const std::string& field) {
  const std::string_view size = change.text(pointer);
  if (size.empty()) {
    change.add(required(field));
  } else if (compare_quantities(size, "0") != std::partial_ordering::greater) {
    change.add(invalid_value(field, json::make_string(size), "must be greater than zero"));
  }
}

void check_source(const Change& change, const std::string& field) {
  const json::Value& source = change.at(pointer_of(field));
  if (!source.is_object()) return;
  const std::string_view kind = json::find_string(source, "/kind");
  if (json::find_string(source, "/name").empty()) change.add(required(field + ".name"));
  if (kind.empty()) change.add(required(field + ".kind"));
  if (json::find_string(source, "/apiGroup").empty() && kind != "PersistentVolumeClaim") {
    change.add(invalid_value(
        field, json::make_string(kind), "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
    ));
  }
}

void check_sources(const Change& change) {
  check_source(change, "spec.dataSource");
  check_source(change, "spec.dataSourceRef");
  const json::Value& source = change.at("/spec/dataSource");
  const json::Value& reference = change.at("/spec/dataSourceRef");
  if (source.is_null() || reference.is_null()) return;
  if (json::find(reference, "/namespace") != nullptr) {
    change.add(invalid_value(
        "spec", json::Value("dataSource"), "may not be specified when dataSourceRef.namespace is specified"
    ));
  } else if (source != reference) {
    change.add(invalid_value("spec", json::Value("dataSource"), "must match dataSourceRef"));
  }
}

json::Value frozen_spec(const json::Value& object, bool bound, bool had_volume) {
  const json::Value* spec = json::find(object, "/spec");
  json::Value copy = spec == nullptr ? json::Value(json::Object()) : json::clone(*spec);
  if (json::Object* members = copy.if_object()) {
    if (!had_volume) members->erase("volumeName");
    if (bound) {
      members->erase("resources");
      members->erase("volumeAttributesClassName");
    }
  }
  return copy;
}

void check_claim_change(const Change& change) {
  const bool bound = change.text("/status/phase") == "Bound";
  const bool had_volume = !json::find_string(*change.before, "/spec/volumeName").empty();
  if (frozen_spec(change.now, bound, had_volume) != frozen_spec(*change.before, bound, had_volume)) {
    // The real sentence goes on with a difference, line by line.
    change.add(forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
    ));
  }
  const std::string_view size = change.text(kSize);
  if (compare_quantities(size, json::find_string(*change.before, kSize)) == std::partial_ordering::less) {
    const std::string_view capacity = json::find_string(*change.before, "/status/capacity/storage");
    if (capacity.empty() || compare_quantities(size, capacity) != std::partial_ordering::greater) {
      change.add(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
    }
  }
}

}  // namespace

void check_claim(const Change& change) {
  check_access_modes(change);
  check_size(change, kSize, "spec.resources[storage]");
  if (const std::string_view name = change.text("/spec/storageClassName"); !name.empty()) {
    complain(wrong_with_subdomain(name), "spec.storageClassName", json::make_string(name), change.causes);
  }
  check_sources(change);
  if (change.before != nullptr) check_claim_change(change);
}

void check_volume(const Change& change) {
  const json::Array* modes = change.at("/spec/accessModes").if_array();
  if (modes == nullptr || modes->empty()) change.add(required("spec.accessModes"));
  check_size(change, "/spec/capacity/storage", "spec.capacity[storage]");
  if (change.before == nullptr || change.at("/spec/csi") == change.old_at("/spec/csi")) return;
  change.add(forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation"));
}

void check_storage_class(const Change& change) {
  if (change.text("/provisioner").empty()) change.add(required("provisioner"));
  if (change.before == nullptr) return;
  for (const std::string_view field : {"parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"}) {
    const std::string pointer = fmt::format("/{}", field);
    if (change.at(pointer) == change.old_at(pointer)) continue;
    change.add(forbidden(std::string(field), fmt::format("updates to {} are forbidden.", field)));
  }
}

}  // namespace snapstash::sim::rules

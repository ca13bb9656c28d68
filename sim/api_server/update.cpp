#include <utility>

#include <fmt/format.h>

#include "sim/admission/kind_rules.hpp"
#include "sim/api_server/body.hpp"
#include "sim/api_server/representation.hpp"
#include "sim/api_server/strategy.hpp"
#include "sim/api_server/writer.hpp"

namespace snapstash::sim {
namespace {

// The registry calls the resource a kind here, and so does its message.
std::unexpected<Failure> version_missing(const ResourceType& type, std::string_view name) {
  return failures::invalid(
      type.resource.group, type.resource.plural, name,
      {{"FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0: must be specified for an update"}}
  );
}

std::unexpected<Failure> wrong_uid(const ResourceType& type, const StoredObject& live, std::string_view wanted) {
  const std::string key = fmt::format("/registry/{}/{}/{}", type.resource.plural, live.namespace_(), live.name());
  return failures::conflict(
      type, live.name(),
      fmt::format(
          "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
          "failed: UID in precondition: {}, UID in object meta: {}",
          key, wanted, live.uid()
      )
  );
}

bool has_finalizers(const json::Value& object) {
  const json::Array* finalizers = json::find_array(object, "/metadata/finalizers");
  return finalizers != nullptr && !finalizers->empty();
}

// store.go: ShouldDeleteDuringUpdate, and the namespace's own.
bool is_finished(const ResourceType& type, const json::Value& before, const json::Value& object) {
  if (has_finalizers(object) || json::find(before, "/metadata/deletionTimestamp") == nullptr) return false;
  const json::Value* grace = json::find(before, "/metadata/deletionGracePeriodSeconds");
  if (grace != nullptr && grace->to_number<std::int64_t>() != 0) return false;
  if (type.resource.kind != "Namespace") return true;
  const json::Array* finalizers = json::find_array(object, "/spec/finalizers");
  return finalizers == nullptr || finalizers->empty();
}

}  // namespace

Answer<Written> Writer::update(const ApiRequest& request, const Identity& who) {
  const ResourceType& type = *request.type;
  auto object = read_object(request);
  if (!object) return std::unexpected(std::move(object).error());
  auto read = decode(type, std::move(*object));
  if (!read) return std::unexpected(std::move(read).error());
  json::Value value = std::move(*read);
  if (auto matched = match_namespace(request, value); !matched) return std::unexpected(std::move(matched).error());
  if (auto matched = match_name(request, value); !matched) return std::unexpected(std::move(matched).error());
  const ObjectPtr live = storage_.find(type, request.namespace_, request.name);
  if (!live) {
    if (!may_be_created_by_update(type) || !request.subresource.empty()) {
      return failures::not_found(type, request.name);
    }
    if (auto allowed = check_creation(request, who); !allowed) return std::unexpected(std::move(allowed).error());
    track_write(nullptr, value, write_of(request, clock_.now()));
    return create_object(request, who, std::move(value));
  }
  const std::string uid(json::find_string(value, "/metadata/uid"));
  if (!uid.empty() && uid != live->uid()) return wrong_uid(type, *live, uid);
  const Shown shown(type, *live);
  const json::Value& before = shown.value();
  track_write(&before, value, write_of(request, clock_.now()));
  return replace(request, who, live, std::move(value));
}

Answer<Written> Writer::replace(
    const ApiRequest& request, const Identity& who, const ObjectPtr& live, json::Value object
) {
  const ResourceType& type = *request.type;
  const std::string version(json::find_string(object, "/metadata/resourceVersion"));
  const std::string current = fmt::format("{}", live->revision());
  const bool unconditional = version.empty() || version == "0";
  if (unconditional && !may_be_updated_unconditionally(type)) return version_missing(type, request.name);
  if (!unconditional && version != current) return failures::modified(type, request.name);
  const Shown shown(type, *live);
  const json::Value& before = shown.value();
  metadata_of(object)["resourceVersion"] = current;
  prepare_for_update(type, request.subresource, before, object);
  keep_system_metadata(before, object);
  Causes causes = validate_object(type.resource, request.subresource, &before, object);
  if (!causes.empty()) return failures::invalid(type, request.name, std::move(causes));
  if (auto allowed = check_escalation(request, who, object); !allowed) {
    return std::unexpected(std::move(allowed).error());
  }
  keep_times_if_unchanged(before, object);
  if (is_finished(type, before, object)) {
    std::string body = json::serialize(object);
    storage_.remove(type, live->namespace_(), live->name());
    return Written{200, std::move(body)};
  }
  // A write that changes nothing is none: no event, no new version.
  if (object == before) return Written{200, text_in(type, *live)};
  const ObjectPtr stored = storage_.put(type, to_stored(type, std::move(object)));
  return Written{200, text_in(type, *stored)};
}

}  // namespace snapstash::sim

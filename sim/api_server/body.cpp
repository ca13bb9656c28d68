#include "sim/api_server/body.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "kernel/kube/yaml.hpp"
#include "sim/admission/canonical.hpp"
#include "sim/admission/field_type.hpp"
#include "sim/admission/kind_rules.hpp"
#include "sim/admission/schema.hpp"

namespace snapstash::sim {
namespace {

bool is_json(std::string_view type) { return type.empty() || type == "application/json" || type == "*/*"; }
bool is_yaml(std::string_view type) { return type == "application/yaml" || type == "application/apply-patch+yaml"; }

Answer<json::Value> parsed(const ApiRequest& request) {
  auto value = json::parse(request.body);
  if (!value && is_yaml(request.content_type)) value = kube::parse_yaml(request.body);
  if (!value) {
    return failures::bad_request(
        fmt::format("error decoding {}: {}", is_yaml(request.content_type) ? "YAML" : "JSON", value.error().message)
    );
  }
  if (!value->is_object()) return failures::bad_request("couldn't get version/kind; json parse error: not an object");
  return std::move(*value);
}

// Built-in kinds may leave apiVersion and kind out: the path says them. Custom ones may not.
Answer<void> match_kind(const ApiRequest& request, json::Value& object) {
  const kube::Resource& resource = request.type->resource;
  const std::string api_version(json::find_string(object, "/apiVersion"));
  const std::string kind(json::find_string(object, "/kind"));
  const bool must_say = request.type->custom || is_yaml(request.content_type);
  if (kind.empty() && must_say) {
    return failures::bad_request(fmt::format("Object 'Kind' is missing in '{}'", request.body));
  }
  if (!api_version.empty() && api_version != resource.api_version()) {
    return failures::bad_request(fmt::format(
        "the API version in the data ({}) does not match the expected API version ({})", api_version,
        resource.api_version()
    ));
  }
  if (!kind.empty() && kind != resource.kind) {
    return failures::bad_request(
        fmt::format("{} in version \"{}\" cannot be handled as a {}", kind, resource.version, resource.kind)
    );
  }
  object.as_object()["apiVersion"] = resource.api_version();
  object.as_object()["kind"] = json::make_string(resource.kind);
  return {};
}

// What a Go struct cannot hold, in the words of its decoder.
std::optional<std::string> misfit(const ResourceType& type, const json::Value& object) {
  const auto why = undecodable(field_type(type.resource), object);
  if (!why) return std::nullopt;
  return fmt::format(
      "{} in version \"{}\" cannot be handled as a {}: {}", type.resource.kind, type.resource.version,
      type.resource.kind, *why
  );
}

}  // namespace

json::Object& metadata_of(json::Value& object) {
  json::Value& metadata = object.as_object()["metadata"];
  if (!metadata.is_object()) metadata = json::Object();
  return metadata.get_object();
}

Answer<json::Value> read_object(const ApiRequest& request) {
  if (!is_json(request.content_type) && !is_yaml(request.content_type)) {
    return failures::unsupported_media_type(
        "the body of the request was in an unknown format - accepted media types include: application/json, "
        "application/yaml, application/vnd.kubernetes.protobuf"
    );
  }
  auto object = parsed(request);
  if (!object) return object;
  if (auto matched = match_kind(request, *object); !matched) return std::unexpected(std::move(matched).error());
  metadata_of(*object);
  return object;
}

json::Value decoded(const ResourceType& type, json::Value object) {
  if (const Schema* schema = find_schema(type.resource); schema != nullptr) schema->prune(object);
  metadata_of(object);
  set_defaults(type.resource, object);
  return object;
}

Answer<json::Value> decode(const ResourceType& type, json::Value object) {
  if (!type.custom) {
    if (auto why = misfit(type, object)) return failures::bad_request(std::move(*why));
  }
  return decoded(type, std::move(object));
}

Answer<void> match_namespace(const ApiRequest& request, json::Value& object) {
  json::Object& metadata = metadata_of(object);
  const std::string_view named = json::find_string(metadata, "/namespace");
  if (!named.empty() && named != request.namespace_) {
    return failures::bad_request("the namespace of the provided object does not match the namespace sent on the request"
    );
  }
  if (request.type->resource.namespaced) metadata["namespace"] = request.namespace_;
  return {};
}

Answer<void> match_name(const ApiRequest& request, const json::Value& object) {
  const std::string_view name = json::find_string(object, "/metadata/name");
  if (name == request.name) return {};
  if (name.empty()) {
    return failures::bad_request(
        fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided", request.name)
    );
  }
  return failures::bad_request(
      fmt::format("the name of the object ({}) does not match the name on the URL ({})", name, request.name)
  );
}

Write write_of(const ApiRequest& request, WallTime now) {
  const std::string_view named = request.parameter("fieldManager");
  const std::string_view agent = std::string_view(request.user_agent).substr(0, request.user_agent.find('/'));
  return {
      .resource = request.type->resource,
      .subresource = request.subresource,
      .manager = named.empty() ? agent : named,
      .now = now,
      .force = request.is_set("force")
  };
}

Failure failure_of(const Error& error, const ResourceType& type, std::string_view name) {
  Failure failure;
  failure.code = error.http_status == 0 ? 500 : error.http_status;
  failure.reason = error.reason;
  failure.message = error.message;
  failure.causes = error.causes;
  const bool of_fields = failure.code == 409 && !failure.causes.empty();
  if ((failure.code == 422 && failure.reason == "Invalid") || failure.code == 403 ||
      (failure.code == 409 && !of_fields)) {
    failure.name = name;
    failure.group = type.resource.group;
    failure.kind = failure.code == 422 ? type.resource.kind : type.resource.plural;
  }
  return failure;
}

}  // namespace snapstash::sim

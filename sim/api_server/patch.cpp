#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/admission/json_patch.hpp"
#include "sim/admission/merge_patch.hpp"
#include "sim/api_server/body.hpp"
#include "sim/api_server/representation.hpp"
#include "sim/api_server/strategy.hpp"
#include "sim/api_server/writer.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kApply = "application/apply-patch+yaml";
constexpr std::string_view kMerge = "application/merge-patch+json";
constexpr std::string_view kJson = "application/json-patch+json";

// patch.go: what a patch leaves is decoded, too, and the patch is to blame.
std::unexpected<Failure> unreadable_patch(Failure failure) {
  return failures::invalid("", "", "", {{"FieldValueInvalid", "patch", "Invalid value: " + failure.message}});
}

std::unexpected<Failure> unsupported(const ResourceType& type) {
  // Before a handler of built-in kinds sees it, go-restful has refused it.
  if (!type.custom) {
    auto failure = failures::unsupported_media_type("415: Unsupported Media Type");
    failure.error().has_details = true;
    return failure;
  }
  return failures::unsupported_media_type(fmt::format(
      "the body of the request was in an unknown format - accepted media types include: {}, {}, {}", kJson, kMerge,
      kApply
  ));
}

// A patch that cannot be carried out: the answer has details, and nothing in them (errors.NewGenericServerResponse).
std::unexpected<Failure> rejected(const Error& error) {
  Failure failure;
  failure.code = error.http_status;
  failure.reason = error.reason;
  failure.message = error.message;
  failure.has_details = true;
  return std::unexpected(std::move(failure));
}

}  // namespace

Answer<json::Value> Writer::patched(const ApiRequest& request, const json::Value& live) {
  auto patch = json::parse(request.body);
  if (!patch) {
    return failures::bad_request(fmt::format("error decoding patch: {}", patch.error().message));
  }
  auto result =
      request.content_type == kJson ? json_patch(json::clone(live), *patch) : merge_patch(json::clone(live), *patch);
  if (!result) return rejected(result.error());
  return std::move(*result);
}

Answer<Written> Writer::patch(const ApiRequest& request, const Identity& who) {
  const ResourceType& type = *request.type;
  if (request.content_type == kApply) return apply(request, who);
  if (request.content_type != kMerge && request.content_type != kJson) return unsupported(type);
  if (!request.parameter("force").empty()) {
    return failures::invalid(
        "meta.k8s.io", "PatchOptions", "",
        {{"FieldValueForbidden", "force", "Forbidden: may not be specified for non-apply patch"}}
    );
  }
  const ObjectPtr live = storage_.find(type, request.namespace_, request.name);
  if (!live) return failures::not_found(type, request.name);
  const Shown shown(type, *live);
  const json::Value& before = shown.value();
  auto result = patched(request, before);
  if (!result) return std::unexpected(std::move(result).error());
  if (!result->is_object()) return failures::bad_request("the patch does not leave an object");
  auto read = decode(type, std::move(*result));
  if (!read) return unreadable_patch(std::move(read).error());
  json::Value object = std::move(*read);
  if (auto matched = match_namespace(request, object); !matched) return std::unexpected(std::move(matched).error());
  if (auto matched = match_name(request, object); !matched) return std::unexpected(std::move(matched).error());
  track_write(&before, object, write_of(request, clock_.now()));
  return replace(request, who, live, std::move(object));
}

Answer<Written> Writer::apply(const ApiRequest& request, const Identity& who) {
  const ResourceType& type = *request.type;
  if (request.parameter("fieldManager").empty()) {
    return failures::invalid(
        "meta.k8s.io", "PatchOptions", "",
        {{"FieldValueRequired", "fieldManager", "Required value: is required for apply patch"}}
    );
  }
  auto configuration = read_object(request);
  if (!configuration) return std::unexpected(std::move(configuration).error());
  if (auto matched = match_name(request, *configuration); !matched) {
    return std::unexpected(std::move(matched).error());
  }
  // What is applied names no namespace unless its author did: messages show it.
  json::Value placed = json::clone(*configuration);
  if (auto matched = match_namespace(request, placed); !matched) return std::unexpected(std::move(matched).error());
  const ObjectPtr live = storage_.find(type, request.namespace_, request.name);
  std::optional<Shown> shown;
  if (live) shown.emplace(type, *live);
  auto result = server_side_apply(shown ? &shown->value() : nullptr, *configuration, write_of(request, clock_.now()));
  if (!result) return std::unexpected(failure_of(result.error(), type, request.name));
  json::Value object = decoded(type, std::move(*result));
  const std::string uid(json::find_string(*configuration, "/metadata/uid"));
  const std::string version(json::find_string(*configuration, "/metadata/resourceVersion"));
  if (!live) {
    if (!request.subresource.empty()) return failures::not_found(type, request.name);
    if (!uid.empty()) {
      return failures::conflict(
          type, request.name,
          fmt::format("uid mismatch: the provided object specified uid {}, and no existing object was found", uid)
      );
    }
    if (auto allowed = check_creation(request, who); !allowed) return std::unexpected(std::move(allowed).error());
    if (type.resource.namespaced) metadata_of(object)["namespace"] = request.namespace_;
    return create_object(request, who, std::move(object));
  }
  if (!uid.empty()) metadata_of(object)["uid"] = uid;
  if (!version.empty()) metadata_of(object)["resourceVersion"] = version;
  return replace(request, who, live, std::move(object));
}

}  // namespace snapstash::sim

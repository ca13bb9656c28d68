#include <utility>

#include <fmt/format.h>

#include "sim/admission/kind_rules.hpp"
#include "sim/api_server/admission_plugins.hpp"
#include "sim/api_server/body.hpp"
#include "sim/api_server/representation.hpp"
#include "sim/api_server/strategy.hpp"
#include "sim/api_server/writer.hpp"

namespace snapstash::sim {
namespace {

// rest.WipeObjectMetaSystemFields, and names for those who ask for one.
void fill_metadata(json::Value& object, WallTime now, Random& random) {
  json::Object& metadata = metadata_of(object);
  for (const char* const key : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"}) {
    metadata.erase(key);
  }
  metadata["uid"] = random.uuid();
  metadata["creationTimestamp"] = format_time(now);
  const std::string prefix(json::find_string(metadata, "/generateName"));
  if (!prefix.empty() && json::find_string(metadata, "/name").empty()) {
    constexpr std::size_t kLongestPrefix = 58;
    metadata["name"] = prefix.substr(0, kLongestPrefix) + random.name_suffix();
  }
}

}  // namespace

Answer<Written> Writer::create(const ApiRequest& request, const Identity& who) {
  if (request.subresource == "eviction") return evict(request);
  auto object = read_object(request);
  if (!object) return std::unexpected(std::move(object).error());
  auto read = decode(*request.type, std::move(*object));
  if (!read) return std::unexpected(std::move(read).error());
  json::Value value = std::move(*read);
  if (auto matched = match_namespace(request, value); !matched) return std::unexpected(std::move(matched).error());
  if (!json::find_string(value, "/metadata/resourceVersion").empty()) {
    Failure failure;
    failure.message = "resourceVersion should not be set on objects to be created";
    return std::unexpected(std::move(failure));
  }
  // Nobody may pretend that somebody else manages the fields of a new object.
  track_write(nullptr, value, write_of(request, clock_.now()));
  return create_object(request, who, std::move(value));
}

Answer<Written> Writer::create_object(const ApiRequest& request, const Identity& who, json::Value object) {
  const ResourceType& type = *request.type;
  fill_metadata(object, clock_.now(), random_);
  const std::string name(json::find_string(object, "/metadata/name"));
  if (auto admitted = admit_creation(storage_, type, object); !admitted) {
    return std::unexpected(std::move(admitted).error());
  }
  prepare_for_create(type, object);
  Causes causes = validate_object(type.resource, "", nullptr, object);
  if (!causes.empty()) return failures::invalid(type, name, std::move(causes));
  if (auto allowed = check_escalation(request, who, object); !allowed) {
    return std::unexpected(std::move(allowed).error());
  }
  if (auto within = check_quota(storage_, type, object); !within) return std::unexpected(std::move(within).error());
  if (storage_.find(type, request.namespace_, name)) return failures::already_exists(type, name);
  metadata_of(object).erase("resourceVersion");
  const ObjectPtr stored = storage_.put(type, to_stored(type, std::move(object)));
  return Written{201, text_in(type, *stored)};
}

Answer<void> Writer::check_creation(const ApiRequest& request, const Identity& who) const {
  const kube::Resource& resource = request.type->resource;
  const Attempt attempt{
      .verb = "create",
      .group = resource.group,
      .resource = resource.plural,
      .subresource = {},
      .namespace_ = request.namespace_,
      .name = request.name
  };
  if (access_ == nullptr || access_->allows(who, attempt)) return {};
  return std::unexpected(failure_of(Access::refusal(who, attempt), *request.type, request.name));
}

Answer<void> Writer::check_escalation(const ApiRequest& request, const Identity& who, const json::Value& object) const {
  if (access_ == nullptr || request.type->resource.group != "rbac.authorization.k8s.io") return {};
  const auto error = access_->escalation(who, object);
  if (!error) return {};
  return std::unexpected(failure_of(*error, *request.type, json::find_string(object, "/metadata/name")));
}

}  // namespace snapstash::sim

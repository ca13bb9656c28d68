#include "sim/actors/cluster.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kernel/kube/status.hpp"

namespace snapstash::sim {
namespace {

json::Value text(std::string_view value) { return json::make_string(value); }

/// The finalizers with one more or one less, as a patch that fails when the object has changed meanwhile.
json::Value finalizers_patch(const StoredObject& object, std::string_view finalizer, bool present) {
  json::Array wanted;
  if (const json::Array* now = json::find_array(object.value(), "/metadata/finalizers")) {
    for (const json::Value& each : *now) {
      if (json::as_view(each) != finalizer) wanted.push_back(each);
    }
  }
  if (present) wanted.push_back(text(finalizer));
  return json::Object{{"metadata", json::Object{{"finalizers", std::move(wanted)}}}};
}

}  // namespace

Duration Cluster::between(Duration shortest, Duration longest) {
  const auto span = static_cast<double>((longest - shortest).count());
  return shortest + Duration(static_cast<Duration::rep>(span * random.fraction()));
}

wire::Response Cluster::send(std::string_view component, const kube::Call& call) {
  const Identity who{fmt::format("system:{}", component), {"system:masters", "system:authenticated"}};
  wire::Request request = call.request;
  request.headers.add("User-Agent", std::string(component));
  wire::Response response = server.handle(request, who);
  executor.note(request.target);
  executor.note(static_cast<std::uint64_t>(response.status));
  story.tell(component, [&] {
    std::string told = fmt::format("{} {} -> {}", request.method, request.target, response.status);
    if (response.status >= 400) told += " " + kube::error_of(response).message;
    constexpr std::size_t kShown = 200;
    return told + "  " + request.body.substr(0, kShown);
  });
  return response;
}

wire::Response Cluster::create(std::string_view component, const kube::Resource& resource, const json::Value& object) {
  return send(
      component, kube::create(resource, json::find_string(object, "/metadata/namespace"), json::serialize(object))
  );
}

wire::Response Cluster::patch(
    std::string_view component, const StoredObject& object, const json::Value& patch, std::string_view subresource
) {
  return send(component, kube::merge_patch(resource_of(object), place_of(object), json::serialize(patch), subresource));
}

wire::Response Cluster::patch_status(std::string_view component, const StoredObject& object, json::Value status) {
  return patch(component, object, json::Object{{"status", std::move(status)}}, "status");
}

wire::Response Cluster::remove(std::string_view component, const StoredObject& object) {
  return send(
      component, kube::remove(resource_of(object), place_of(object), {.uid = object.uid(), .resource_version = ""})
  );
}

void Cluster::add_finalizer(std::string_view component, const StoredObject& object, std::string_view finalizer) {
  if (!has_finalizer(object, finalizer)) patch(component, object, finalizers_patch(object, finalizer, true));
}

void Cluster::remove_finalizer(std::string_view component, const StoredObject& object, std::string_view finalizer) {
  if (has_finalizer(object, finalizer)) patch(component, object, finalizers_patch(object, finalizer, false));
}

void Cluster::warn(
    std::string_view component, const StoredObject& object, std::string_view reason, std::string_view message
) {
  const std::string namespace_ = object.namespace_().empty() ? "default" : object.namespace_();
  const std::string now = format_time(wall());
  create(
      component, kinds::kEvent,
      json::Object{
          {"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata",
           json::Object{
               {"name", text(fmt::format("{}.{:016x}", object.name(), random.next()))}, {"namespace", text(namespace_)}
           }},
          {"involvedObject",
           json::Object{
               {"apiVersion", text(json::find_string(object.value(), "/apiVersion"))},
               {"kind", text(json::find_string(object.value(), "/kind"))},
               {"namespace", text(object.namespace_())},
               {"name", text(object.name())},
               {"uid", text(object.uid())}
           }},
          {"reason", text(reason)},
          {"message", text(message)},
          {"type", "Warning"},
          {"source", json::Object{{"component", text(component)}}},
          {"firstTimestamp", text(now)},
          {"lastTimestamp", text(now)},
          {"count", 1}
      }
  );
}

kube::Place place_of(const StoredObject& object) { return {object.namespace_(), object.name()}; }

const kube::Resource& resource_of(const StoredObject& object) {
  return find_type_of_kind(json::find_string(object.value(), "/apiVersion"), json::find_string(object.value(), "/kind"))
      ->resource;
}

bool is_deleting(const StoredObject& object) {
  return !json::find_string(object.value(), "/metadata/deletionTimestamp").empty();
}

bool has_finalizer(const StoredObject& object, std::string_view finalizer) {
  const json::Array* all = json::find_array(object.value(), "/metadata/finalizers");
  return all != nullptr && std::ranges::any_of(*all, [&](const json::Value& each) {
           return each.is_string() && json::as_view(each) == finalizer;
         });
}

std::string_view controller_uid(const StoredObject& object) {
  const json::Array* owners = json::find_array(object.value(), "/metadata/ownerReferences");
  if (owners == nullptr) return "";
  for (const json::Value& owner : *owners) {
    if (is_true(owner, "/controller")) return json::find_string(owner, "/uid");
  }
  return "";
}

json::Object controller_reference(const StoredObject& owner) {
  return {
      {"apiVersion", text(json::find_string(owner.value(), "/apiVersion"))},
      {"kind", text(json::find_string(owner.value(), "/kind"))},
      {"name", text(owner.name())},
      {"uid", text(owner.uid())},
      {"controller", true},
      {"blockOwnerDeletion", true}
  };
}

WallTime created_at(const StoredObject& object) {
  return parse_time(json::find_string(object.value(), "/metadata/creationTimestamp")).value_or(WallTime{});
}

const json::Value* find_condition(const StoredObject& object, std::string_view type) {
  const json::Array* all = json::find_array(object.value(), "/status/conditions");
  if (all == nullptr) return nullptr;
  const auto found =
      std::ranges::find_if(*all, [&](const json::Value& each) { return json::find_string(each, "/type") == type; });
  return found == all->end() ? nullptr : &*found;
}

bool has_condition(const StoredObject& object, std::string_view type) {
  const json::Value* found = find_condition(object, type);
  return found != nullptr && json::find_string(*found, "/status") == "True";
}

std::int64_t number_at(const json::Value& value, std::string_view pointer, std::int64_t fallback) {
  const json::Value* found = json::find(value, pointer);
  if (found == nullptr) return fallback;
  if (found->is_int64()) return found->get_int64();
  return found->is_uint64() ? static_cast<std::int64_t>(found->get_uint64()) : fallback;
}

bool is_true(const json::Value& value, std::string_view pointer) {
  const json::Value* found = json::find(value, pointer);
  return found != nullptr && found->is_bool() && found->get_bool();
}

json::Array with_condition(const StoredObject& object, json::Object condition) {
  json::Array all;
  if (const json::Array* now = json::find_array(object.value(), "/status/conditions")) {
    for (const json::Value& each : *now) {
      if (json::find_string(each, "/type") != json::find_string(condition, "/type")) all.push_back(each);
    }
  }
  all.emplace_back(std::move(condition));
  return all;
}

}  // namespace snapstash::sim

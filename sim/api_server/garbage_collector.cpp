#include "sim/api_server/garbage_collector.hpp"

#include <algorithm>
#include <utility>

#include "kernel/kube/request.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

const json::Array& references_of(const StoredObject& object) {
  static const json::Array none;
  const json::Array* found = json::find_array(object.value(), "/metadata/ownerReferences");
  return found == nullptr ? none : *found;
}

bool has_finalizer(const StoredObject& object, std::string_view finalizer) {
  const json::Array* finalizers = json::find_array(object.value(), "/metadata/finalizers");
  return finalizers != nullptr && std::ranges::find(*finalizers, json::make_string(finalizer)) != finalizers->end();
}

bool is_deleting(const StoredObject& object) {
  return json::find(object.value(), "/metadata/deletionTimestamp") != nullptr;
}

bool refers_to(const StoredObject& object, const std::string& uid) {
  return std::ranges::any_of(references_of(object), [&](const json::Value& one) {
    return json::find_string(one, "/uid") == uid;
  });
}

// The collections that objects with owners are in, events left out as in the real one.
template <class Visit>
bool any_object(const Storage& storage, const Visit& visit) {
  for (const ResourceType& type : resource_types()) {
    if (type.resource.kind == "Event") continue;
    for (const ObjectPtr& object : storage.list(type)) {
      if (visit(type, *object)) return true;
    }
  }
  return false;
}

kube::Place place_of(const StoredObject& object) { return {object.namespace_(), object.name()}; }

}  // namespace

GarbageCollector::GarbageCollector(ApiServer& server)
    : server_(server), subscription_(server.storage().on_change([this](const Change&) { dirty_ = true; })) {}

bool GarbageCollector::step() {
  if (!std::exchange(dirty_, false)) return false;
  const bool found = any_object(server_.storage(), [this](const ResourceType& type, const StoredObject& object) {
    return look_at(type, object);
  });
  dirty_ |= found;
  return found;
}

// garbagecollector.go: attemptToDeleteItem.
bool GarbageCollector::look_at(const ResourceType& type, const StoredObject& object) {
  if (is_deleting(object)) return finish_deletion(type, object);
  if (references_of(object).empty()) return false;
  Owners owners = owners_of(object);
  if (owners.gone == 0 && owners.waiting == 0) return false;
  if (owners.solid) return set_owners(type, object, std::move(owners.kept));
  return remove(type, object);
}

bool GarbageCollector::finish_deletion(const ResourceType& type, const StoredObject& object) {
  if (has_finalizer(object, kOrphan)) return orphan_dependents(type, object);
  if (!has_finalizer(object, kForeground)) return false;
  const bool blocked = any_object(server_.storage(), [&](const ResourceType&, const StoredObject& dependent) {
    return blocks(dependent, object.uid());
  });
  return !blocked && remove_finalizer(type, object, kForeground);
}

bool GarbageCollector::blocks(const StoredObject& dependent, const std::string& owner_uid) const {
  return std::ranges::any_of(references_of(dependent), [&](const json::Value& one) {
    const json::Value* block = json::find_key(one, "blockOwnerDeletion");
    return json::find_string(one, "/uid") == owner_uid && block != nullptr && block->is_bool() && block->get_bool();
  });
}

GarbageCollector::Owners GarbageCollector::owners_of(const StoredObject& object) const {
  Owners owners;
  for (const json::Value& reference : references_of(object)) {
    const ResourceType* type =
        find_type_of_kind(json::find_string(reference, "/apiVersion"), json::find_string(reference, "/kind"));
    // An owner in a namespace can only own what is in it; of others nothing can be found out.
    const bool unknown = type == nullptr || (type->resource.namespaced && object.namespace_().empty());
    ObjectPtr owner;
    if (!unknown) {
      const std::string namespace_ = type->resource.namespaced ? object.namespace_() : std::string();
      owner = server_.storage().find(*type, namespace_, json::find_string(reference, "/name"));
    }
    const bool gone = !unknown && (!owner || owner->uid() != json::find_string(reference, "/uid"));
    if (gone) {
      ++owners.gone;
    } else if (owner && is_deleting(*owner) && has_finalizer(*owner, kForeground)) {
      ++owners.waiting;
    } else {
      owners.solid = true;
      owners.kept.push_back(reference);
    }
  }
  return owners;
}

bool GarbageCollector::has_dependents(const std::string& uid) const {
  return any_object(server_.storage(), [&](const ResourceType&, const StoredObject& one) {
    return refers_to(one, uid);
  });
}

bool GarbageCollector::orphan_dependents(const ResourceType& type, const StoredObject& owner) {
  const bool orphaned = any_object(server_.storage(), [&](const ResourceType& of, const StoredObject& dependent) {
    if (!refers_to(dependent, owner.uid())) return false;
    json::Array left;
    for (const json::Value& one : references_of(dependent)) {
      if (json::find_string(one, "/uid") != owner.uid()) left.push_back(one);
    }
    return set_owners(of, dependent, std::move(left));
  });
  return orphaned || remove_finalizer(type, owner, kOrphan);
}

bool GarbageCollector::remove_finalizer(
    const ResourceType& type, const StoredObject& object, std::string_view finalizer
) {
  json::Array left;
  for (const json::Value& one : *json::find_array(object.value(), "/metadata/finalizers")) {
    if (one != json::make_string(finalizer)) left.push_back(one);
  }
  const json::Object patch{
      {"metadata",
       json::Object{
           {"resourceVersion", std::to_string(object.revision())},
           {"finalizers", std::move(left)},
       }}
  };
  return send(kube::merge_patch(type.resource, place_of(object), json::serialize(patch)).request);
}

bool GarbageCollector::set_owners(const ResourceType& type, const StoredObject& object, json::Array owners) {
  json::Value references = owners.empty() ? json::Value() : json::Value(std::move(owners));
  const json::Object patch{
      {"metadata",
       json::Object{
           {"resourceVersion", std::to_string(object.revision())},
           {"ownerReferences", std::move(references)},
       }}
  };
  return send(kube::merge_patch(type.resource, place_of(object), json::serialize(patch)).request);
}

// As its own finalizers ask; if it is waited for and has dependents itself, these go first.
bool GarbageCollector::remove(const ResourceType& type, const StoredObject& object) {
  std::string_view policy = "Background";
  if (has_finalizer(object, kOrphan)) {
    policy = "Orphan";
  } else if (has_finalizer(object, kForeground) || (owners_of(object).waiting > 0 && has_dependents(object.uid()))) {
    policy = "Foreground";
  }
  wire::Request request =
      kube::remove(type.resource, place_of(object), {.uid = object.uid(), .resource_version = {}}).request;
  const json::Object options{
      {"kind", "DeleteOptions"},
      {"apiVersion", "v1"},
      {"preconditions", json::Object{{"uid", object.uid()}}},
      {"propagationPolicy", json::make_string(policy)},
  };
  request.body = json::serialize(options);
  return send(request);
}

bool GarbageCollector::send(const wire::Request& request) {
  static const Identity who{
      "system:serviceaccount:kube-system:generic-garbage-collector", {"system:masters", "system:authenticated"}
  };
  const std::int64_t before = server_.storage().revision();
  server_.handle(request, who);
  return server_.storage().revision() != before;
}

}  // namespace snapstash::sim

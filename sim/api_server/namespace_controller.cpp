#include "sim/api_server/namespace_controller.hpp"

#include <utility>

#include "kernel/kube/request.hpp"

namespace snapstash::sim {
namespace {

bool is_deleting(const StoredObject& object) {
  return json::find(object.value(), "/metadata/deletionTimestamp") != nullptr;
}

}  // namespace

NamespaceController::NamespaceController(ApiServer& server)
    : server_(server), subscription_(server.storage().on_change([this](const Change&) { dirty_ = true; })) {}

bool NamespaceController::step() {
  if (!std::exchange(dirty_, false)) return false;
  static const ResourceType& namespaces = *find_type("", "v1", "namespaces");
  for (const ObjectPtr& one : server_.storage().list(namespaces)) {
    if (!is_deleting(*one)) continue;
    const Progress progress = remove_content(one->name());
    if (progress == Progress::kWaits) continue;
    if (progress == Progress::kWrote || finalize(*one)) return dirty_ = true;
  }
  return false;
}

NamespaceController::Progress NamespaceController::remove_content(const std::string& namespace_) {
  bool empty = true;
  for (const ResourceType& type : resource_types()) {
    // Both APIs of events show the same ones.
    if (!type.resource.namespaced || type.resource.group == "events.k8s.io") continue;
    for (const ObjectPtr& object : server_.storage().list(type, namespace_)) {
      empty = false;
      if (is_deleting(*object)) continue;
      const kube::Call call = kube::remove(type.resource, {namespace_, object->name()}, {object->uid(), ""});
      if (send(call.request)) return Progress::kWrote;
    }
  }
  return empty ? Progress::kEmpty : Progress::kWaits;
}

bool NamespaceController::finalize(const StoredObject& namespace_) {
  json::Value object = json::clone(namespace_.value());
  if (json::Value* spec = object.as_object().if_contains("spec")) spec->as_object().erase("finalizers");
  wire::Request request;
  request.method = "PUT";
  request.target = "/api/v1/namespaces/" + kube::percent_encode(namespace_.name()) + "/finalize";
  request.headers.add("Content-Type", "application/json");
  request.body = json::serialize(object);
  return send(request);
}

bool NamespaceController::send(const wire::Request& request) {
  static const Identity who{
      "system:serviceaccount:kube-system:namespace-controller", {"system:masters", "system:authenticated"}
  };
  const std::int64_t before = server_.storage().revision();
  server_.handle(request, who);
  return server_.storage().revision() != before;
}

}  // namespace snapstash::sim

#include "sim/api_server/quota_controller.hpp"

#include <utility>

#include <fmt/format.h>

#include "kernel/kube/request.hpp"
#include "sim/api_server/admission_plugins.hpp"

namespace snapstash::sim {

QuotaController::QuotaController(ApiServer& server)
    : server_(server), subscription_(server.storage().on_change([this](const Change&) { dirty_ = true; })) {}

json::Object QuotaController::used(const StoredObject& quota) const {
  json::Object used;
  const json::Object* hard = json::find_object(quota.value(), "/spec/hard");
  if (hard == nullptr) return used;
  for (const auto& limit : *hard) {
    const std::string_view key(limit.key().data(), limit.key().size());
    if (const ResourceType* type = find_counted_type(key)) {
      used[limit.key()] = fmt::format("{}", server_.storage().count(*type, quota.namespace_()));
    }
  }
  return used;
}

bool QuotaController::step() {
  if (!std::exchange(dirty_, false)) return false;
  static const ResourceType& quotas = *find_type("", "v1", "resourcequotas");
  static const Identity who{
      "system:serviceaccount:kube-system:resourcequota-controller", {"system:masters", "system:authenticated"}
  };
  for (const ObjectPtr& quota : server_.storage().list(quotas)) {
    const json::Object* hard = json::find_object(quota->value(), "/spec/hard");
    if (hard == nullptr) continue;
    json::Object status{{"hard", *hard}, {"used", used(*quota)}};
    const json::Object* told = json::find_object(quota->value(), "/status");
    if (told != nullptr && *told == status) continue;
    const json::Object patch{{"status", std::move(status)}};
    const kube::Place place{quota->namespace_(), quota->name()};
    server_.handle(kube::merge_patch(quotas.resource, place, json::serialize(patch), "status").request, who);
    return dirty_;
  }
  return false;
}

}  // namespace snapstash::sim

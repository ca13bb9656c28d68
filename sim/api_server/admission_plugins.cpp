#include "sim/api_server/admission_plugins.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace snapstash::sim {
namespace {

const ResourceType& core_type(std::string_view plural) { return *find_type("", "v1", plural); }

Answer<void> check_namespace(const Storage& storage, const ResourceType& type, const json::Value& object) {
  if (!type.resource.namespaced) return {};
  const std::string_view namespace_ = json::find_string(object, "/metadata/namespace");
  static const ResourceType& namespaces = core_type("namespaces");
  const ObjectPtr found = storage.find(namespaces, "", namespace_);
  if (!found) return failures::not_found(namespaces, namespace_);
  if (json::find_string(found->value(), "/status/phase") != "Terminating") return {};
  auto refused = failures::forbidden(
      type, json::find_string(object, "/metadata/name"),
      fmt::format("unable to create new content in namespace {} because it is being terminated", namespace_)
  );
  refused.error().causes = {
      {"NamespaceTerminating", "metadata.namespace", fmt::format("namespace {} is being terminated", namespace_)}
  };
  return refused;
}

bool is_default(const StoredObject& storage_class) {
  const json::Object* annotations = json::find_object(storage_class.value(), "/metadata/annotations");
  return annotations != nullptr &&
         json::find_string(*annotations, "/storageclass.kubernetes.io~1is-default-class") == "true";
}

// Of several default classes the newest counts, and of those of one second the first by name.
void give_claim_its_class(const Storage& storage, json::Value& claim) {
  json::Value* spec = claim.as_object().if_contains("spec");
  if (spec == nullptr || !spec->is_object() || spec->get_object().contains("storageClassName")) return;
  static const ResourceType& classes = *find_type("storage.k8s.io", "v1", "storageclasses");
  ObjectPtr best;
  std::string_view newest;
  for (const ObjectPtr& one : storage.list(classes)) {
    const std::string_view created = json::find_string(one->value(), "/metadata/creationTimestamp");
    if (!is_default(*one) || (best && created <= newest)) continue;
    best = one;
    newest = created;
  }
  if (best) spec->get_object()["storageClassName"] = best->name();
}

Answer<void> check_account(const Storage& storage, const ResourceType& type, const json::Value& pod) {
  const std::string_view account = json::find_string(pod, "/spec/serviceAccountName");
  const std::string_view namespace_ = json::find_string(pod, "/metadata/namespace");
  // Every namespace gets an account "default" from a controller that need not run here.
  if (account.empty() || account == "default") return {};
  if (storage.find(core_type("serviceaccounts"), namespace_, account)) return {};
  return failures::forbidden(
      type, json::find_string(pod, "/metadata/name"),
      fmt::format(
          "error looking up service account {}/{}: serviceaccount \"{}\" not found", namespace_, account, account
      )
  );
}

std::int64_t number_in(const json::Value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return 0;
  const std::string_view text = json::as_view(value);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// The keys under which one object of the type counts.
std::vector<std::string> quota_keys(const ResourceType& type) {
  std::vector<std::string> keys{"count/" + type.qualified()};
  static constexpr std::array kOld{"configmaps", "persistentvolumeclaims", "pods", "resourcequotas", "secrets",
                                   "services"};
  for (const std::string_view plural : kOld) {
    if (type.resource.group.empty() && type.resource.plural == plural) keys.emplace_back(plural);
  }
  return keys;
}

}  // namespace

Answer<void> admit_creation(const Storage& storage, const ResourceType& type, json::Value& object) {
  if (auto alive = check_namespace(storage, type, object); !alive) return alive;
  if (!type.resource.group.empty()) return {};
  if (type.resource.kind == "PersistentVolumeClaim") give_claim_its_class(storage, object);
  if (type.resource.kind == "Pod") return check_account(storage, type, object);
  return {};
}

const ResourceType* find_counted_type(std::string_view key) {
  for (const ResourceType& type : resource_types()) {
    const std::vector<std::string> keys = quota_keys(type);
    if (std::ranges::find(keys, key) != keys.end()) return &type;
  }
  return nullptr;
}

Answer<void> check_quota(const Storage& storage, const ResourceType& type, const json::Value& object) {
  static const ResourceType& quotas = core_type("resourcequotas");
  if (!type.resource.namespaced || storage.count(quotas, "") == 0) return {};
  const std::string_view namespace_ = json::find_string(object, "/metadata/namespace");
  for (const ObjectPtr& quota : storage.list(quotas, namespace_)) {
    std::vector<std::string> requested, used, limited;
    for (const std::string& key : quota_keys(type)) {
      const json::Object* hard = json::find_object(quota->value(), "/spec/hard");
      const json::Value* limit = hard == nullptr ? nullptr : json::find_key(*hard, key);
      const std::size_t present = storage.count(type, namespace_);
      if (limit == nullptr || static_cast<std::int64_t>(present) < number_in(*limit)) continue;
      requested.push_back(key + "=1");
      used.push_back(fmt::format("{}={}", key, present));
      limited.push_back(fmt::format("{}={}", key, number_in(*limit)));
    }
    if (requested.empty()) continue;
    return failures::forbidden(
        type, json::find_string(object, "/metadata/name"),
        fmt::format(
            "exceeded quota: {}, requested: {}, used: {}, limited: {}", quota->name(), fmt::join(requested, ","),
            fmt::join(used, ","), fmt::join(limited, ",")
        )
    );
  }
  return {};
}

}  // namespace snapstash::sim

#include "sim/admission/pod_defaults.hpp"

#include <utility>

namespace snapstash::sim {

json::Object& object_at(json::Object& object, std::string_view key) {
  json::Value& value = object[key];
  if (!value.is_object()) value = json::Object();
  return value.get_object();
}

json::Object* find_object_at(json::Object& object, std::string_view key) {
  json::Value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

json::Array* find_array_at(json::Object& object, std::string_view key) {
  json::Value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

void put_default(json::Object& object, std::string_view key, json::Value value) {
  if (!object.contains(key)) object.emplace(key, std::move(value));
}

namespace {

constexpr int kReadable = 0644;

template <class Visit>
void for_each_object(json::Object& object, std::string_view key, const Visit& visit) {
  json::Array* array = find_array_at(object, key);
  if (array == nullptr) return;
  for (json::Value& item : *array) {
    if (json::Object* each = item.if_object()) visit(*each);
  }
}

void set_http_defaults(json::Object& handler) {
  json::Object* http = find_object_at(handler, "httpGet");
  if (http == nullptr) return;
  put_default(*http, "path", "/");
  put_default(*http, "scheme", "HTTP");
}

void set_probe_defaults(json::Object& container, std::string_view key) {
  json::Object* probe = find_object_at(container, key);
  if (probe == nullptr) return;
  set_http_defaults(*probe);
  put_default(*probe, "timeoutSeconds", 1);
  put_default(*probe, "periodSeconds", 10);
  put_default(*probe, "successThreshold", 1);
  put_default(*probe, "failureThreshold", 3);
}

void set_field_ref_default(json::Object& source) {
  if (json::Object* field = find_object_at(source, "fieldRef")) put_default(*field, "apiVersion", "v1");
}

bool pulls_always(std::string_view image) {
  const std::size_t name = image.find_last_of('/') == std::string_view::npos ? 0 : image.find_last_of('/') + 1;
  if (image.contains('@')) return false;
  const std::size_t colon = image.find(':', name);
  return colon == std::string_view::npos || image.substr(colon + 1) == "latest";
}

void set_container_defaults(json::Object& container) {
  object_at(container, "resources");
  put_default(container, "terminationMessagePath", "/dev/termination-log");
  put_default(container, "terminationMessagePolicy", "File");
  const bool always = pulls_always(json::find_string(container, "/image"));
  put_default(container, "imagePullPolicy", always ? "Always" : "IfNotPresent");
  for_each_object(container, "ports", [](json::Object& port) { put_default(port, "protocol", "TCP"); });
  for_each_object(container, "env", [](json::Object& variable) {
    if (json::Object* source = find_object_at(variable, "valueFrom")) set_field_ref_default(*source);
  });
  for (const std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    set_probe_defaults(container, probe);
  }
  if (json::Object* lifecycle = find_object_at(container, "lifecycle")) {
    for (const std::string_view hook : {"postStart", "preStop"}) {
      if (json::Object* handler = find_object_at(*lifecycle, hook)) set_http_defaults(*handler);
    }
  }
}

void set_projection_defaults(json::Object& source) {
  if (json::Object* token = find_object_at(source, "serviceAccountToken")) {
    put_default(*token, "expirationSeconds", 3600);
  }
  if (json::Object* downward = find_object_at(source, "downwardAPI")) {
    for_each_object(*downward, "items", set_field_ref_default);
  }
}

void set_volume_defaults(json::Object& volume) {
  for (const std::string_view kind : {"secret", "configMap", "downwardAPI", "projected"}) {
    json::Object* source = find_object_at(volume, kind);
    if (source == nullptr) continue;
    put_default(*source, "defaultMode", kReadable);
    if (kind == "projected") for_each_object(*source, "sources", set_projection_defaults);
    if (kind == "downwardAPI") for_each_object(*source, "items", set_field_ref_default);
  }
  if (json::Object* path = find_object_at(volume, "hostPath")) put_default(*path, "type", "");
}

}  // namespace

void set_pod_defaults(json::Object& pod_spec) {
  for_each_object(pod_spec, "volumes", set_volume_defaults);
  for_each_object(pod_spec, "initContainers", set_container_defaults);
  for_each_object(pod_spec, "containers", set_container_defaults);
  put_default(pod_spec, "restartPolicy", "Always");
  put_default(pod_spec, "terminationGracePeriodSeconds", 30);
  put_default(pod_spec, "dnsPolicy", "ClusterFirst");
  put_default(pod_spec, "schedulerName", "default-scheduler");
  object_at(pod_spec, "securityContext");
  // The old name of the same field.
  for (const auto& [from, to] :
       {std::pair("serviceAccountName", "serviceAccount"), {"serviceAccount", "serviceAccountName"}}) {
    const std::string_view account = json::find_string(pod_spec, std::string("/").append(from));
    if (!account.empty()) pod_spec[to] = json::make_string(account);
  }
}

void set_template_defaults(json::Object& pod_template) {
  object_at(pod_template, "metadata");
  set_pod_defaults(object_at(pod_template, "spec"));
}

}  // namespace snapstash::sim

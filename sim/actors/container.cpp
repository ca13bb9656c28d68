#include "sim/actors/container.hpp"

namespace snapstash::sim {
namespace {

/// `metadata.name`, `metadata.labels['key']`, `spec.nodeName`, …
std::string downward(const StoredObject& pod, std::string_view path) {
  const auto bracket = path.find("['");
  if (bracket == std::string_view::npos) {
    std::string pointer = "/" + std::string(path);
    for (char& c : pointer) c = c == '.' ? '/' : c;
    return std::string(json::find_string(pod.value(), pointer));
  }
  std::string pointer = "/" + std::string(path.substr(0, bracket));
  for (char& c : pointer) c = c == '.' ? '/' : c;
  const std::string_view key = path.substr(bracket + 2, path.size() - bracket - 4);
  const json::Value* map = json::find(pod.value(), pointer);
  const json::Value* found = map == nullptr ? nullptr : json::find_key(*map, key);
  return found == nullptr || !found->is_string() ? std::string() : std::string(json::as_view(*found));
}

}  // namespace

Container container_of(const StoredObject& pod) {
  Container container{.arguments = {}, .environment = {}, .namespace_ = pod.namespace_(), .pod = pod.name()};
  if (const json::Array* arguments = json::find_array(pod.value(), "/spec/containers/0/args")) {
    for (const json::Value& each : *arguments) container.arguments.emplace_back(json::as_view(each));
  }
  if (const json::Array* variables = json::find_array(pod.value(), "/spec/containers/0/env")) {
    for (const json::Value& each : *variables) {
      const std::string_view path = json::find_string(each, "/valueFrom/fieldRef/fieldPath");
      container.environment[std::string(json::find_string(each, "/name"))] =
          path.empty() ? std::string(json::find_string(each, "/value")) : downward(pod, path);
    }
  }
  return container;
}

}  // namespace snapstash::sim

#include "features/hooks/audience.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/json/codec_impl.hpp"

template struct snapstash::json::Codec<snapstash::hooks::AppPod>;

namespace snapstash::hooks {
namespace {

bool is_ready(const AppPod& pod) {
  return std::ranges::any_of(pod.status.conditions, [](const AppPod::Condition& condition) {
    return condition.type == "Ready" && condition.status == "True";
  });
}

bool mounts(const AppPod& pod, const std::string& claim) {
  return std::ranges::any_of(pod.spec.volumes, [&](const AppPod::Volume& volume) {
    return volume.claim && volume.claim->claim_name == claim;
  });
}

std::string values_of(const json::Value& requirement) {
  std::string list;
  const json::Array* values = json::find_array(requirement, "/values");
  if (values == nullptr) return list;
  for (const json::Value& each : *values) {
    if (!each.is_string()) continue;
    if (!list.empty()) list += ",";
    list += json::as_view(each);
  }
  return list;
}

Result<std::string> term_of(const json::Value& requirement) {
  const std::string_view key = json::find_string(requirement, "/key");
  const std::string_view how = json::find_string(requirement, "/operator");
  if (how == "Exists") return std::string(key);
  if (how == "DoesNotExist") return fmt::format("!{}", key);
  if (how == "In") return fmt::format("{} in ({})", key, values_of(requirement));
  if (how == "NotIn") return fmt::format("{} notin ({})", key, values_of(requirement));
  return fail(Code::kInvalid, fmt::format("the target's selector has the unknown operator \"{}\"", how));
}

}  // namespace

std::vector<AppPod> choose(std::vector<AppPod> pods, const Audience& audience) {
  // Nobody in particular must not mean everybody.
  if (audience.selector.empty() && audience.claim.empty()) return {};
  std::erase_if(pods, [&](const AppPod& pod) {
    if (pod.status.phase != "Running" || pod.metadata.deletion_timestamp) return true;
    if (!audience.claim.empty() && !mounts(pod, audience.claim)) return true;
    return !audience.all && !is_ready(pod);
  });
  std::ranges::sort(pods, {}, [](const AppPod& pod) { return pod.metadata.name; });
  if (!audience.all && pods.size() > 1) pods.erase(std::next(pods.begin()), pods.end());
  return pods;
}

Result<std::string> selector_of(const json::Value& workload) {
  std::vector<std::string> terms;
  if (const json::Object* labels = json::find_object(workload, "/spec/selector/matchLabels")) {
    for (const auto& item : *labels) {
      const std::string_view value = item.value().is_string() ? json::as_view(item.value()) : std::string_view();
      terms.push_back(fmt::format("{}={}", std::string_view(item.key().data(), item.key().size()), value));
    }
  }
  if (const json::Array* expressions = json::find_array(workload, "/spec/selector/matchExpressions")) {
    for (const json::Value& each : *expressions) {
      auto term = term_of(each);
      if (!term) return term;
      terms.push_back(*std::move(term));
    }
  }
  return fmt::format("{}", fmt::join(terms, ","));
}

Result<AppPod::Container> container_of(const AppPod& pod, const std::string& name) {
  std::string names;
  for (const AppPod::Container& each : pod.spec.containers) {
    if (name.empty() || each.name == name) return each;
    if (!names.empty()) names += ", ";
    names += each.name;
  }
  return fail(Code::kInvalid, fmt::format("has no container \"{}\" (containerName); it has {}", name, names));
}

Result<std::uint16_t> port_of(const AppPod& pod, const std::string& container, const json::IntOrString& port) {
  if (const auto* number = std::get_if<std::int32_t>(&port.value)) return static_cast<std::uint16_t>(*number);
  const std::string& name = std::get<std::string>(port.value);
  const auto found = container_of(pod, container);
  if (!found) return fail(found.error());
  for (const AppPod::Port& each : found->ports) {
    if (each.name == name) return static_cast<std::uint16_t>(each.number);
  }
  return fail(Code::kInvalid, fmt::format("container {} has no port named \"{}\"", found->name, name));
}

}  // namespace snapstash::hooks

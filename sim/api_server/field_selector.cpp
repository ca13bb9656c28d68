#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "sim/api_server/selector.hpp"

namespace snapstash::sim {
namespace {

struct Field {
  std::string_view name, pointer;
};

// pkg/apis/*/v1/conversion.go and the strategies' ToSelectableFields. Events are stored as core/v1 has them.
constexpr Field kPodFields[] = {
    {"spec.nodeName", "/spec/nodeName"},
    {"spec.restartPolicy", "/spec/restartPolicy"},
    {"spec.schedulerName", "/spec/schedulerName"},
    {"spec.serviceAccountName", "/spec/serviceAccountName"},
    {"spec.hostNetwork", "/spec/hostNetwork"},
    {"status.phase", "/status/phase"},
    {"status.podIP", "/status/podIP"},
    {"status.nominatedNodeName", "/status/nominatedNodeName"},
};
constexpr Field kCoreEventFields[] = {
    {"involvedObject.kind", "/involvedObject/kind"},
    {"involvedObject.namespace", "/involvedObject/namespace"},
    {"involvedObject.name", "/involvedObject/name"},
    {"involvedObject.uid", "/involvedObject/uid"},
    {"involvedObject.apiVersion", "/involvedObject/apiVersion"},
    {"involvedObject.resourceVersion", "/involvedObject/resourceVersion"},
    {"involvedObject.fieldPath", "/involvedObject/fieldPath"},
    {"reason", "/reason"},
    {"reportingComponent", "/reportingComponent"},
    {"source", "/source/component"},
    {"type", "/type"},
};
constexpr Field kEventFields[] = {
    {"regarding.kind", "/involvedObject/kind"},
    {"regarding.namespace", "/involvedObject/namespace"},
    {"regarding.name", "/involvedObject/name"},
    {"regarding.uid", "/involvedObject/uid"},
    {"regarding.apiVersion", "/involvedObject/apiVersion"},
    {"regarding.resourceVersion", "/involvedObject/resourceVersion"},
    {"regarding.fieldPath", "/involvedObject/fieldPath"},
    {"reason", "/reason"},
    {"reportingController", "/reportingComponent"},
    {"type", "/type"},
};
constexpr Field kJobFields[] = {{"status.successful", "/status/succeeded"}};
constexpr Field kNamespaceFields[] = {{"name", "/metadata/name"}, {"status.phase", "/status/phase"}};
constexpr Field kNodeFields[] = {{"spec.unschedulable", "/spec/unschedulable"}};
constexpr Field kSecretFields[] = {{"type", "/type"}};
constexpr Field kNamedFields[] = {{"name", "/metadata/name"}};

std::span<const Field> fields_of(const ResourceType& type) {
  const std::string_view kind = type.resource.kind;
  if (kind == "Pod") return kPodFields;
  if (kind == "Event" && type.resource.group.empty()) return kCoreEventFields;
  if (kind == "Event") return kEventFields;
  if (kind == "Job") return kJobFields;
  if (kind == "Namespace") return kNamespaceFields;
  if (kind == "Node") return kNodeFields;
  if (kind == "Secret") return kSecretFields;
  if (kind == "PersistentVolume" || kind == "PersistentVolumeClaim") return kNamedFields;
  return {};
}

std::unexpected<Failure> unknown_field(const ResourceType& type, std::string_view field) {
  const std::string_view kind = type.resource.kind;
  if (kind == "Job") return failures::bad_request(fmt::format("field label \"{}\" not supported for Job", field));
  if (type.custom || !fields_of(type).empty()) {
    return failures::bad_request(fmt::format("field label not supported: {}", field));
  }
  return failures::bad_request(
      fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"", field)
  );
}

std::string_view pointer_of(const ResourceType& type, std::string_view field) {
  if (field == "metadata.name") return "/metadata/name";
  if (field == "metadata.namespace") return "/metadata/namespace";
  for (const Field& known : fields_of(type)) {
    if (known.name == field) return known.pointer;
  }
  return "";
}

std::string text_at(const StoredObject& object, std::string_view pointer) {
  const json::Value* found = json::find(object.value(), pointer);
  if (found == nullptr) {
    if (pointer == "/status/succeeded") return "0";
    const bool is_flag = pointer == "/spec/hostNetwork" || pointer == "/spec/unschedulable";
    return is_flag ? "false" : "";
  }
  return found->is_string() ? std::string(json::as_view(*found)) : json::serialize(*found);
}

}  // namespace

Answer<FieldSelector> FieldSelector::parse(std::string_view text, const ResourceType& type) {
  FieldSelector selector;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      return failures::bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", part, part));
    }
    const bool negative = equals > 0 && part[equals - 1] == '!';
    const bool twice = equals + 1 < part.size() && part[equals + 1] == '=';
    const std::string_view field = part.substr(0, negative ? equals - 1 : equals);
    const std::string_view pointer = pointer_of(type, field);
    if (pointer.empty()) return unknown_field(type, field);
    selector.terms_.push_back(
        {std::string(field), std::string(pointer), !negative, std::string(part.substr(equals + (twice ? 2 : 1)))}
    );
  }
  return selector;
}

bool FieldSelector::matches(const StoredObject& object) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    return (text_at(object, term.pointer) == term.value) == term.equal;
  });
}

std::string_view FieldSelector::name() const {
  for (const Term& term : terms_) {
    if (term.field == "metadata.name" && term.equal) return term.value;
  }
  return "";
}

}  // namespace snapstash::sim

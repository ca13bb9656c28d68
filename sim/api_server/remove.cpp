#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "sim/api_server/body.hpp"
#include "sim/api_server/representation.hpp"
#include "sim/api_server/selector.hpp"
#include "sim/api_server/strategy.hpp"
#include "sim/api_server/writer.hpp"

namespace snapstash::sim {
namespace {

constexpr const char* kOrphan = "orphan";
constexpr const char* kForeground = "foregroundDeletion";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> number_at(const json::Value& object, std::string_view pointer) {
  const json::Value* found = json::find(object, pointer);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<std::int64_t>();
}

bool is_deleting(const StoredObject& object) {
  return json::find(object.value(), "/metadata/deletionTimestamp") != nullptr;
}

// The finalizers that the garbage collector is waited for by, as the options say (store.go:
// deletionFinalizersForGarbageCollection).
json::Array finalizers_of(const ResourceType& type, const StoredObject& live, std::string_view propagation) {
  json::Array kept;
  bool was_orphan = false;
  bool was_foreground = false;
  if (const json::Array* finalizers = json::find_array(live.value(), "/metadata/finalizers")) {
    for (const json::Value& one : *finalizers) {
      const bool orphan = one == json::Value(kOrphan);
      const bool foreground = one == json::Value(kForeground);
      was_orphan |= orphan;
      was_foreground |= foreground;
      if (!orphan && !foreground) kept.push_back(one);
    }
  }
  if (type.resource.kind == "Event") return kept;
  const bool unsaid = propagation.empty();
  const bool orphan = unsaid ? was_orphan || (!was_foreground && orphans_by_default(type)) : propagation == "Orphan";
  const bool foreground = unsaid ? was_foreground && !was_orphan : propagation == "Foreground";
  if (orphan) kept.emplace_back(kOrphan);
  if (foreground) kept.emplace_back(kForeground);
  return kept;
}

void count_generation(json::Object& metadata) {
  if (json::Value* generation = metadata.if_contains("generation")) {
    *generation = generation->to_number<std::int64_t>() + 1;
  }
}

void set_finalizers(json::Object& metadata, json::Array finalizers) {
  if (finalizers.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata["finalizers"] = std::move(finalizers);
  }
}

// store.go: markAsDeleting.
void mark_as_deleting(json::Object& metadata, WallTime now) {
  if (!metadata.contains("deletionTimestamp")) count_generation(metadata);
  const auto existing = parse_time(json::find_string(metadata, "/deletionTimestamp"));
  if (!existing || *existing > now) metadata["deletionTimestamp"] = format_time(now);
  metadata["deletionGracePeriodSeconds"] = 0;
}

Written success_of(const ResourceType& type, const StoredObject& gone) {
  if (answers_deletion_with_object(type)) return {200, text_in(type, gone)};
  json::Object details{{"name", gone.name()}};
  if (!type.resource.group.empty()) details.emplace("group", json::make_string(type.resource.group));
  details.emplace("kind", json::make_string(type.resource.plural));
  details.emplace("uid", gone.uid());
  const json::Object status{
      {"kind", "Status"},
      {"apiVersion", "v1"},
      {"metadata", json::Object()},
      {"status", "Success"},
      {"details", std::move(details)}
  };
  return {200, json::serialize(status)};
}

}  // namespace

Answer<Writer::DeleteOptions> Writer::read_options(const ApiRequest& request) {
  DeleteOptions options;
  if (request.body.empty()) {
    options.grace_period = number_in(request.parameter("gracePeriodSeconds"));
    options.propagation = request.parameter("propagationPolicy");
    if (request.parameter("orphanDependents") == "true") options.propagation = "Orphan";
  } else {
    auto body = json::parse(request.body);
    if (!body || !body->is_object()) return failures::bad_request("couldn't get version/kind; json parse error");
    options.grace_period = number_at(*body, "/gracePeriodSeconds");
    options.uid = json::find_string(*body, "/preconditions/uid");
    options.resource_version = json::find_string(*body, "/preconditions/resourceVersion");
    options.propagation = json::find_string(*body, "/propagationPolicy");
    const json::Value* orphan = json::find_key(*body, "orphanDependents");
    if (orphan != nullptr && orphan->is_bool()) options.propagation = orphan->get_bool() ? "Orphan" : "Background";
  }
  const std::string& policy = options.propagation;
  if (!policy.empty() && policy != "Orphan" && policy != "Background" && policy != "Foreground") {
    return failures::invalid(
        "meta.k8s.io", "DeleteOptions", "",
        {{"FieldValueNotSupported", "propagationPolicy",
          fmt::format(
              "Unsupported value: \"{}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"", policy
          )}}
    );
  }
  return options;
}

Answer<Written> Writer::remove(const ApiRequest& request) {
  const ResourceType& type = *request.type;
  auto options = read_options(request);
  if (!options) return std::unexpected(std::move(options).error());
  const ObjectPtr live = storage_.find(type, request.namespace_, request.name);
  if (!live) return failures::not_found(type, request.name);
  return remove_object(type, live, *options);
}

Answer<Written> Writer::remove_object(const ResourceType& type, const ObjectPtr& live, const DeleteOptions& options) {
  if (type.resource.kind == "Namespace") return remove_namespace(live, options);
  // The message calls the kind where others call the resource (rest.BeforeDelete).
  const auto conflict = [&](const std::string& why) {
    auto refused = failures::conflict(type, live->name(), "");
    refused.error().kind = type.resource.kind;
    refused.error().message =
        fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", type.qualified_kind(), live->name(), why);
    return refused;
  };
  if (!options.uid.empty() && options.uid != live->uid()) {
    return conflict(fmt::format(
        "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been deleted "
        "and then recreated",
        options.uid, live->uid()
    ));
  }
  const std::string version = fmt::format("{}", live->revision());
  if (!options.resource_version.empty() && options.resource_version != version) {
    return conflict(fmt::format(
        "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). The object "
        "might have been modified",
        options.resource_version, version
    ));
  }
  if (type.resource.kind == "Pod" && type.resource.group.empty()) return remove_gracefully(type, live, options);
  json::Array finalizers = finalizers_of(type, *live, options.propagation);
  if (finalizers.empty()) {
    storage_.remove(type, live->namespace_(), live->name());
    return success_of(type, *storage_.change(storage_.revision()).gone);
  }
  json::Value object = json::clone(live->value());
  json::Object& metadata = metadata_of(object);
  set_finalizers(metadata, std::move(finalizers));
  mark_as_deleting(metadata, clock_.now());
  if (object == live->value()) return Written{200, text_in(type, *live)};
  return Written{200, text_in(type, *storage_.put(type, std::move(object)))};
}

// rest.BeforeDelete with podStrategy.CheckGracefulDelete: the kubelet gets time to stop it, if it runs anywhere.
Answer<Written> Writer::remove_gracefully(
    const ResourceType& type, const ObjectPtr& live, const DeleteOptions& options
) {
  json::Value pod = json::clone(live->value());
  json::Object& metadata = metadata_of(pod);
  const auto pending = number_at(pod, "/metadata/deletionGracePeriodSeconds").value_or(0);
  bool deletes_now = false;
  if (is_deleting(*live)) {
    if (pending != 0 && !options.grace_period) return Written{200, live->text()};
    if (pending != 0 && *options.grace_period >= pending) return Written{200, live->text()};
    if (pending != 0) {
      const auto stops = parse_time(json::find_string(pod, "/metadata/deletionTimestamp")).value_or(clock_.now());
      const auto sooner = stops - std::chrono::seconds(pending) + std::chrono::seconds(*options.grace_period);
      metadata["deletionTimestamp"] = format_time(std::max(sooner, clock_.now()));
      metadata["deletionGracePeriodSeconds"] = *options.grace_period;
      deletes_now = *options.grace_period == 0;
    } else {
      deletes_now = true;
    }
  } else {
    auto grace = options.grace_period.value_or(number_at(pod, "/spec/terminationGracePeriodSeconds").value_or(0));
    const std::string_view phase = json::find_string(pod, "/status/phase");
    const bool runs = !json::find_string(pod, "/spec/nodeName").empty() && phase != "Failed" && phase != "Succeeded";
    grace = runs ? (grace < 0 ? 1 : grace) : 0;
    metadata["deletionTimestamp"] = format_time(clock_.now() + std::chrono::seconds(grace));
    metadata["deletionGracePeriodSeconds"] = grace;
    count_generation(metadata);
    deletes_now = grace == 0;
  }
  set_finalizers(metadata, finalizers_of(type, *live, options.propagation));
  const bool held = metadata.contains("finalizers");
  const ObjectPtr marked = pod == live->value() ? live : storage_.put(type, std::move(pod));
  if (held || !deletes_now) return Written{200, marked->text()};
  storage_.remove(type, live->namespace_(), live->name());
  return success_of(type, *storage_.change(storage_.revision()).gone);
}

// pkg/registry/core/namespace/storage: its content goes first.
Answer<Written> Writer::remove_namespace(const ObjectPtr& live, const DeleteOptions& options) {
  static const ResourceType& type = *find_type("", "v1", "namespaces");
  if (!options.uid.empty() && options.uid != live->uid()) {
    return failures::conflict(
        type, live->name(),
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}", options.uid, live->uid())
    );
  }
  if (is_deleting(*live)) {
    const json::Array* finalizers = json::find_array(live->value(), "/spec/finalizers");
    if (finalizers != nullptr && !finalizers->empty()) return Written{200, live->text()};
    storage_.remove(type, "", live->name());
    return success_of(type, *storage_.change(storage_.revision()).gone);
  }
  json::Value object = json::clone(live->value());
  metadata_of(object)["deletionTimestamp"] = format_time(clock_.now());
  object.as_object()["status"].as_object()["phase"] = "Terminating";
  return Written{200, storage_.put(type, std::move(object))->text()};
}

Answer<Written> Writer::remove_collection(const ApiRequest& request) {
  const ResourceType& type = *request.type;
  auto options = read_options(request);
  if (!options) return std::unexpected(std::move(options).error());
  auto labels = LabelSelector::parse(request.parameter("labelSelector"));
  if (!labels) return std::unexpected(std::move(labels).error());
  auto fields = FieldSelector::parse(request.parameter("fieldSelector"), type);
  if (!fields) return std::unexpected(std::move(fields).error());
  const Selector selector{std::move(*labels), std::move(*fields)};
  const std::int64_t revision = storage_.revision();
  std::string items;
  for (const ObjectPtr& object : storage_.list(type, request.namespace_)) {
    if (!selector.matches(*object)) continue;
    if (auto gone = remove_object(type, object, *options); !gone) return gone;
    items += (items.empty() ? "" : ",") + item_text_in(type, *object);
  }
  return Written{
      200, fmt::format(
               R"({{"kind":"{}List","apiVersion":"{}","metadata":{{"resourceVersion":"{}"}},"items":[{}]}})",
               type.resource.kind, type.resource.api_version(), revision, items
           )
  };
}

// POST pods/NAME/eviction: without PodDisruptionBudgets, a delete with preconditions.
Answer<Written> Writer::evict(const ApiRequest& request) {
  const ResourceType& type = *request.type;
  auto body = json::parse(request.body);
  if (!body || !body->is_object()) return failures::bad_request("couldn't get version/kind; json parse error");
  const ObjectPtr live = storage_.find(type, request.namespace_, request.name);
  if (!live) return failures::not_found(type, request.name);
  DeleteOptions options;
  options.grace_period = number_at(*body, "/deleteOptions/gracePeriodSeconds");
  options.uid = json::find_string(*body, "/deleteOptions/preconditions/uid");
  if (auto gone = remove_object(type, live, options); !gone) return gone;
  return Written{201, R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})"};
}

}  // namespace snapstash::sim

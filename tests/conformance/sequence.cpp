#include "tests/conformance/sequence.hpp"

#include <fmt/format.h>

#include "kernel/kube/request.hpp"

namespace snapstash::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kLast = "zz-last";  // created at the end, so that its event ends what the watches see

std::string name_of(const Operation& operation) { return {static_cast<char>('a' + operation.name)}; }
std::string manager_of(const Operation& operation) { return operation.manager == 0 ? "anna" : "bert"; }

json::Value labels_of(std::uint8_t bits, bool absent_as_null) {
  json::Object labels;
  for (const int which : {0, 1}) {
    const unsigned value = (bits >> (2 * which)) & 3U;
    const std::string key = which == 0 ? "app" : "tier";
    if (value != 0) labels[key] = json::make_string(fmt::format("v{}", value));
    if (value == 0 && absent_as_null) labels[key] = nullptr;
  }
  return labels;
}

json::Array finalizers_of(std::uint8_t bits) {
  json::Array finalizers;
  if ((bits & 1U) != 0) finalizers.emplace_back("example.com/one");
  if ((bits & 2U) != 0) finalizers.emplace_back("example.com/two");
  return finalizers;
}

json::Value spec_of(const Operation& operation) {
  if (operation.custom) return {{"invoker", {{"kind", "BackupConfiguration"}, {"name", "c"}}}};
  return {{"holderIdentity", json::make_string(manager_of(operation))}};
}

// Empty maps and lists are left out: a custom resource that was applied with them is stored with them and shown
// without, so that the next write without effect has one.
void fill(json::Object& object, const Operation& operation) {
  json::Object& metadata = object["metadata"].as_object();
  if (operation.labels != 0) metadata["labels"] = labels_of(operation.labels, false);
  if (operation.holds != 0) metadata["finalizers"] = finalizers_of(operation.holds);
  object["spec"] = spec_of(operation);
}

json::Value status_of(const Operation& operation) {
  static constexpr std::array kPhases = {"Pending", "Running", "Unknown", "Succeeded"};
  return {{"phase", kPhases.at(operation.labels & 3U)}};
}

json::Value document_of(const std::string& body) {
  auto parsed = json::parse(body);
  return parsed ? std::move(*parsed) : json::make_string(body);
}

}  // namespace

std::string Sequence::path(const Operation& operation) const {
  return operation.custom ? "/apis/stash.appscode.com/v1beta1/namespaces/" + namespace_ + "/backupsessions"
                          : "/apis/coordination.k8s.io/v1/namespaces/" + namespace_ + "/leases";
}

json::Object Sequence::object_of(const Operation& operation) const {
  json::Object object;
  object["apiVersion"] = operation.custom ? "stash.appscode.com/v1beta1" : "coordination.k8s.io/v1";
  object["kind"] = operation.custom ? "BackupSession" : "Lease";
  object["metadata"] = json::Object{{"name", json::make_string(name_of(operation))}};
  return object;
}

wire::Request Sequence::write(const Operation& operation, std::string method, std::string media_type, json::Value body)
    const {
  const bool post = method == "POST";
  return {
      .method = std::move(method),
      .target = post ? path(operation) : path(operation) + "/" + name_of(operation),
      .headers = {{"Content-Type", std::move(media_type)}, {"User-Agent", manager_of(operation) + "/1"}},
      .body = json::serialize(body),
  };
}

wire::Request Sequence::apply(const Operation& operation) const {
  json::Object object = object_of(operation);
  const bool status = operation.action == Action::kApplyStatus;
  if (status) {
    object["status"] = status_of(operation);
  } else {
    fill(object, operation);
  }
  wire::Request request = write(operation, "PATCH", "application/apply-patch+yaml", object);
  request.target += fmt::format("{}?fieldManager={}", status ? "/status" : "", manager_of(operation));
  if (operation.action != Action::kApply) request.target += "&force=true";
  return request;
}

wire::Request Sequence::replace(const Operation& operation, bool stale) {
  const Seen& seen = seen_[path(operation) + name_of(operation)];
  json::Object object = object_of(operation);
  fill(object, operation);
  object["metadata"].as_object()["resourceVersion"] = json::make_string(stale ? seen.first_version : seen.version);
  return write(operation, "PUT", "application/json", object);
}

wire::Request Sequence::remove(const Operation& operation) {
  const Seen& seen = seen_[path(operation) + name_of(operation)];
  json::Object options{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  json::Object preconditions;
  if (operation.action == Action::kDeleteByUid) preconditions["uid"] = json::make_string(seen.uid);
  if (operation.action == Action::kDeleteByOtherUid) preconditions["uid"] = "6d0e6ee4-3ae8-41c8-b6cd-e1bcfd4ff57f";
  if (operation.action == Action::kDeleteByVersion) {
    preconditions["resourceVersion"] = json::make_string(seen.first_version);
  }
  if (!preconditions.empty()) options["preconditions"] = std::move(preconditions);
  return write(operation, "DELETE", "application/json", options);
}

wire::Request Sequence::list(const Operation& operation) const {
  wire::Request request{.target = path(operation)};
  if (operation.action == Action::kListByLabel) request.target += "?labelSelector=app%3Dv1";
  if (operation.action == Action::kListPage) request.target += "?limit=2";
  return request;
}

wire::Request Sequence::request_for(const Operation& operation) {
  const std::string merge = "application/merge-patch+json";
  switch (operation.action) {
    case Action::kCreate: {
      json::Object object = object_of(operation);
      fill(object, operation);
      return write(operation, "POST", "application/json", object);
    }
    case Action::kMergeLabels:
      return write(operation, "PATCH", merge, {{"metadata", {{"labels", labels_of(operation.labels, true)}}}});
    case Action::kMergeFinalizers:
      return write(operation, "PATCH", merge, {{"metadata", {{"finalizers", finalizers_of(operation.holds)}}}});
    case Action::kRemoveFirstFinalizer: {
      const json::Array patch{
          {{"op", "test"}, {"path", "/metadata/finalizers/0"}, {"value", "example.com/one"}},
          {{"op", "remove"}, {"path", "/metadata/finalizers/0"}},
      };
      return write(operation, "PATCH", "application/json-patch+json", patch);
    }
    case Action::kApply:
    case Action::kApplyForced:
    case Action::kApplyStatus: return apply(operation);
    case Action::kMergeStatus: {
      wire::Request request = write(operation, "PATCH", merge, {{"status", status_of(operation)}});
      request.target += "/status";
      return request;
    }
    case Action::kReplace: return replace(operation, false);
    case Action::kReplaceStale: return replace(operation, true);
    case Action::kDelete:
    case Action::kDeleteByUid:
    case Action::kDeleteByOtherUid:
    case Action::kDeleteByVersion: return remove(operation);
    case Action::kGet: return {.target = path(operation) + "/" + name_of(operation)};
    case Action::kList:
    case Action::kListByLabel:
    case Action::kListPage:
    case Action::kWatch: return list(operation);
  }
  return {};
}

void Sequence::remember(const Operation& operation, const json::Value& answer) {
  const std::string_view version = json::find_string(answer, "/metadata/resourceVersion");
  if (version.empty() || json::find_string(answer, "/metadata/name") != name_of(operation)) return;
  Seen& seen = seen_[path(operation) + name_of(operation)];
  if (seen.first_version.empty()) seen.first_version = version;
  seen.version = version;
  seen.uid = json::find_string(answer, "/metadata/uid");
}

Result<void> Sequence::step(const Operation& operation) {
  if (operation.action == Action::kWatch) return open_watch(operation);
  wire::Request request = request_for(operation);
  request.headers.add("Accept", "application/json");
  auto answer = server_.answer(request, {});
  if (!answer) return fail(std::move(answer).error());
  json::Value document = document_of(answer->body);
  remember(operation, document);
  transcript_.entries.emplace_back(
      fmt::format("{} {} -> {}", request.method, request.target, answer->status), std::move(document)
  );
  return {};
}

Result<void> Sequence::open_watch(const Operation& operation) {
  const std::string selector = (operation.labels & 1U) == 0 ? "" : "&labelSelector=app%3Dv1";
  const std::string target = fmt::format("{}?watch=true&resourceVersion={}{}", path(operation), start_, selector);
  auto opened = server_.open({.target = target, .headers = {{"Accept", "application/json"}}}, {});
  if (!opened) return fail(std::move(opened).error());
  if (opened->watching == nullptr) return fail(Code::kInvalid, target + ": " + opened->refusal.body);
  watches_.emplace_back(
      fmt::format("watch {}{}", operation.custom ? "sessions" : "leases", selector), std::move(opened->watching)
  );
  return {};
}

Result<void> Sequence::collect(const std::string& name, Watching& watching) {
  for (;;) {
    auto frame = watching.next(10s);
    if (!frame) return fail(std::move(frame).error());
    if (!*frame) return fail(Code::kTimeout, name + ": an event is missing");
    if (json::find_string(**frame, "/type") == "BOOKMARK") continue;
    const bool last = json::find_string(**frame, "/object/metadata/name") == kLast;
    transcript_.entries.emplace_back(
        fmt::format("{}: {}", name, json::find_string(**frame, "/type")), *json::find(**frame, "/object")
    );
    if (last) return {};
  }
}

Result<void> Sequence::end_watches() {
  for (const bool custom : {false, true}) {
    const Operation operation{.custom = custom};
    json::Object object = object_of(operation);
    object["metadata"] = {{"name", json::make_string(kLast)}, {"labels", {{"app", "v1"}}}};
    object["spec"] = spec_of(operation);
    const auto made = server_.answer(write(operation, "POST", "application/json", object), {});
    if (!made) return fail(made.error());
  }
  for (auto& [name, watching] : watches_) {
    if (auto collected = collect(name, *watching); !collected) return collected;
  }
  return {};
}

Result<Transcript> Sequence::play(const std::vector<Operation>& operations) {
  const auto listed = server_.answer({.target = path({}), .headers = {{"Accept", "application/json"}}}, {});
  if (!listed) return fail(listed.error());
  start_ = json::find_string(document_of(listed->body), "/metadata/resourceVersion");
  for (const bool custom : {false, true}) {
    if (auto opened = open_watch({.custom = custom}); !opened) return fail(std::move(opened).error());
  }
  for (const Operation& operation : operations) {
    if (auto stepped = step(operation); !stepped) return fail(std::move(stepped).error());
  }
  if (auto ended = end_watches(); !ended) return fail(std::move(ended).error());
  return std::move(transcript_);
}

}  // namespace snapstash::conformance

#include "features/cli/get.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "api/backup_session.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/decode_all.hpp"
#include "features/cli/list_all.hpp"
#include "features/cli/overview.hpp"
#include "features/cli/table.hpp"
#include "features/naming/labels.hpp"

namespace snapstash::cli {
namespace {

/// As kubectl shows objects unless told otherwise.
json::Value without_managed_fields(json::Value object) {
  if (auto* metadata = object.as_object().if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
    metadata->get_object().erase("managedFields");
  }
  return object;
}

/// Leaves the sessions of that configuration, or the one of that name.
json::Array named(json::Array sessions, const std::string& name) {
  if (name.empty()) return sessions;
  json::Array left;
  for (json::Value& each : sessions) {
    const bool wanted =
        json::find_string(each, "/metadata/name") == name || json::find_string(each, "/spec/invoker/name") == name;
    if (wanted) left.push_back(std::move(each));
  }
  return left;
}

std::string owner_of(const json::Value& snapshot) {
  const json::Value* labels = json::find(snapshot, "/metadata/labels");
  const json::Value* uid = labels == nullptr ? nullptr : json::find_key(*labels, naming::kSessionUid);
  return uid != nullptr && uid->is_string() ? std::string(json::as_view(*uid)) : std::string();
}

bool has_maker(const json::Value& snapshot, const json::Array& sessions) {
  const std::string uid = owner_of(snapshot);
  return std::ranges::any_of(sessions, [&](const json::Value& session) {
    return json::find_string(session, "/metadata/uid") == uid;
  });
}

json::Array only_of(json::Array snapshots, const json::Array& sessions) {
  json::Array left;
  for (json::Value& each : snapshots) {
    if (has_maker(each, sessions)) left.push_back(std::move(each));
  }
  return left;
}

/// There are no sessions: whether that is as it should be.
Task<Result<int>> explain_nothing(const Ports& ports, Get wanted) {
  const std::string where = wanted.all_namespaces ? "any namespace" : "namespace " + ports.namespace_;
  if (wanted.name.empty()) {
    ports.err << fmt::format("There are no BackupSessions in {}. kubectl stash trigger takes a backup now.\n", where);
    co_return kOk;
  }
  if (wanted.all_namespaces) {
    co_return fail(
        Code::kNotFound,
        fmt::format("There is no BackupSession {}, or of a BackupConfiguration {}.", wanted.name, wanted.name)
    );
  }
  const std::vector<std::string> names = co_await configuration_names(ports);
  if (std::ranges::find(names, wanted.name) != names.end()) {
    ports.err << fmt::format(
        "BackupConfiguration {}/{} has no sessions yet. kubectl stash trigger {} -n {} takes a backup now.\n",
        ports.namespace_, wanted.name, wanted.name, ports.namespace_
    );
    co_return kOk;
  }
  co_return fail(
      Code::kNotFound, fmt::format(
                           "There is no BackupConfiguration or BackupSession {} in {}. {}", wanted.name, where,
                           suggest(ports.namespace_, names)
                       )
  );
}

void print_table(const Ports& ports, const Get& wanted, const json::Array& sessions, const json::Array& snapshots) {
  const auto shown = decode_all<api::BackupSession>(ports, sessions);
  const auto made = decode_all<api::VolumeSnapshot>(ports, snapshots);
  ports.out << format_table(overview(shown, made, ports.clock.now(), wanted.all_namespaces));
  if (shown.size() != 1) return;
  for (const std::string& each : complaints(shown.front())) ports.err << each << "\n";
}

}  // namespace

Task<Result<int>> get(Ports ports, Get wanted) {
  const std::string namespace_ = wanted.all_namespaces ? "" : ports.namespace_;
  kube::Selection here{.namespace_ = namespace_, .label_selector = "", .field_selector = ""};
  json::Array sessions = named(co_await list_all(ports.client, api::BackupSession::kResource, here), wanted.name);
  json::Array snapshots;
  if (!sessions.empty()) {
    here.label_selector = std::string(naming::kSessionUid);
    if (sessions.size() == 1) {
      here.label_selector += fmt::format("={}", json::find_string(sessions[0], "/metadata/uid"));
    }
    snapshots = only_of(co_await list_all(ports.client, api::VolumeSnapshot::kResource, here), sessions);
  }
  if (wanted.output != Output::kTable) {
    json::Array all;
    for (json::Value& each : sessions) all.push_back(without_managed_fields(std::move(each)));
    for (json::Value& each : snapshots) all.push_back(without_managed_fields(std::move(each)));
    ports.out << format_document(list_of(std::move(all)), wanted.output);
    co_return kOk;
  }
  if (sessions.empty()) co_return co_await explain_nothing(ports, wanted).as_result();
  print_table(ports, wanted, sessions, snapshots);
  co_return kOk;
}

}  // namespace snapstash::cli

#include "features/backup/job.hpp"

#include <fmt/format.h>

#include "features/hooks/job.hpp"
#include "features/naming/object_names.hpp"
#include "features/schedule/manifests.hpp"

namespace snapstash::backup {
namespace {

naming::Labels from_json(const json::Object* object) {
  naming::Labels labels;
  if (object == nullptr) return labels;
  for (const auto& item : *object) {
    if (item.value().is_string()) labels[std::string(item.key())] = std::string(json::as_view(item.value()));
  }
  return labels;
}

}  // namespace

std::string encode_errand(const Errand& errand) {
  json::Array items;
  for (const Errand::Item& item : errand.items) {
    items.push_back(json::Object{{"pvc", item.pvc}, {"name", item.name}, {"class", item.class_name}});
  }
  json::Object object{
      {"session", errand.session},
      {"sessionUid", errand.session_uid},
      {"labels", kube::to_json(errand.labels)},
      {"annotations", kube::to_json(errand.annotations)},
      {"items", std::move(items)},
      {"createBefore", format_time(errand.create_before)},
      {"created", format_time(errand.session_created)}
  };
  if (errand.hooks) object["hooks"] = hooks::to_json(*errand.hooks);
  return jobs::argument(object);
}

Result<Errand> decode_errand(std::string_view text) {
  auto value = json::parse(text);
  if (!value) return fail(Code::kInvalid, "--errand: " + value.error().message);
  Errand errand{
      .session = std::string(json::find_string(*value, "/session")),
      .session_uid = std::string(json::find_string(*value, "/sessionUid")),
      .labels = from_json(json::find_object(*value, "/labels")),
      .annotations = from_json(json::find_object(*value, "/annotations")),
      .items = {},
      .create_before = {},
      .hooks = {},
      .session_created = {}
  };
  if (errand.session.empty() || errand.session_uid.empty()) {
    return fail(Code::kInvalid, "--errand: session and sessionUid are required");
  }
  const auto create_before = parse_time(json::find_string(*value, "/createBefore"));
  if (!create_before) return fail(Code::kInvalid, "--errand: createBefore is required, as 2026-01-02T03:04:05Z");
  errand.create_before = *create_before;
  errand.session_created = parse_time(json::find_string(*value, "/created")).value_or(WallTime{});
  if (const json::Value* hooks = json::find(*value, "/hooks")) {
    auto decoded = hooks::errand_from(*hooks);
    if (!decoded) return fail(std::move(decoded).error().in("--errand"));
    if (!decoded->pre) return fail(Code::kInvalid, "--errand: hooks.pre is required where there are hooks");
    errand.hooks = *std::move(decoded);
  }
  const json::Array* items = json::find_array(*value, "/items");
  if (items == nullptr || items->empty()) return fail(Code::kInvalid, "--errand: items is empty, nothing to snapshot");
  for (const json::Value& item : *items) {
    errand.items.push_back(
        {std::string(json::find_string(item, "/pvc")), std::string(json::find_string(item, "/name")),
         std::string(json::find_string(item, "/class"))}
    );
    if (errand.items.back().pvc.empty() || errand.items.back().name.empty()) {
      return fail(Code::kInvalid, "--errand: every item needs pvc and name");
    }
  }
  return errand;
}

Errand errand_of(
    const api::BackupSession& session, const api::BackupConfiguration& configuration,
    const std::vector<std::pair<std::string, std::string>>& claims_and_classes, WallTime create_before
) {
  Errand errand{
      .session = session.metadata.name,
      .session_uid = session.metadata.uid,
      .labels = schedule::session_labels(configuration),
      .annotations = {},
      .items = {},
      .create_before = create_before,
      .hooks = {},
      .session_created = session.metadata.creation_timestamp.value_or(WallTime{})
  };
  const auto put = [&](std::string_view label, std::string_view annotation, const std::string& name) {
    errand.labels[std::string(label)] = naming::bounded(name);
    errand.annotations[std::string(annotation)] = name;
  };
  if (configuration.batch) {
    put(naming::kBatch, naming::kFullBatch, configuration.metadata.name);
  } else {
    put(naming::kConfiguration, naming::kFullConfiguration, configuration.metadata.name);
  }
  put(naming::kSession, naming::kFullSession, session.metadata.name);
  errand.labels[std::string(naming::kSessionUid)] = session.metadata.uid;
  if (session.part) errand.labels[std::string(naming::kMember)] = fmt::format("{}", session.part->member);
  for (const auto& [pvc, class_name] : claims_and_classes) {
    errand.items.push_back({pvc, naming::snapshot(pvc, errand.session_created), class_name});
  }
  return errand;
}

std::string job_name(const api::BackupSession& session, int attempt) {
  const std::string& name = session.metadata.name;
  return session.part ? naming::member_job(name, session.part->member, attempt) : naming::job(name, attempt);
}

std::string hook_job_name(const api::BackupSession& session) {
  const std::string& name = session.metadata.name;
  return session.part ? naming::member_hook_job(name, session.part->member) : naming::hook_job(name);
}

naming::Labels job_labels(const api::BackupSession& session, const api::BackupConfiguration& configuration) {
  naming::Labels labels = naming::offshoot(configuration.metadata.labels, naming::kBackupComponent);
  labels[std::string(naming::kSessionUid)] = session.metadata.uid;
  labels[std::string(naming::kSession)] = naming::bounded(session.metadata.name);
  if (session.part) labels[std::string(naming::kMember)] = fmt::format("{}", session.part->member);
  return labels;
}

json::Value job_manifest(
    const api::BackupSession& session, const api::BackupConfiguration& configuration, const Errand& errand, int attempt,
    const JobSettings& settings
) {
  jobs::Plan plan{
      .name = job_name(session, attempt),
      .arguments = {"create-vs", "--backupsession=" + session.metadata.name, "--errand=" + encode_errand(errand)},
      .service_account = schedule::snapshotter_account(configuration),
      .labels = job_labels(session, configuration)
  };
  if (errand.hooks) {
    plan.grace = hooks::grace_of(*errand.hooks);
    if (errand.hooks->pre) plan.retries = 0;
  }
  const jobs::Owner owner{api::BackupSession::kResource, session.metadata};
  return jobs::manifest(owner, plan, settings.pods, *configuration.spec.runtime_settings);
}

}  // namespace snapstash::backup

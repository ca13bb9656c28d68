#include "features/restore/job.hpp"

#include <utility>

#include <fmt/format.h>

#include "api/restore_batch.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/manifest.hpp"
#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::restore {
namespace {

using api::RestoreSession;

/// The account, its bindings.
std::string account_name(const RestoreSession& session) {
  const std::string& name = session.metadata.name;
  return session.part ? naming::restorer_member_account(name, session.part->member) : naming::restorer_account(name);
}

json::Object metadata_of(const RestoreSession& session, const std::string& name) {
  return {
      {"name", name},
      {"namespace", session.metadata.namespace_},
      {"labels", kube::to_json(job_labels(session))},
      {"ownerReferences", json::Array{jobs::owner_reference(owner_of(session))}}
  };
}

json::Array owners_of(const api::ClaimTemplate& wanted) {
  const json::Value whole = json::encode(wanted);
  const json::Array* owners = json::find_array(whole, "/metadata/ownerReferences");
  return owners == nullptr ? json::Array() : *owners;
}

Result<Errand::Item> decode_item(const std::string& text) {
  auto value = json::parse(text);
  if (!value) return fail(Code::kInvalid, "--claim: " + value.error().message);
  const json::Object* claim = json::find_object(*value, "/claim");
  if (claim == nullptr) return fail(Code::kInvalid, "--claim: claim is required");
  Errand::Item item{.claim = *claim, .wait = true};
  if (item.name().empty()) return fail(Code::kInvalid, "--claim: claim.metadata.name is required");
  if (const json::Value* wait = json::find(*value, "/wait"); wait != nullptr && wait->is_bool()) {
    item.wait = wait->get_bool();
  }
  return item;
}

}  // namespace

std::string Errand::Item::name() const { return std::string(json::find_string(claim, "/metadata/name")); }

std::string Errand::Item::snapshot() const {
  std::string name(json::find_string(claim, "/spec/dataSource/name"));
  if (name.empty()) name = json::find_string(claim, "/spec/dataSourceRef/name");
  return name;
}

Errand::Item item_of(const RestoreSession& session, const api::ClaimTemplate& wanted, bool wait) {
  naming::Labels labels = wanted.metadata.labels;
  labels[std::string(naming::kRestoreUid)] = session.metadata.uid;
  json::Object metadata{
      {"name", wanted.metadata.name}, {"namespace", session.metadata.namespace_}, {"labels", kube::to_json(labels)}
  };
  if (!wanted.metadata.annotations.empty()) metadata["annotations"] = kube::to_json(wanted.metadata.annotations);
  if (!wanted.metadata.owner_references.empty()) metadata["ownerReferences"] = owners_of(wanted);
  return {
      .claim =
          {{"apiVersion", "v1"},
           {"kind", "PersistentVolumeClaim"},
           {"metadata", std::move(metadata)},
           {"spec", wanted.spec}},
      .wait = wait
  };
}

std::vector<std::string> encode_errand(const Errand& errand) {
  std::vector<std::string> arguments{
      "restore-vs", "--restoresession=" + errand.session, "--restore-uid=" + errand.session_uid
  };
  for (const Errand::Item& item : errand.items) {
    arguments.push_back("--claim=" + jobs::argument(json::Object{{"wait", item.wait}, {"claim", item.claim}}));
  }
  if (errand.hooks) arguments.push_back("--hooks=" + jobs::argument(hooks::to_json(*errand.hooks)));
  return arguments;
}

Result<Errand> decode_errand(
    std::string session, std::string session_uid, const std::vector<std::string>& claims, const std::string& hooks
) {
  if (session.empty()) return fail(Code::kInvalid, "--restoresession is required");
  if (session_uid.empty()) return fail(Code::kInvalid, "--restore-uid is required");
  if (claims.empty()) return fail(Code::kInvalid, "--claim is required, once per PersistentVolumeClaim");
  Errand errand{.session = std::move(session), .session_uid = std::move(session_uid), .items = {}, .hooks = {}};
  for (const std::string& text : claims) {
    auto item = decode_item(text);
    if (!item) return fail(std::move(item).error());
    errand.items.push_back(*std::move(item));
  }
  if (hooks.empty()) return errand;
  const auto value = json::parse(hooks);
  if (!value) return fail(Code::kInvalid, "--hooks: " + value.error().message);
  auto decoded = hooks::errand_from(*value);
  if (!decoded) return fail(std::move(decoded).error().in("--hooks"));
  errand.hooks = *std::move(decoded);
  return errand;
}

std::string member_of(const RestoreSession& session) {
  return session.part ? fmt::format("{}", session.part->member) : std::string();
}

jobs::Owner owner_of(const RestoreSession& session) {
  return {session.part ? api::RestoreBatch::kResource : RestoreSession::kResource, session.metadata};
}

std::string job_name(const RestoreSession& session, int attempt) {
  const std::string& name = session.metadata.name;
  return session.part ? naming::member_job(name, session.part->member, attempt) : naming::job(name, attempt);
}

std::string hook_job_name(const RestoreSession& session) {
  const std::string& name = session.metadata.name;
  return session.part ? naming::member_hook_job(name, session.part->member) : naming::hook_job(name);
}

naming::Labels job_labels(const RestoreSession& session) {
  naming::Labels labels = naming::offshoot(session.metadata.labels, naming::kRestoreComponent);
  labels[std::string(naming::kRestoreUid)] = session.metadata.uid;
  if (session.part) labels[std::string(naming::kMember)] = member_of(session);
  return labels;
}

std::string account_of(const RestoreSession& session) {
  const std::string& named = session.spec.runtime_settings->pod.service_account_name;
  return named.empty() ? account_name(session) : named;
}

json::Value account_manifest(const RestoreSession& session) {
  json::Object metadata = metadata_of(session, account_name(session));
  const auto& annotations = session.spec.runtime_settings->pod.service_account_annotations;
  if (!annotations.empty()) metadata["annotations"] = kube::to_json(annotations);
  return json::Object{{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", std::move(metadata)}};
}

json::Value binding_manifest(const RestoreSession& session, const Settings& settings) {
  return json::Object{
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", "RoleBinding"},
      {"metadata", metadata_of(session, account_name(session))},
      {"roleRef",
       json::Object{
           {"apiGroup", "rbac.authorization.k8s.io"},
           {"kind", "ClusterRole"},
           {"name", settings.role_prefix + "-restorer"}
       }},
      {"subjects",
       json::Array{json::Object{
           {"kind", "ServiceAccount"}, {"name", account_of(session)}, {"namespace", session.metadata.namespace_}
       }}}
  };
}

json::Value hook_binding_manifest(const RestoreSession& session, const Settings& settings) {
  json::Object beside = metadata_of(session, account_name(session));
  return hooks::binding_manifest(std::move(beside), account_of(session), settings.role_prefix);
}

json::Value job_manifest(const RestoreSession& session, const Errand& errand, int attempt, const Settings& settings) {
  jobs::Plan plan{
      .name = job_name(session, attempt),
      .arguments = encode_errand(errand),
      .service_account = account_of(session),
      .labels = job_labels(session)
  };
  if (errand.hooks) {
    plan.retries = 0;
    plan.grace = hooks::grace_of(*errand.hooks);
  }
  return jobs::manifest(owner_of(session), plan, settings.pods, *session.spec.runtime_settings);
}

}  // namespace snapstash::restore

#include "features/restore/act.hpp"

#include "features/cluster/binding.hpp"

namespace snapstash::restore {
namespace {

/// What is still to be created, or to be waited for.
Errand errand_for(const cluster::Context& context, const Sight& sight) {
  const auto& classes = context.stores.storage_classes.objects();
  Errand errand{.session = sight.session->metadata.name, .session_uid = sight.session->metadata.uid, .items = {}};
  for (std::size_t i = 0; i < sight.wanted.size(); ++i) {
    if (sight.seen.claims[i].said) continue;
    const bool waits = waits_for_consumer(request_of(sight.wanted[i]).class_name, classes);
    errand.items.push_back(item_of(*sight.session, sight.wanted[i], !waits));
  }
  return errand;
}

Task<Result<std::string>> create_job(
    const cluster::Context& context, const Settings& settings, const Sight& sight, int attempt
) {
  const api::RestoreSession& session = *sight.session;
  if (session.spec.runtime_settings->pod.service_account_name.empty()) {
    co_await context.client.apply(cluster::ServiceAccount::kResource, account_manifest(session));
  }
  co_await cluster::apply_binding(context, binding_manifest(session, settings));
  json::Value job = job_manifest(session, errand_for(context, sight), attempt, settings);
  const json::Value created =
      co_await context.client.create(api::Job::kResource, std::move(job), kube::owned_by(session.metadata.uid));
  co_return std::string(json::find_string(created, "/metadata/resourceVersion"));
}

Task<Result<std::string>> delete_job(
    const cluster::Context& context, const Sight& sight, std::string name, std::string uid
) {
  co_await context.client.remove(
      api::Job::kResource, {sight.session->metadata.namespace_, name}, {.uid = uid, .resource_version = ""}
  );
  co_return std::string();
}

}  // namespace

Task<Result<std::string>> act(
    const cluster::Context& context, const Settings& settings, const Sight& sight, Effect effect
) {
  if (const auto* create = std::get_if<CreateJob>(&effect)) {
    return create_job(context, settings, sight, create->attempt);
  }
  const DeleteJob& job = std::get<DeleteJob>(effect);
  return delete_job(context, sight, job.name, job.uid);
}

}  // namespace snapstash::restore

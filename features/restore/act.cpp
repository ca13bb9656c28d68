#include "features/restore/act.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/cluster/binding.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/create.hpp"
#include "features/jobs/refusal.hpp"
#include "features/restore/hooks.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::restore {
namespace {

/// What is still to be created, or to be waited for.
Errand errand_for(const cluster::Context& context, const Sight& sight) {
  const Classes classes = context.stores.storage_classes.objects();
  Errand errand{
      .session = sight.session->metadata.name, .session_uid = sight.session->metadata.uid, .items = {}, .hooks = {}
  };
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
  if (sight.seen.hooks) co_await cluster::apply_binding(context, hook_binding_manifest(session, settings));
  Errand errand = errand_for(context, sight);
  if (sight.seen.hooks && sight.seen.hooks->pre) {
    errand.hooks = co_await hook_errand(context, sight.session);
    errand.hooks->post.reset();
  }
  json::Value job = job_manifest(session, errand, attempt, settings);
  co_return co_await jobs::create(context, session.metadata.uid, std::move(job));
}

Task<Result<std::string>> create_hook_job(
    const cluster::Context& context, const Settings& settings, const Sight& sight, CreateHookJob effect
) {
  const api::RestoreSession& session = *sight.session;
  hooks::Errand errand = co_await hook_errand(context, sight.session);
  errand.pre.reset();
  errand.facts.phase = effect.phase;
  errand.facts.error = effect.error;
  errand.facts.duration = hooks::duration_since(sight.seen.created, sight.seen.now);
  const jobs::Plan plan = hooks::post_plan(hook_job_name(session), account_of(session), job_labels(session), errand);
  json::Value job = jobs::manifest(owner_of(session), plan, settings.pods, *session.spec.runtime_settings);
  co_return co_await jobs::create(context, session.metadata.uid, std::move(job));
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
  if (const auto* hook = std::get_if<CreateHookJob>(&effect)) {
    return create_hook_job(context, settings, sight, *hook);
  }
  const DeleteJob& job = std::get<DeleteJob>(effect);
  return delete_job(context, sight, job.name, job.uid);
}

Task<Result<std::string>> carry_out(
    const cluster::Context& context, const Settings& settings, const Sight& sight, Decision& decision,
    std::function<void(std::string)> created
) {
  std::string refused;
  for (const Effect& effect : decision.effects) {
    auto version = co_await act(context, settings, sight, effect).as_result();
    const bool creates = !std::holds_alternative<DeleteJob>(effect);
    if (!version && creates && kube::is_refusal(version.error())) {
      // Known not to work for now (quota, admission): said in the status, tried again until the clock runs out.
      refused = jobs::explain_refusal(version.error());
      decision.look_again =
          std::min(decision.look_again.value_or(WallTime::max()), sight.seen.now + jobs::kRefusedDelay);
    } else if (!version) {
      co_return fail(std::move(version).error());
    } else if (!version->empty()) {
      created(*std::move(version));
    }
  }
  co_return refused;
}

}  // namespace snapstash::restore

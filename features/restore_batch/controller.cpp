#include "features/restore_batch/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/batch/own_hooks.hpp"
#include "features/hooks/facts.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/create.hpp"
#include "features/jobs/refusal.hpp"
#include "features/jobs/report.hpp"
#include "features/naming/object_names.hpp"
#include "features/restore/act.hpp"
#include "features/restore/record.hpp"
#include "features/restore/status.hpp"
#include "features/restore/watches.hpp"
#include "features/restore_batch/part.hpp"

namespace snapstash::restore_batch {
namespace {

using api::RestoreBatch;
using batch::HookStep;
using hooks::Kind;
using kube::ConditionStatus;
using restore::Notice;
using Phase = RestoreBatch::Phase;
using MemberPhase = RestoreBatch::MemberPhase;

/// What the notices of one member are called, so that nobody takes them for the batch's.
Notice of_member(Notice notice, const RestoreBatch::MemberStatus& status, std::size_t member) {
  constexpr std::string_view kRestore = "Restore";
  if (notice.reason.starts_with(kRestore)) notice.reason = "Target" + notice.reason;
  notice.message = fmt::format("{}: {}", name_of(status, member), notice.message);
  notice.action = fmt::format("RestoreMember{}", member);
  return notice;
}

/// A failure counts more than what cannot be known.
Phase verdict_of(const RestoreBatch::Status& status, bool well) {
  if (!well) return Phase::kFailed;
  const bool unknown = std::ranges::find(status.members, MemberPhase::kUnknown, &RestoreBatch::MemberStatus::phase) !=
                       status.members.end();
  return unknown ? Phase::kUnknown : Phase::kSucceeded;
}

std::string_view reason_of(Phase verdict) {
  if (verdict == Phase::kSucceeded) return "RestoreSucceeded";
  return verdict == Phase::kUnknown ? "RestoreUnverified" : "RestoreFailed";
}

std::string explain_end(const batch::Observation& seen, const HookStep& pre, const HookStep& post) {
  const auto failed = std::ranges::count(seen.members, false, &batch::Member::well);
  const std::size_t all = seen.members.size();
  std::string text = failed == 0 ? fmt::format("{} of {} members are restored.", all, all)
                                 : fmt::format("{} of {} members failed; status.members says why.", failed, all);
  if (batch::has_failed(pre)) text = fmt::format("No member is restored: preRestore failed: {}", *pre.outcome);
  if (batch::has_failed(post)) text += fmt::format(" The batch's postRestore hook failed: {}", *post.outcome);
  return text;
}

}  // namespace

/// One pass over one batch: what is seen, and the status as it grows.
struct Controller::Pass {
  std::string key;
  Sight sight;
  RestoreBatch::Status status;
  std::optional<WallTime> look_again;
  std::vector<Notice> news;
  batch::Stall stall;

  void finish(Phase verdict, std::string message) {
    status.phase = verdict;
    const RestoreBatch& batch = *sight.batch;
    // A batch that was Unknown and is known now has long ended.
    if (status.session_duration.empty()) {
      const WallTime created = batch.metadata.creation_timestamp.value_or(sight.seen.now);
      status.session_duration = hooks::duration_since(created, sight.seen.now);
    }
    set("MetricsPushed", ConditionStatus::kTrue, "SuccessfullyPushedMetrics", "Metrics are served by the operator.");
    const std::string reason(reason_of(verdict));
    news.push_back({reason, std::move(message), verdict != Phase::kFailed});
  }

  void refuse() {
    constexpr std::string_view kReason = "ResourceValidationFailed";
    status.phase = Phase::kInvalid;
    set("ValidationPassed", ConditionStatus::kFalse, kReason, sight.invalid);
    news.push_back({std::string(kReason), sight.invalid, false});
  }

  void set(std::string_view type, ConditionStatus value, std::string_view reason, std::string_view message) {
    kube::Condition condition{.type = type, .status = value, .reason = reason, .message = message};
    condition.last_transition_time = sight.seen.now;
    kube::set_condition(status.conditions, std::move(condition));
  }

  /// Running once anything has been begun: a batch all of whose members wait for their targets is Pending.
  void set_phase() {
    const auto waits = [](const RestoreBatch::MemberStatus& each) { return each.phase == MemberPhase::kPending; };
    const bool held = sight.seen.hooks && sight.seen.hooks->pre;
    const bool idle = !held && std::ranges::all_of(status.members, waits);
    if (status.phase != Phase::kRunning) status.phase = idle ? Phase::kPending : Phase::kRunning;
  }

  void note_stall() {
    const bool theirs = std::ranges::any_of(status.members, [](const RestoreBatch::MemberStatus& each) {
      return kube::has_condition(each.conditions, "Stalled", ConditionStatus::kTrue);
    });
    if (!batch::note_stall(stall, theirs, status.conditions, sight.seen.now)) return;
    news.push_back({"RestoreStalled", kube::find_condition(status.conditions, "Stalled")->message, false});
  }
};

Controller::Controller(
    cluster::Context context, restore::Settings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("restorebatch", ports) {
  restore::watch(controller_, context_.stores, context_.stores.restore_batches);
  controller_.concurrency(concurrency);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const std::shared_ptr<const RestoreBatch> batch = context_.stores.restore_batches.get(key);
  if (!batch || !api::is_ours(*batch)) co_return runtime::Requeue{};
  if (batch->metadata.deletion_timestamp) {
    co_await restore::release(context_, batch);
    co_return runtime::Requeue{};
  }
  if (api::is_finished(batch->status.phase)) co_return runtime::Requeue{};
  Pass pass{.key = key, .sight = co_await observe(context_, batch), .status = batch->status};
  if (!pass.sight.invalid.empty()) {
    pass.refuse();
  } else if (batch->status.phase == Phase::kUnknown) {
    co_await look_again(pass);
  } else {
    co_await drive(pass);
  }
  co_await write_status(pass);
  if (!pass.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*pass.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

Task<Result<void>> Controller::drive(Pass& pass) {
  batch::Observation& seen = pass.sight.seen;
  lay_out(*pass.sight.batch, pass.status);
  const HookStep pre = batch::step_pre(seen);
  co_await drive_hook(pass, pre, jobs::kPre, seen.pre_job);
  for (const std::size_t member : batch::turns(seen, pre)) {
    const auto later = second_look(pass.sight.batch->status, member);
    if (later && seen.now < *later) {
      batch::sooner(pass.look_again, later);
    } else {
      co_await drive_member(pass, member);
    }
  }
  sum_up(pass.status, seen.now);
  const HookStep post = batch::step_post(seen, pre);
  co_await drive_hook(pass, post, jobs::kPost, seen.hooks ? seen.hooks->post_job : std::nullopt);
  pass.note_stall();
  if (!batch::is_over(seen, pre, post)) {
    pass.set_phase();
    co_return {};
  }
  for (RestoreBatch::MemberStatus& each : pass.status.members) {
    if (!is_over(each.phase)) each.phase = MemberPhase::kFailed;  // its turn never came
  }
  pass.finish(verdict_of(pass.status, batch::is_well(seen, pre, post)), explain_end(seen, pre, post));
  co_return {};
}

/// A batch that ended as Unknown has one thing left to learn: that PVCs were bound, once pods used them.
Task<Result<void>> Controller::look_again(Pass& pass) {
  lay_out(*pass.sight.batch, pass.status);
  for (std::size_t i = 0; i < pass.status.members.size(); ++i) {
    if (pass.status.members[i].phase == MemberPhase::kUnknown) co_await drive_member(pass, i);
  }
  pass.look_again.reset();
  const bool well = std::ranges::all_of(pass.sight.seen.members, &batch::Member::well);
  const Phase verdict = verdict_of(pass.status, well);
  if (verdict != Phase::kUnknown) pass.finish(verdict, explain_end(pass.sight.seen, {}, {}));
  co_return {};
}

Task<Result<void>> Controller::drive_member(Pass& pass, std::size_t member) {
  const auto part = part_of(*pass.sight.batch, member, pass.sight.seen.now);
  const restore::Sight sight = co_await restore::observe(context_, part);
  restore::Decision decision = restore::decide(sight.seen);
  const std::string refused =
      co_await restore::carry_out(context_, settings_, sight, decision, [&](const std::string& version) {
        controller_.expect(pass.key, context_.stores.jobs, version);
      });
  const api::RestoreSession::Status status = restore::status_of(sight, decision, refused);
  put_back(*part, status, pass.status);
  const RestoreBatch::MemberStatus& now = pass.status.members[member];
  pass.sight.seen.members[member] = view_of(now, true);
  batch::sooner(pass.look_again, decision.look_again);
  if (status == part->status) co_return {};
  for (Notice& notice : restore::notices(sight, decision)) {
    pass.news.push_back(of_member(std::move(notice), now, member));
  }
  co_return {};
}

Task<Result<void>> Controller::drive_hook(
    Pass& pass, const HookStep& step, std::string_view which, std::optional<jobs::JobView> job
) {
  const bool pre = which == jobs::kPre;
  const WallTime now = pass.sight.seen.now;
  batch::sooner(pass.look_again, step.look_again);
  if (step.stalled) pass.stall.stalled = *step.stalled;
  batch::HookTurn turn{
      .step = step,
      .kind = pre ? Kind::kGlobalPreRestore : Kind::kGlobalPostRestore,
      .namespace_ = pass.sight.batch->metadata.namespace_,
      .job = std::move(job),
      .create = [this, &pass, which] { return create_hook_job(pass, which); }
  };
  batch::HookNews news = co_await batch::carry_out(context_, std::move(turn), pass.status.conditions, now);
  if (!news.refused.empty()) {
    pass.stall.refused = std::move(news.refused);
    batch::sooner(pass.look_again, now + jobs::kRefusedDelay);
  }
  if (!news.failure.empty()) {
    pass.news.push_back({pre ? "PreRestoreHookFailed" : "PostRestoreHookFailed", std::move(news.failure), false});
  }
  co_return {};
}

/// A batch has no runtimeSettings of its own: its hooks run as its first member's Jobs do.
Task<Result<void>> Controller::create_hook_job(Pass& pass, std::string_view which) {
  const RestoreBatch& batch = *pass.sight.batch;
  const batch::Observation& seen = pass.sight.seen;
  const auto first = part_of(batch, 0, seen.now);
  if (first->spec.runtime_settings->pod.service_account_name.empty()) {
    co_await context_.client.apply(cluster::ServiceAccount::kResource, restore::account_manifest(*first));
  }
  const bool is_pre = which == jobs::kPre;
  const HookStep pre = batch::step_pre(seen);
  hooks::Errand errand;
  // Its Job knows one hook only.
  if (is_pre) errand.post = *batch.spec.hooks->pre_restore;
  if (!is_pre) errand.post = static_cast<const api::Handler&>(*batch.spec.hooks->post_restore);
  errand.facts.name = errand.facts.invoker_name = batch.metadata.name;
  errand.facts.namespace_ = errand.facts.target.namespace_ = batch.metadata.namespace_;
  errand.facts.invoker_kind = RestoreBatch::kResource.kind;
  errand.facts.phase = is_pre ? "Running" : json::name_of(verdict_of(pass.status, batch::is_well(seen, pre, {})));
  if (errand.facts.phase == "Failed") errand.facts.error = explain_end(seen, pre, {});
  errand.facts.duration = hooks::duration_since(batch.metadata.creation_timestamp.value_or(seen.now), seen.now);
  naming::Labels labels = naming::offshoot(batch.metadata.labels, naming::kRestoreComponent);
  labels[std::string(naming::kRestoreUid)] = batch.metadata.uid;
  const jobs::Plan plan = hooks::post_plan(
      naming::batch_hook_job(batch.metadata.name, which), restore::account_of(*first), std::move(labels), errand, which
  );
  const jobs::Owner owner{RestoreBatch::kResource, batch.metadata};
  json::Value job = jobs::manifest(owner, plan, settings_.pods, *first->spec.runtime_settings);
  const std::string version = co_await jobs::create(context_, batch.metadata.uid, std::move(job));
  controller_.expect(pass.key, context_.stores.jobs, version);
  co_return {};
}

Task<Result<void>> Controller::write_status(Pass& pass) {
  const auto& batch = pass.sight.batch;
  if (pass.status == batch->status) co_return {};
  const auto written = co_await restore::write(context_, batch, pass.status).as_result();
  co_await controller_.wrote(pass.key, batch->metadata.resource_version, written);
  restore::tell(context_, *batch, pass.news);
  co_return {};
}

}  // namespace snapstash::restore_batch

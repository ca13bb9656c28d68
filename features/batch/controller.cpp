#include "features/batch/controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "features/backup/clean_up.hpp"
#include "features/backup/hooks.hpp"
#include "features/backup/record.hpp"
#include "features/backup/refusal.hpp"
#include "features/backup/status.hpp"
#include "features/backup/watches.hpp"
#include "features/batch/own_hooks.hpp"
#include "features/batch/part.hpp"
#include "features/hooks/facts.hpp"
#include "features/hooks/job.hpp"
#include "features/jobs/create.hpp"
#include "features/jobs/refusal.hpp"
#include "features/jobs/report.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::batch {
namespace {

using api::BackupSession;
using hooks::Kind;
using Phase = BackupSession::Phase;

/// What the events of one member are called, so that nobody takes them for the session's.
std::string of_target(const std::string& reason) {
  constexpr std::string_view kBackup = "Backup";
  return reason.starts_with(kBackup) ? "Target" + reason : reason;
}

std::string explain_end(const Observation& seen, const HookStep& pre, const HookStep& post) {
  const auto failed = std::ranges::count(seen.members, false, &Member::well);
  std::string text =
      failed == 0 ? fmt::format("{} of {} targets are backed up.", seen.members.size(), seen.members.size())
                  : fmt::format("{} of {} targets failed; status.targets says why.", failed, seen.members.size());
  if (has_failed(pre)) text += fmt::format(" The batch's preBackup hook failed: {}", *pre.outcome);
  if (has_failed(post)) text += fmt::format(" The batch's postBackup hook failed: {}", *post.outcome);
  return text;
}

/// The batch may have been edited since the session began: what counts is the target, not its place in the list.
std::shared_ptr<const api::BackupConfiguration> find_plan(const schedule::Members& members, const api::TargetRef& ref) {
  for (const auto& each : members) {
    const auto& target = each->spec.target;
    if (target && target->ref.kind == ref.kind && target->ref.name == ref.name) return each;
  }
  return nullptr;
}

}  // namespace

/// One pass over one session: what is seen, and the status as it grows.
struct Controller::Pass {
  std::string key;
  Sight sight;
  BackupSession::Status status;
  std::optional<WallTime> look_again;
  std::vector<backup::Notice> news;
  Stall stall;
};

Controller::Controller(
    cluster::Context context, backup::JobSettings settings, runtime::Controller::Ports ports, std::size_t concurrency
)
    : context_(context), settings_(std::move(settings)), controller_("batchsession", ports) {
  backup::watch(controller_, context_.stores);
  controller_.concurrency(concurrency);
}

Task<void> Controller::run(Event& stop) {
  return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
}

Task<Result<runtime::Requeue>> Controller::reconcile(std::string key) {
  const auto session = context_.stores.sessions.get(key);
  if (!session || session->metadata.deletion_timestamp || !cluster::is_batch(*session)) co_return runtime::Requeue{};
  Pass pass{.key = key, .sight = co_await observe(context_, session), .status = session->status};
  const auto& batch = pass.sight.whole.configuration;
  // Sessions of Stash's own driver are Stash's.
  if (batch && batch->spec.driver != api::Driver::kVolumeSnapshotter) co_return runtime::Requeue{};
  const auto& whole = pass.sight.whole.seen;
  const bool may_run = !whole.finished && (whole.started || !backup::hindrance(whole));
  if (may_run) {
    co_await drive(pass);
  } else {
    co_await decide_whole(pass);
  }
  co_await write_status(pass);
  if (!pass.look_again) co_return runtime::Requeue{};
  const auto delay = std::max(*pass.look_again - context_.clock.now(), WallTime::duration(1));
  co_return runtime::Requeue{.after = delay};
}

/// What a session that is over, or that must not start, has in common with that of a configuration.
Task<Result<void>> Controller::decide_whole(Pass& pass) {
  backup::Sight& whole = pass.sight.whole;
  const backup::Decision decision =
      whole.seen.finished ? backup::after_the_end(whole.seen) : *backup::hindrance(whole.seen);
  pass.look_again = decision.look_again;
  if (decision.step == backup::Step::kNothing) co_return {};
  for (const backup::Effect& effect : decision.effects) co_await backup::act(context_, settings_, whole, effect);
  if (decision.step == backup::Step::kSkip && whole.configuration) {
    backup::plan_history(context_.stores, whole, history::Outcome::kSkipped);
    if (whole.seen.to_forget) co_await backup::act(context_, settings_, whole, backup::CleanHistory{});
  }
  pass.status = backup::status_of(whole, decision);
  if (decision.step == backup::Step::kSkip) pass.news.push_back({"BackupSkipped", decision.message, false});
  if (decision.step == backup::Step::kRefuse) pass.news.push_back({"BackupFailed", decision.message, false});
  if (decision.step == backup::Step::kRetry) pass.news.push_back({"BackupRetried", decision.message});
  co_return {};
}

Task<Result<void>> Controller::drive(Pass& pass) {
  Observation& seen = pass.sight.seen;
  const bool recorded = all_over(seen);
  if (pass.status.phase != Phase::kRunning) {
    pass.status.phase = Phase::kRunning;
    pass.news.push_back({"BackupStarted", fmt::format("Backing up {} targets.", seen.members.size())});
  }
  if (!pass.status.snapstash) pass.status.snapstash.emplace();
  if (seen.hooks) {
    pass.status.snapstash->hooks = {
        .pre_backup = seen.hooks->pre, .post_backup = seen.hooks->post, .held = seen.hooks->held
    };
  }
  for (std::size_t i = 0; i < seen.members.size(); ++i) {
    const auto part = part_of(*pass.sight.whole.session, i);
    put_back(part->status, i, part->part->began, pass.status);
    auto& target = pass.status.targets[i];
    if (i >= pass.sight.whole.members.size() || !target.ref.name.empty()) continue;
    target.ref = pass.sight.whole.members[i]->spec.target->ref;
    if (target.ref.namespace_.empty()) target.ref.namespace_ = pass.sight.whole.session->metadata.namespace_;
    target.phase = api::BackupTargetStatus::Phase::kPending;
  }
  const HookStep pre = step_pre(seen);
  co_await drive_hook(pass, pre, jobs::kPre, seen.pre_job);
  for (const std::size_t member : turns(seen, pre)) co_await drive_member(pass, member);
  sum_up(pass.status, seen.now);
  const HookStep post = step_post(seen, pre);
  co_await drive_hook(pass, post, jobs::kPost, seen.hooks ? seen.hooks->post_job : std::nullopt);
  note_stall(pass);
  // What the members have come to is written down before anything is deleted on its strength.
  if (is_over(seen, pre, post) && (recorded || has_failed(pre))) co_await finish(pass, pre, post);
  co_return {};
}

void Controller::note_stall(Pass& pass) {
  const bool theirs = std::ranges::any_of(pass.status.targets, [](const api::BackupTargetStatus& target) {
    return kube::has_condition(target.conditions, "Stalled", kube::ConditionStatus::kTrue);
  });
  const bool news = batch::note_stall(pass.stall, theirs, pass.status.conditions, pass.sight.seen.now);
  if (!news) return;
  const auto* stalled = kube::find_condition(pass.status.conditions, "Stalled");
  pass.news.push_back({"BackupStalled", stalled->message, false});
}

Task<Result<void>> Controller::drive_member(Pass& pass, std::size_t member) {
  const cluster::Stores& stores = context_.stores;
  Observation& seen = pass.sight.seen;
  const auto plan = find_plan(pass.sight.whole.members, pass.status.targets[member].ref);
  const auto part = part_of(*pass.sight.whole.session, member, seen.now);
  BackupSession::Status status;
  backup::Sight sight;
  if (plan && !seen.members[member].begun && backup::is_left_out(stores, *part, *plan)) {
    status = left_out(pass.status.targets[member].ref);
  } else {
    sight = co_await backup::observe(context_, part, plan);
    backup::Decision decision = backup::decide(sight.seen);
    co_await backup::carry_out(context_, settings_, sight, decision, [&](const std::string& version) {
      controller_.expect(pass.key, context_.stores.jobs, version);
    });
    status = backup::status_of(sight, decision);
    for (backup::Notice& notice : backup::notices(sight, decision, status)) {
      notice.reason = of_target(notice.reason);
      notice.action = fmt::format("BackupMember{}", member);
      pass.news.push_back(std::move(notice));
    }
    sooner(pass.look_again, decision.look_again);
  }
  // Which of its conditions stand with its target is known to put_back only.
  auto& kept = pass.status.targets[member];
  if (status.targets.empty()) status.targets.push_back({.ref = kept.ref, .phase = kept.phase});
  put_back(status, member, part->part->began, pass.status);
  seen.members[member] = view_of(status, true, &sight);
  co_return {};
}

Task<Result<void>> Controller::drive_hook(
    Pass& pass, const HookStep& step, std::string_view which, std::optional<jobs::JobView> job
) {
  const bool pre = which == jobs::kPre;
  sooner(pass.look_again, step.look_again);
  if (step.stalled) pass.stall.stalled = *step.stalled;
  HookTurn turn{
      .step = step,
      .kind = pre ? Kind::kGlobalPreBackup : Kind::kGlobalPostBackup,
      .namespace_ = pass.sight.whole.session->metadata.namespace_,
      .job = std::move(job),
      .create = [this, &pass, which] { return create_hook_job(pass, which); }
  };
  HookNews news = co_await carry_out(context_, std::move(turn), pass.status.conditions, pass.sight.seen.now);
  if (!news.refused.empty()) {
    pass.stall.refused = std::move(news.refused);
    sooner(pass.look_again, pass.sight.seen.now + jobs::kRefusedDelay);
  }
  if (!news.failure.empty()) {
    pass.news.push_back({pre ? "PreBackupHookFailed" : "PostBackupHookFailed", std::move(news.failure), false});
  }
  co_return {};
}

Task<Result<void>> Controller::create_hook_job(Pass& pass, std::string_view which) {
  const backup::Sight& whole = pass.sight.whole;
  const BackupSession& session = *whole.session;
  if (!whole.configuration || whole.members.empty()) co_return fail(Code::kInvalid, "the BackupBatch is gone");
  hooks::Errand errand = backup::errand_without_audience(session, *whole.configuration);
  // Its Job knows one hook only.
  if (which == jobs::kPre) errand.post = errand.pre;
  errand.pre.reset();
  if (!errand.post) co_return fail(Code::kInvalid, fmt::format("spec.hooks has no {} hook any more", which));
  const HookStep pre = step_pre(pass.sight.seen);
  if (which == jobs::kPost && (has_failed(pre) || all_over(pass.sight.seen))) {
    const bool well = is_well(pass.sight.seen, pre, {});
    errand.facts.phase = well ? "Succeeded" : "Failed";
    if (!well) errand.facts.error = explain_end(pass.sight.seen, pre, {});
  }
  errand.facts.duration = hooks::duration_since(whole.seen.created, whole.seen.now);
  const jobs::Plan plan = hooks::post_plan(
      naming::batch_hook_job(session.metadata.name, which), schedule::snapshotter_account(*whole.members.front()),
      backup::job_labels(session, *whole.configuration), errand, which
  );
  const jobs::Owner owner{BackupSession::kResource, session.metadata};
  json::Value job = jobs::manifest(owner, plan, settings_.pods, *whole.configuration->spec.runtime_settings);
  const std::string version = co_await jobs::create(context_, session.metadata.uid, std::move(job));
  controller_.expect(pass.key, context_.stores.jobs, version);
  co_return {};
}

Task<Result<void>> Controller::finish(Pass& pass, const HookStep& pre, const HookStep& post) {
  backup::Sight& whole = pass.sight.whole;
  const bool well = is_well(pass.sight.seen, pre, post);
  for (std::size_t i = 0; i < pass.sight.seen.members.size(); ++i) {
    if (pass.sight.seen.members[i].over) continue;  // else its turn never came
    pass.status.snapstash->members[i].phase = Phase::kFailed;
    pass.status.targets[i].phase = api::BackupTargetStatus::Phase::kFailed;
  }
  backup::Decision decision{
      .step = backup::Step::kFinish,
      .reason = well ? "BackupSucceeded" : "BackupFailed",
      .message = explain_end(pass.sight.seen, pre, post)
  };
  if (whole.configuration) {
    backup::plan_history(context_.stores, whole, well ? history::Outcome::kSucceeded : history::Outcome::kFailed);
    if (whole.seen.to_forget) {
      auto cleaned = co_await backup::act(context_, settings_, whole, backup::CleanHistory{}).as_result();
      if (!cleaned && !backup::bears(whole, backup::CleanHistory{}, cleaned.error(), decision)) {
        co_return fail(std::move(cleaned).error());
      }
    }
  }
  backup::finish(whole, decision, well ? Phase::kSucceeded : Phase::kFailed, pass.status);
  std::string message = decision.message;
  if (pass.status.next_retry) message += fmt::format(" It is tried again at {}.", format_time(*pass.status.next_retry));
  pass.news.push_back({decision.reason, std::move(message), well});
  co_return {};
}

Task<Result<void>> Controller::write_status(Pass& pass) {
  const BackupSession& session = *pass.sight.whole.session;
  if (pass.status == session.status) co_return {};
  const auto written = co_await backup::write(context_, pass.sight.whole.session, pass.status).as_result();
  co_await controller_.wrote(pass.key, session.metadata.resource_version, written);
  backup::tell(context_, session, pass.news);
  co_return {};
}

}  // namespace snapstash::batch

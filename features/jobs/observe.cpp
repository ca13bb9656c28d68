#include "features/jobs/observe.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "features/jobs/report.hpp"
#include "features/naming/labels.hpp"

namespace snapstash::jobs {
namespace {

/// A new Job has no pod for a moment; only then is its silence worth a request.
constexpr std::chrono::seconds kPodGrace{15};

const api::StatusCondition* find(const std::vector<api::StatusCondition>& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, type, &api::StatusCondition::type);
  return found == conditions.end() ? nullptr : &*found;
}

bool holds(const std::vector<api::StatusCondition>& conditions, std::string_view type) {
  const auto* condition = find(conditions, type);
  return condition != nullptr && condition->status == "True";
}

std::string sentence(std::string_view reason, std::string_view message) {
  if (message.empty()) return std::string(reason);
  return reason.empty() ? std::string(message) : fmt::format("{}: {}", reason, message);
}

/// Why a container waits, when that is trouble: every pod waits for a moment while it is created.
std::string trouble_of(const api::ContainerWaiting& waiting) {
  if (waiting.reason.empty() || waiting.reason == "ContainerCreating" || waiting.reason == "PodInitializing") return "";
  return sentence(waiting.reason, waiting.message);
}

std::string trouble_of(const api::ContainerTerminated& terminated) {
  if (terminated.exit_code == 0) return "";
  const std::string reason = terminated.reason.empty() || terminated.reason == "Error"
                                 ? fmt::format("exit code {}", terminated.exit_code)
                                 : terminated.reason;
  const Report report = decode_report(terminated.message);
  if (report.errors.empty()) return sentence(reason, report.hooks.empty() ? terminated.message : "");
  return sentence(reason, fmt::format("PVC {}: {}", report.errors.begin()->first, report.errors.begin()->second));
}

std::string trouble_of(const api::Pod& pod) {
  if (!pod.status.reason.empty()) return sentence(pod.status.reason, pod.status.message);
  if (const auto* scheduled = find(pod.status.conditions, "PodScheduled");
      scheduled != nullptr && scheduled->status == "False") {
    return sentence(scheduled->reason, scheduled->message);
  }
  for (const api::Pod::ContainerStatus& container : pod.status.containers) {
    std::string trouble;
    if (container.state.waiting) trouble = trouble_of(*container.state.waiting);
    if (container.state.terminated) trouble = trouble_of(*container.state.terminated);
    if (!trouble.empty()) return trouble;
  }
  return "";
}

bool runs_a_hook(const api::Job& job) { return job.metadata.labels.contains(naming::kHook); }

Report report_of(const api::Pod& pod) {
  for (const api::Pod::ContainerStatus& container : pod.status.containers) {
    if (container.state.terminated) return decode_report(container.state.terminated->message);
  }
  return {};
}

/// The pod that was made last: the one whose state counts.
const api::Pod* latest(const std::vector<std::shared_ptr<const api::Pod>>& pods) {
  const api::Pod* newest = nullptr;
  for (const auto& pod : pods) {
    const auto order = [](const api::Pod& each) {
      return std::tie(each.metadata.creation_timestamp, each.metadata.name);
    };
    if (newest == nullptr || order(*newest) < order(*pod)) newest = pod.get();
  }
  return newest;
}

Task<Result<bool>> is_lost(const cluster::Context& context, std::string node) {
  auto found = co_await context.client.get<api::Node>({"", node}).as_result();
  if (!found) {
    if (found.error().is(Code::kNotFound)) co_return true;
    co_return fail(std::move(found).error());
  }
  co_return !holds(found->status.conditions, "Ready");
}

/// What the Job controller says of pods it may not create (quota, admission): only events tell.
Task<Result<std::string>> latest_warning(const cluster::Context& context, kube::ObjectMeta job) {
  kube::Selection about{
      .namespace_ = job.namespace_,
      .label_selector = "",
      .field_selector = fmt::format("involvedObject.uid={},type=Warning", job.uid)
  };
  const auto page = co_await context.client.list<api::CoreEvent>(std::move(about));
  if (page.items.empty()) co_return std::string();
  co_return sentence(page.items.back().reason, page.items.back().message);
}

}  // namespace

JobView view(const api::Job& job, const std::vector<std::shared_ptr<const api::Pod>>& pods) {
  JobView made{.name = job.metadata.name, .uid = job.metadata.uid};
  if (holds(job.status.conditions, "Complete")) made.state = JobView::State::kComplete;
  const api::Pod* pod = latest(pods);
  if (pod != nullptr) {
    made.trouble = trouble_of(*pod);
    Report report = report_of(*pod);
    made.errors = std::move(report.errors);
    made.hooks = std::move(report.hooks);
  }
  if (const auto* failed = find(job.status.conditions, "Failed"); failed != nullptr && failed->status == "True") {
    made.state = JobView::State::kFailed;
    // The pod's own words say more than "BackoffLimitExceeded".
    if (made.trouble.empty()) made.trouble = sentence(failed->reason, failed->message);
  }
  if (made.state == JobView::State::kComplete) made.trouble.clear();
  return made;
}

bool may_have_run(const api::Job& job, const std::vector<std::shared_ptr<const api::Pod>>& pods) {
  if (job.status.failed > 0) return true;
  return std::ranges::any_of(pods, [](const auto& pod) {
    if (pod->spec.node_name.empty()) return false;
    const auto waits = [](const api::Pod::ContainerStatus& each) { return each.state.waiting.has_value(); };
    return pod->status.containers.empty() || !std::ranges::all_of(pod->status.containers, waits);
  });
}

bool may_be_lost(const api::Pod& pod) {
  const bool ended = pod.status.phase == "Succeeded" || pod.status.phase == "Failed";
  if (ended || pod.spec.node_name.empty()) return false;
  const auto* ready = find(pod.status.conditions, "Ready");
  const bool deleted = pod.metadata.deletion_timestamp.has_value();
  return deleted || (pod.status.phase == "Running" && ready != nullptr && ready->status != "True");
}

std::vector<std::shared_ptr<const api::Job>> jobs_of(const cluster::Stores& stores, const std::string& owner_uid) {
  auto jobs = stores.jobs.find_by(cluster::kByOwner, owner_uid);
  std::erase_if(jobs, [](const auto& job) { return runs_a_hook(*job); });
  std::ranges::sort(jobs, [](const auto& a, const auto& b) {
    return std::tie(a->metadata.creation_timestamp, a->metadata.name) <
           std::tie(b->metadata.creation_timestamp, b->metadata.name);
  });
  return jobs;
}

bool is_of_member(const kube::ObjectMeta& metadata, std::string_view member) {
  const auto label = metadata.labels.find(naming::kMember);
  return label == metadata.labels.end() ? member.empty() : label->second == member;
}

std::shared_ptr<const api::Job> hook_job_of(
    const cluster::Stores& stores, const std::string& owner_uid, std::string_view hook, std::string_view member
) {
  for (auto& job : stores.jobs.find_by(cluster::kByOwner, owner_uid)) {
    const auto label = job->metadata.labels.find(naming::kHook);
    if (label != job->metadata.labels.end() && label->second == hook && is_of_member(job->metadata, member)) return job;
  }
  return nullptr;
}

Task<Result<bool>> may_have_run_now(const cluster::Context& context, std::shared_ptr<const api::Job> job) {
  kube::Selection ours{
      .namespace_ = job->metadata.namespace_,
      .label_selector = fmt::format("batch.kubernetes.io/controller-uid={}", job->metadata.uid),
      .field_selector = ""
  };
  auto page = co_await context.client.list<api::Pod>(std::move(ours));
  std::vector<std::shared_ptr<const api::Pod>> pods;
  for (api::Pod& pod : page.items) {
    // A node that does not answer may have started what it was given, and not be able to say so.
    const bool placed = !pod.spec.node_name.empty();
    const bool silent = placed ? co_await is_lost(context, pod.spec.node_name) : false;
    if (silent) co_return true;
    pods.push_back(std::make_shared<const api::Pod>(std::move(pod)));
  }
  co_return may_have_run(*job, pods);
}

Task<Result<JobView>> observe(const cluster::Context& context, std::shared_ptr<const api::Job> job) {
  const auto pods = context.stores.pods.find_by(cluster::kByOwner, job->metadata.uid);
  JobView made = view(*job, pods);
  if (made.state != JobView::State::kActive) co_return made;
  if (const api::Pod* pod = latest(pods); pod != nullptr) {
    if (may_be_lost(*pod)) made.node_lost = co_await is_lost(context, pod->spec.node_name);
    co_return made;
  }
  const auto created = job->metadata.creation_timestamp;
  if (created && context.clock.now() >= *created + kPodGrace) {
    made.trouble = co_await latest_warning(context, job->metadata);
  }
  made.silent = made.trouble.empty();
  co_return made;
}

}  // namespace snapstash::jobs

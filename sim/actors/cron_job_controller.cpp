#include "sim/actors/cron_job_controller.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/cron.hpp"
#include "sim/actors/cron_slots.hpp"

namespace snapstash::sim {
namespace {

bool is_complete(const StoredObject& job) { return has_condition(job, "Complete"); }
bool is_failed(const StoredObject& job) { return has_condition(job, "Failed"); }
bool is_active(const StoredObject& job) { return !is_complete(job) && !is_failed(job); }

std::string job_name(const StoredObject& cron_job, WallTime slot) {
  return fmt::format("{}-{}", cron_job.name(), unix_seconds(slot) / 60);
}

json::Value job_of(const StoredObject& cron_job, WallTime slot) {
  json::Object metadata{
      {"name", json::make_string(job_name(cron_job, slot))},
      {"namespace", json::make_string(cron_job.namespace_())},
      {"ownerReferences", json::Array{controller_reference(cron_job)}}
  };
  json::Object annotations;
  if (const auto* given = json::find_object(cron_job.value(), "/spec/jobTemplate/metadata/annotations")) {
    annotations = *given;
  }
  annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] = json::make_string(format_time(slot));
  metadata["annotations"] = std::move(annotations);
  if (const auto* labels = json::find_object(cron_job.value(), "/spec/jobTemplate/metadata/labels")) {
    metadata["labels"] = *labels;
  }
  return json::Object{
      {"apiVersion", "batch/v1"},
      {"kind", "Job"},
      {"metadata", std::move(metadata)},
      {"spec", *json::find(cron_job.value(), "/spec/jobTemplate/spec")}
  };
}

}  // namespace

void CronJobController::pass() {
  for (const ObjectPtr& each : cluster_.list(kinds::kCronJob)) sync(each);
}

CronJobController::Jobs CronJobController::jobs_of(const StoredObject& cron_job) const {
  Jobs jobs = cluster_.list(kinds::kJob, cron_job.namespace_());
  std::erase_if(jobs, [&](const ObjectPtr& job) { return controller_uid(*job) != cron_job.uid(); });
  return jobs;
}

void CronJobController::sync(const ObjectPtr& cron_job) {
  const json::Value& value = cron_job->value();
  const Jobs jobs = jobs_of(*cron_job);
  clean_history(*cron_job, jobs);
  write_status(*cron_job, jobs_of(*cron_job), std::nullopt);
  if (is_deleting(*cron_job) || is_true(value, "/spec/suspend")) return;
  const auto schedule = api::parse_cron(json::find_string(value, "/spec/schedule"));
  if (!schedule) return;
  const WallTime now = cluster_.wall();
  const auto last = parse_time(json::find_string(value, "/status/lastScheduleTime"));
  WallTime earliest = last.value_or(created_at(*cron_job));
  const std::int64_t deadline = number_at(value, "/spec/startingDeadlineSeconds", -1);
  if (deadline >= 0) earliest = std::max(earliest, now - std::chrono::seconds(deadline));
  if (const auto next = next_slot(*schedule, std::max(earliest, now))) wake_at(*next + std::chrono::milliseconds(100));
  const auto slot = last_slot(*schedule, earliest, now);
  if (!slot || slot == last) return;
  start(*cron_job, jobs_of(*cron_job), *slot);
}

void CronJobController::start(const StoredObject& cron_job, Jobs jobs, WallTime slot) {
  const std::string_view policy = json::find_string(cron_job.value(), "/spec/concurrencyPolicy");
  const bool any_active = std::ranges::any_of(jobs, [](const ObjectPtr& job) { return is_active(*job); });
  if (policy == "Forbid" && any_active) return;
  if (policy == "Replace") {
    for (const ObjectPtr& job : jobs) {
      if (is_active(*job) && !is_deleting(*job)) cluster_.remove(name_, *job);
    }
  }
  const auto response = cluster_.create(name_, kinds::kJob, job_of(cron_job, slot));
  // Our own of an earlier try counts; of somebody else's, the next pass will see no more.
  if (response.status >= 400 && response.status != 409) {
    wake_at(cluster_.executor.now() + std::chrono::seconds(10));
    return;
  }
  const ObjectPtr now = cluster_.find(kinds::kCronJob, cron_job.namespace_(), cron_job.name());
  if (now && now->uid() == cron_job.uid()) write_status(*now, jobs_of(*now), slot);
}

void CronJobController::clean_history(const StoredObject& cron_job, const Jobs& jobs) {
  const auto trim = [&](auto ended, std::int64_t limit) {
    Jobs over;
    std::ranges::copy_if(jobs, std::back_inserter(over), [&](const ObjectPtr& job) { return ended(*job); });
    std::ranges::sort(over, {}, [](const ObjectPtr& job) {
      return std::pair(json::find_string(job->value(), "/status/startTime"), std::string_view(job->name()));
    });
    const auto surplus = static_cast<std::int64_t>(over.size()) - limit;
    for (std::int64_t i = 0; i < surplus; ++i) {
      const StoredObject& job = *over[static_cast<std::size_t>(i)];
      if (!is_deleting(job)) cluster_.remove(name_, job);
    }
  };
  trim(is_complete, number_at(cron_job.value(), "/spec/successfulJobsHistoryLimit", 3));
  trim(is_failed, number_at(cron_job.value(), "/spec/failedJobsHistoryLimit", 1));
}

void CronJobController::write_status(const StoredObject& cron_job, const Jobs& jobs, std::optional<WallTime> slot) {
  json::Array active;
  std::string success(json::find_string(cron_job.value(), "/status/lastSuccessfulTime"));
  for (const ObjectPtr& job : jobs) {
    if (is_complete(*job)) {
      success = std::max(success, std::string(json::find_string(job->value(), "/status/completionTime")));
    }
    if (!is_active(*job)) continue;
    active.push_back(json::Object{
        {"apiVersion", "batch/v1"},
        {"kind", "Job"},
        {"namespace", json::make_string(job->namespace_())},
        {"name", json::make_string(job->name())},
        {"uid", json::make_string(job->uid())}
    });
  }
  const json::Value* status = json::find(cron_job.value(), "/status");
  json::Object wanted;
  wanted["active"] = active.empty() ? json::Value() : json::Value(std::move(active));
  if (slot) wanted["lastScheduleTime"] = json::make_string(format_time(*slot));
  if (!success.empty()) wanted["lastSuccessfulTime"] = json::make_string(success);
  const bool same = std::ranges::all_of(wanted, [&](const auto& item) {
    const json::Value* now = status == nullptr ? nullptr : json::find_key(*status, std::string_view(item.key()));
    return item.value().is_null() ? now == nullptr : now != nullptr && *now == item.value();
  });
  if (!same) cluster_.patch_status(name_, cron_job, std::move(wanted));
}

}  // namespace snapstash::sim

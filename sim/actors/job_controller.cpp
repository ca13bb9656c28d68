#include "sim/actors/job_controller.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kernel/kube/status.hpp"

namespace snapstash::sim {
namespace {

constexpr std::string_view kTracking = "batch.kubernetes.io/job-tracking";

json::Value text(std::string_view value) { return json::make_string(value); }

std::string_view phase_of(const StoredObject& pod) { return json::find_string(pod.value(), "/status/phase"); }
bool has_ended(const StoredObject& pod) { return phase_of(pod) == "Succeeded" || phase_of(pod) == "Failed"; }

/// Whether a rule of the Job's podFailurePolicy says that this failure is none.
bool is_ignored(const StoredObject& job, const StoredObject& pod) {
  const json::Array* rules = json::find_array(job.value(), "/spec/podFailurePolicy/rules");
  if (rules == nullptr) return false;
  return std::ranges::any_of(*rules, [&](const json::Value& rule) {
    const json::Array* conditions = json::find_array(rule, "/onPodConditions");
    if (json::find_string(rule, "/action") != "Ignore" || conditions == nullptr) return false;
    return std::ranges::any_of(*conditions, [&](const json::Value& wanted) {
      return has_condition(pod, json::find_string(wanted, "/type"));
    });
  });
}

json::Object condition(std::string_view type, std::string_view reason, std::string_view message, WallTime now) {
  return {
      {"type", text(type)},
      {"status", "True"},
      {"reason", text(reason)},
      {"message", text(message)},
      {"lastProbeTime", text(format_time(now))},
      {"lastTransitionTime", text(format_time(now))}
  };
}

json::Value pod_of(const StoredObject& job, std::string name) {
  json::Object metadata;
  if (const auto* given = json::find_object(job.value(), "/spec/template/metadata")) metadata = *given;
  json::Object labels;
  if (const auto* given = json::find_object(metadata, "/labels")) labels = *given;
  for (const std::string_view prefix : {"", "batch.kubernetes.io/"}) {
    labels[fmt::format("{}job-name", prefix)] = text(job.name());
    labels[fmt::format("{}controller-uid", prefix)] = text(job.uid());
  }
  metadata["labels"] = std::move(labels);
  metadata["name"] = text(name);
  metadata["namespace"] = text(job.namespace_());
  metadata["ownerReferences"] = json::Array{controller_reference(job)};
  metadata["finalizers"] = json::Array{text(kTracking)};
  return json::Object{
      {"apiVersion", "v1"},
      {"kind", "Pod"},
      {"metadata", std::move(metadata)},
      {"spec", *json::find(job.value(), "/spec/template/spec")}
  };
}

}  // namespace

void JobController::pass() {
  for (const ObjectPtr& each : cluster_.list(kinds::kJob)) sync(each);
  release_orphans();
}

/// Pods whose Job is gone: nobody will count them any more.
void JobController::release_orphans() {
  const auto jobs = cluster_.list(kinds::kJob);
  for (const ObjectPtr& pod : cluster_.list(kinds::kPod)) {
    if (!has_finalizer(*pod, kTracking)) continue;
    const std::string_view owner = controller_uid(*pod);
    const bool owned = std::ranges::any_of(jobs, [&](const ObjectPtr& job) { return job->uid() == owner; });
    if (!owned) cluster_.remove_finalizer(name_, *pod, kTracking);
  }
}

JobController::Pods JobController::pods_of(const StoredObject& job) const {
  Pods pods = cluster_.list(kinds::kPod, job.namespace_());
  std::erase_if(pods, [&](const ObjectPtr& pod) { return controller_uid(*pod) != job.uid(); });
  return pods;
}

JobController::Tally JobController::tally(const StoredObject& job, const Pods& pods) const {
  Tally tally;
  tally.succeeded = number_at(job.value(), "/status/succeeded", 0);
  tally.failed = number_at(job.value(), "/status/failed", 0);
  for (const ObjectPtr& pod : pods) {
    if (!has_ended(*pod)) {
      ++(is_deleting(*pod) ? tally.terminating : tally.active);
      continue;
    }
    if (!has_finalizer(*pod, kTracking)) continue;
    tally.uncounted.push_back(pod);
    if (phase_of(*pod) == "Succeeded") {
      ++tally.succeeded;
    } else if (!is_ignored(job, *pod)) {
      ++tally.failed;
    }
  }
  return tally;
}

void JobController::write_status(const StoredObject& job, json::Object status) {
  const json::Value* now = json::find(job.value(), "/status");
  const bool same = std::ranges::all_of(status, [&](const auto& item) {
    const json::Value* have = now == nullptr ? nullptr : json::find_key(*now, std::string_view(item.key()));
    return item.value().is_null() ? have == nullptr : have != nullptr && *have == item.value();
  });
  if (!same) cluster_.patch_status(name_, job, std::move(status));
}

void JobController::sync(const ObjectPtr& job) {
  if (has_condition(*job, "Complete") || has_condition(*job, "Failed")) return expire(*job);
  if (is_deleting(*job)) return;
  const WallTime now = cluster_.wall();
  const Pods pods = pods_of(*job);
  Tally counts = tally(*job, pods);
  json::Object status{{"ready", 0}};
  const auto count = [&](std::string_view key, std::int64_t value) {
    status[key] = value == 0 ? json::Value() : json::Value(value);
  };
  count("active", counts.active);
  count("terminating", counts.terminating);
  count("succeeded", counts.succeeded);
  count("failed", counts.failed);
  auto started = parse_time(json::find_string(job->value(), "/status/startTime"));
  const bool suspended = is_true(job->value(), "/spec/suspend");
  if (!started && !suspended) {
    started = now;
    status["startTime"] = text(format_time(now));
  }
  const std::int64_t limit = number_at(job->value(), "/spec/activeDeadlineSeconds", -1);
  const std::int64_t allowed = number_at(job->value(), "/spec/backoffLimit", 6);
  if (started && limit >= 0 && now - *started >= std::chrono::seconds(limit)) {
    return end(
        *job, pods, std::move(status),
        condition("Failed", "DeadlineExceeded", "Job was active longer than specified deadline", now)
    );
  }
  if (counts.failed > allowed) {
    return end(
        *job, pods, std::move(status),
        condition("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit", now)
    );
  }
  if (counts.succeeded >= number_at(job->value(), "/spec/completions", 1)) {
    status["completionTime"] = text(format_time(now));
    return end(
        *job, pods, std::move(status),
        condition("Complete", "CompletionsReached", "Reached expected number of succeeded pods", now)
    );
  }
  if (started && limit >= 0) wake_at(*started + std::chrono::seconds(limit));
  write_status(*job, std::move(status));
  for (const ObjectPtr& pod : counts.uncounted) cluster_.remove_finalizer(name_, *pod, kTracking);
  if (suspended) return remove_active(pods);
  manage(*job, counts);
}

void JobController::remove_active(const Pods& pods) {
  for (const ObjectPtr& pod : pods) {
    if (!has_ended(*pod) && !is_deleting(*pod)) cluster_.remove(name_, *pod);
  }
}

/// FailureTarget or SuccessCriteriaMet first; the Job has ended when no pod runs any more.
void JobController::end(const StoredObject& job, const Pods& pods, json::Object status, json::Object last) {
  json::Object first = last;
  first["type"] = json::find_string(last, "/type") == "Failed" ? "FailureTarget" : "SuccessCriteriaMet";
  const std::string_view type = json::as_view(first["type"]);
  json::Array conditions =
      has_condition(job, type) ? *json::find_array(job.value(), "/status/conditions") : with_condition(job, first);
  const bool running = std::ranges::any_of(pods, [](const ObjectPtr& pod) { return !has_ended(*pod); });
  if (running) {
    remove_active(pods);
    status.erase("completionTime");
  } else {
    conditions.emplace_back(std::move(last));
    backoff_.erase(job.uid());
  }
  status["conditions"] = std::move(conditions);
  write_status(job, std::move(status));
  for (const ObjectPtr& pod : pods) {
    if (has_ended(*pod)) cluster_.remove_finalizer(name_, *pod, kTracking);
  }
}

void JobController::manage(const StoredObject& job, const Tally& counts) {
  // With a podFailurePolicy a pod is replaced once it has ended; without, as soon as it is being deleted.
  const bool patient = json::find(job.value(), "/spec/podFailurePolicy") != nullptr;
  const std::int64_t there = counts.active + (patient ? counts.terminating : 0);
  if (there > 0) return;
  Backoff& backoff = backoff_[job.uid()];
  const MonoTime now = cluster_.executor.now();
  if (counts.failed > backoff.failures) {
    // 10 s, doubled with each failure, 10 minutes at most (DefaultJobPodFailureBackOff).
    const auto delay = std::min<Duration>(
        std::chrono::seconds(10) * (1LL << std::min<std::int64_t>(counts.failed - 1, 6)), std::chrono::minutes(10)
    );
    backoff = {counts.failed, now + std::chrono::duration_cast<MonoTime::duration>(delay)};
  }
  if (now < backoff.until) return wake_at(backoff.until);
  create_pod(job);
}

void JobController::create_pod(const StoredObject& job) {
  const std::string name = fmt::format("{}-{}", job.name(), cluster_.random.name_suffix());
  const auto response = cluster_.create(name_, kinds::kPod, pod_of(job, name));
  if (response.status < 400) return;
  cluster_.warn(name_, job, "FailedCreate", "Error creating: " + kube::error_of(response).message);
  Backoff& backoff = backoff_[job.uid()];
  backoff.until = cluster_.executor.now() + std::chrono::seconds(10);
  wake_at(backoff.until);
}

void JobController::expire(const StoredObject& job) {
  for (const ObjectPtr& pod : pods_of(job)) {
    if (has_ended(*pod)) cluster_.remove_finalizer(name_, *pod, kTracking);
  }
  const std::int64_t ttl = number_at(job.value(), "/spec/ttlSecondsAfterFinished", -1);
  if (ttl < 0 || is_deleting(job)) return;
  const json::Value* over = find_condition(job, has_condition(job, "Complete") ? "Complete" : "Failed");
  const auto ended = parse_time(json::find_string(*over, "/lastTransitionTime"));
  const WallTime due = ended.value_or(cluster_.wall()) + std::chrono::seconds(ttl);
  if (cluster_.wall() >= due) {
    cluster_.remove("ttl-after-finished-controller", job);
  } else {
    wake_at(due);
  }
}

}  // namespace snapstash::sim

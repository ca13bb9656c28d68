#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/cron.hpp"
#include "api/duration_rules.hpp"
#include "api/field_rules.hpp"
#include "api/validation.hpp"

namespace snapstash::api {

namespace {

void check_schedule(const std::string& schedule, Problems& problems) {
  if (schedule.empty()) {
    problems.push_back({"spec.schedule", std::string(kNoScheduleSentence)});
  } else if (auto parsed = parse_cron(schedule); !parsed) {
    problems.push_back({"spec.schedule", std::move(parsed).error().message});
  }
}

void check_ref(const TargetRef& ref, Problems& problems) {
  if (ref.kind.empty() || ref.name.empty()) {
    problems.push_back({"spec.target.ref", std::string(kNoRefSentence)});
    return;
  }
  const bool claim = ref.kind == "PersistentVolumeClaim";
  if (!claim && ref.kind != "Deployment" && ref.kind != "StatefulSet" && ref.kind != "DaemonSet") {
    problems.push_back(
        {"spec.target.ref.kind", fmt::format("unsupported target kind \"{}\": {}", ref.kind, kKindSentence)}
    );
    return;
  }
  if (!ref.api_version.empty() && ref.api_version != (claim ? "v1" : "apps/v1")) {
    problems.push_back({"spec.target.ref.apiVersion", fmt::format("\"{}\": {}", ref.api_version, kApiVersionSentence)});
  }
  check_object_name(ref.name, "spec.target.ref.name", problems);
}

void check_target(const std::optional<BackupTarget>& target, std::string_view own_namespace, Problems& problems) {
  if (!target) {
    problems.push_back({"spec.target", std::string(kNoTargetSentence)});
    return;
  }
  check_ref(target->ref, problems);
  check_same_namespace(target->ref, own_namespace, "spec.target.ref.namespace", problems);
  check_at_least(target->replicas, 1, "spec.target.replicas", problems);
  if (!target->snapshot_class_name.empty()) {
    check_object_name(target->snapshot_class_name, "spec.target.snapshotClassName", problems);
  }
}

void check_retention(const RetentionPolicy& policy, Problems& problems) {
  const std::array<std::pair<std::string_view, std::int64_t>, 6> numbers{{
      {"keepLast", policy.keep_last},
      {"keepHourly", policy.keep_hourly},
      {"keepDaily", policy.keep_daily},
      {"keepWeekly", policy.keep_weekly},
      {"keepMonthly", policy.keep_monthly},
      {"keepYearly", policy.keep_yearly},
  }};
  for (const auto& [name, number] : numbers) {
    check_at_least(number, 0, fmt::format("spec.retentionPolicy.{}", name), problems);
  }
}

// The IANA database itself is the CronJob's business: the API server knows it, a static binary does not.
bool is_zone_name(std::string_view zone) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return zone.find_first_not_of(kLetters) == std::string_view::npos && !zone.starts_with('/') && !zone.ends_with('/') &&
         zone.find("//") == std::string_view::npos && zone != "Local" && zone != "local";
}

void check_extensions(const SnapstashSettings& settings, Problems& problems) {
  if (!settings.time_zone.empty() && !is_zone_name(settings.time_zone)) {
    problems.push_back({"spec.snapstash.timeZone", fmt::format("\"{}\" {}", settings.time_zone, kTimeZoneSentence)});
  }
  check_at_least(settings.starting_deadline_seconds, 0, "spec.snapstash.startingDeadlineSeconds", problems);
  check_positive_duration(settings.cut_deadline, "spec.snapstash.cutDeadline", problems);
  check_positive_duration(settings.ready_deadline, "spec.snapstash.readyDeadline", problems);
  check_positive_duration(settings.hook_timeout, "spec.snapstash.hookTimeout", problems);
}

void check_hooks(const BackupHooks& hooks, Problems& problems) {
  if (hooks.pre_backup) check_handler(*hooks.pre_backup, "spec.hooks.preBackup", problems);
  if (hooks.post_backup) check_handler(*hooks.post_backup, "spec.hooks.postBackup", problems);
}

}  // namespace

Problems validate(const BackupConfiguration& configuration) {
  if (!is_ours(configuration)) return {{"spec.driver", std::string(kResticSentence)}};
  const auto& spec = configuration.spec;
  Problems problems;
  check_schedule(spec.schedule, problems);
  check_target(spec.target, configuration.metadata.namespace_, problems);
  check_retention(spec.retention_policy, problems);
  check_at_least(spec.backup_history_limit, 0, "spec.backupHistoryLimit", problems);
  check_positive_duration(spec.time_out, "spec.timeOut", problems);
  if (spec.retry_config) {
    check_at_least(spec.retry_config->max_retry, 0, "spec.retryConfig.maxRetry", problems);
    check_delay(spec.retry_config->delay, "spec.retryConfig.delay", problems);
  }
  check_hooks(*spec.hooks, problems);
  check_extensions(spec.snapstash, problems);
  return problems;
}

Problems validate_update(const BackupConfiguration& before, const BackupConfiguration& now) {
  if (now.metadata.deletion_timestamp || before.status.phase != BackupConfiguration::Phase::kReady) return {};
  if (before.spec.target == now.spec.target) return {};
  return {{"spec.target", std::string(kTargetFixedSentence)}};
}

}  // namespace snapstash::api

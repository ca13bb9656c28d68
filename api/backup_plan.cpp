#include "api/backup_plan.hpp"

#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "api/cron.hpp"
#include "api/field_rules.hpp"

namespace snapstash::api {

namespace {

void check_schedule(const std::string& schedule, Problems& problems) {
  if (schedule.empty()) {
    problems.push_back({"spec.schedule", std::string(kNoScheduleSentence)});
  } else if (auto parsed = parse_cron(schedule); !parsed) {
    problems.push_back({"spec.schedule", std::move(parsed).error().message});
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

}  // namespace

void check_plan(const BackupPlan& plan, Problems& problems) {
  check_schedule(plan.schedule, problems);
  check_retention(plan.retention_policy, problems);
  check_at_least(plan.backup_history_limit, 0, "spec.backupHistoryLimit", problems);
  check_positive_duration(plan.time_out, "spec.timeOut", problems);
  if (plan.retry_config) {
    check_at_least(plan.retry_config->max_retry, 0, "spec.retryConfig.maxRetry", problems);
    check_delay(plan.retry_config->delay, "spec.retryConfig.delay", problems);
  }
  check_extensions(plan.snapstash, problems);
}

void check_hooks(const BackupHooks& hooks, const std::string& field, Problems& problems) {
  if (hooks.pre_backup) check_handler(*hooks.pre_backup, field + ".preBackup", problems);
  if (hooks.post_backup) check_handler(*hooks.post_backup, field + ".postBackup", problems);
}

}  // namespace snapstash::api

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "api/cron.hpp"
#include "sim/admission/rule_parts.hpp"

/// After pkg/apis/batch/validation.
namespace snapstash::sim::rules {
namespace {

constexpr std::size_t kCronJobNameLength = 52;
constexpr std::array<std::string_view, 3> kConcurrencyPolicies{"Allow", "Forbid", "Replace"};
constexpr std::array<std::string_view, 2> kRestartPolicies{"OnFailure", "Never"};

void check_schedule(const Change& change) {
  const json::Value& schedule = change.at("/spec/schedule");
  const std::string_view text = change.text("/spec/schedule");
  if (text.empty()) {
    change.add(required("spec.schedule"));
    return;
  }
  if (text.contains("TZ")) {
    if (json::find_string(change.old_at("/spec"), "/schedule").contains("TZ")) return;
    change.add(
        invalid_value("spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    );
    return;
  }
  if (api::parse_cron(text)) return;
  change.add(invalid_value("spec.schedule", schedule, wrong_with_schedule(text)));
}

// Without a time zone database: the names of its areas, and its single names. A wrong city passes here.
bool is_known_zone(std::string_view zone) {
  constexpr auto kAreas = std::to_array<std::string_view>(
      {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile", "Etc",
       "Europe", "Indian", "Mexico", "Pacific", "US"}
  );
  constexpr auto kSingle =
      std::to_array<std::string_view>({"CET",    "EET", "EST", "GB",        "GMT", "HST", "Japan",
                                       "MET",    "MST", "NZ",  "PRC",       "ROC", "ROK", "Singapore",
                                       "Turkey", "UCT", "UTC", "Universal", "WET", "Zulu"});
  const std::size_t slash = zone.find('/');
  if (slash == std::string_view::npos) return std::ranges::find(kSingle, zone) != kSingle.end();
  return std::ranges::find(kAreas, zone.substr(0, slash)) != kAreas.end() && slash + 1 < zone.size();
}

void check_time_zone(const Change& change) {
  const json::Value& zone = change.at("/spec/timeZone");
  if (!zone.is_string() || (change.before != nullptr && zone == change.old_at("/spec/timeZone"))) return;
  const std::string_view text = json::as_view(zone);
  if (text.empty()) {
    change.add(invalid_value("spec.timeZone", zone, "timeZone must be nil or non-empty string"));
  } else if (text == "Local" || text == "local") {
    change.add(invalid_value(
        "spec.timeZone", zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
    ));
  } else if (!is_known_zone(text)) {
    change.add(invalid_value("spec.timeZone", zone, fmt::format("unknown time zone {}", text)));
  }
}

void check_failure_policy(const Change& change, const std::string& field) {
  const json::Array* rules = change.at(pointer_of(field + ".podFailurePolicy.rules")).if_array();
  if (rules == nullptr) return;
  for (std::size_t i = 0; i < rules->size(); ++i) {
    const json::Value& rule = (*rules)[i];
    const std::string at = fmt::format("{}.podFailurePolicy.rules[{}]", field, i);
    const bool codes = json::find(rule, "/onExitCodes") != nullptr;
    const json::Array* conditions = json::find_array(rule, "/onPodConditions");
    const bool has_conditions = conditions != nullptr && !conditions->empty();
    if (json::find_string(rule, "/action").empty()) {
      change.add(required(at + ".action", R"(valid values: ["Count" "FailIndex" "FailJob" "Ignore"])"));
    }
    if (codes && has_conditions) {
      change.add(
          {"FieldValueInvalid", at, "Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"}
      );
    }
    if (!codes && !has_conditions) {
      change.add(
          {"FieldValueInvalid", at, "Invalid value: specifying one of OnExitCodes and OnPodConditions is required"}
      );
    }
  }
}

void check_restart_policy(const Change& change, const std::string& field) {
  const std::string at = field + ".template.spec.restartPolicy";
  const json::Value& policy = change.at(pointer_of(at));
  const std::string_view text = policy.is_string() ? json::as_view(policy) : std::string_view();
  if (text.empty() || text == "Always") {
    change.add(required(at, R"(valid values: "OnFailure", "Never")"));
  } else if (std::ranges::find(kRestartPolicies, text) == kRestartPolicies.end()) {
    change.add(not_supported(at, policy, kRestartPolicies));
  } else if (text != "Never" && !change.at(pointer_of(field + ".podFailurePolicy")).is_null()) {
    change.add(invalid_value(at, policy, "only \"Never\" is supported when podFailurePolicy is specified"));
  }
}

void check_job_spec(const Change& change, const std::string& field) {
  for (const std::string_view number :
       {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"}) {
    check_not_negative(change, fmt::format("{}.{}", field, number));
  }
  check_failure_policy(change, field);
  const std::string pod = field + ".template";
  check_pod_template(change.at(pointer_of(pod)), pod, change.causes);
  check_restart_policy(change, field);
}

bool is_true(const json::Value& object, std::string_view condition) {
  const json::Array* conditions = json::find_array(object, "/status/conditions");
  return conditions != nullptr && std::ranges::any_of(*conditions, [&](const json::Value& each) {
           return json::find_string(each, "/type") == condition && json::find_string(each, "/status") == "True";
         });
}

void add_plain(const Change& change, std::string_view field, std::string_view sentence) {
  change.add({"FieldValueInvalid", std::string(field), fmt::format("Invalid value: {}", sentence)});
}

}  // namespace

void check_cron_job(const Change& change) {
  const json::Value& name = change.at("/metadata/name");
  if (change.before == nullptr && name.is_string() && name.get_string().size() > kCronJobNameLength) {
    change.add(invalid_value("metadata.name", name, "must be no more than 52 characters"));
  }
  check_schedule(change);
  check_not_negative(change, "spec.startingDeadlineSeconds");
  check_time_zone(change);
  const json::Value& policy = change.at("/spec/concurrencyPolicy");
  if (policy.is_string() &&
      std::ranges::find(kConcurrencyPolicies, json::as_view(policy)) == kConcurrencyPolicies.end()) {
    change.add(not_supported("spec.concurrencyPolicy", policy, kConcurrencyPolicies));
  }
  check_job_spec(change, "spec.jobTemplate.spec");
  check_not_negative(change, "spec.successfulJobsHistoryLimit");
  check_not_negative(change, "spec.failedJobsHistoryLimit");
}

void check_job(const Change& change) {
  check_job_spec(change, "spec");
  for (const std::string_view field :
       {"spec.completions", "spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy"}) {
    check_immutable(change, field);
  }
}

void check_job_status(const Change& change) {
  const bool complete = is_true(change.now, "Complete");
  const bool failed = is_true(change.now, "Failed");
  const bool finished = complete || failed;
  for (const std::string_view field : {"status.active", "status.succeeded", "status.failed"}) {
    check_not_negative(change, field);
  }
  if (complete && failed) add_plain(change, "status.conditions", "cannot set Complete=True and Failed=true conditions");
  if (!change.at("/status/completionTime").is_null() && !complete) {
    change.add(invalid_value(
        "status.completionTime", change.at("/status/completionTime"),
        "cannot set completionTime when there is no Complete=True condition"
    ));
  }
  if (complete && change.at("/status/completionTime").is_null()) {
    change.add(required("status.completionTime", "completionTime is required for Complete jobs"));
  }
  if (failed && !is_true(change.now, "FailureTarget")) {
    add_plain(change, "status.conditions", "cannot set Failed=True condition without the FailureTarget=true condition");
  }
  if (complete && !is_true(change.now, "SuccessCriteriaMet")) {
    add_plain(
        change, "status.conditions", "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"
    );
  }
  const json::Value& active = change.at("/status/active");
  if (finished && active.is_number() && active.to_number<double>() > 0) {
    change.add(invalid_value("status.active", active, "active>0 is invalid for finished job"));
  }
  if (finished && change.at("/status/startTime").is_null()) {
    change.add(required("status.startTime", "startTime is required for finished job"));
  }
  if (change.before == nullptr) return;
  for (const std::string_view condition : {"Failed", "Complete", "FailureTarget"}) {
    if (!is_true(*change.before, condition) || is_true(change.now, condition)) continue;
    add_plain(change, "status.conditions", fmt::format("cannot disable the terminal {}=True condition", condition));
  }
}

}  // namespace snapstash::sim::rules

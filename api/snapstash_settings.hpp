#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "api/duration_rules.hpp"
#include "kernel/base/text.hpp"
#include "kernel/json/fields.hpp"

namespace snapstash::api {

/// `spec.snapstash` of a BackupConfiguration: what Stash does not have.
struct SnapstashSettings {
  Text time_zone;
  std::optional<std::int64_t> starting_deadline_seconds;
  Text cut_deadline = "10m";
  Text ready_deadline = "24h";
  std::int32_t max_delete_percent = 50;
  enum class Retry { kAll, kFailedOnly };
  Retry retry = Retry::kAll;
  enum class HookPods { kAll, kFirstReady };
  HookPods hook_pods = HookPods::kAll;
  Text hook_timeout = "5m";
  friend bool operator==(const SnapstashSettings&, const SnapstashSettings&) = default;
};

inline constexpr std::string_view kTimeZoneSentence =
    "must be a name of the IANA time zone database such as Europe/Berlin or Etc/UTC";

}  // namespace snapstash::api

template <>
struct snapstash::json::EnumNames<snapstash::api::SnapstashSettings::Retry> {
  static constexpr std::array<std::string_view, 2> values{"All", "FailedOnly"};
};

template <>
struct snapstash::json::EnumNames<snapstash::api::SnapstashSettings::HookPods> {
  static constexpr std::array<std::string_view, 2> values{"All", "FirstReady"};
};

template <>
struct snapstash::json::Description<snapstash::api::SnapstashSettings> {
  using T = api::SnapstashSettings;
  static constexpr std::tuple fields{
      field(
          "timeZone", &T::time_zone,
          "Time zone of the schedule, as `Europe/Berlin`. Default: that of the cluster, usually UTC."
      )
          .max_length(64)
          .rule(
              "self.matches('^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$') && self.lowerAscii() != 'local'",
              api::kTimeZoneSentence
          ),
      field(
          "startingDeadlineSeconds", &T::starting_deadline_seconds,
          "How late a backup may start that was missed, because the cluster was down or the configuration paused. "
          "Default: any time."
      )
          .at_least(0),
      field(
          "cutDeadline", &T::cut_deadline,
          "How long a session waits for the storage to cut a snapshot (to fix its point in time) before it fails."
      )
          .default_value("10m")
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
      field(
          "readyDeadline", &T::ready_deadline,
          "How long a session waits for a cut snapshot to become ready to use (uploaded, if the storage does that) "
          "before it fails."
      )
          .default_value("24h")
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
      field(
          "maxDeletePercent", &T::max_delete_percent,
          "How many percent of a volume's snapshots may go at once. When the retention policy wants more of them gone "
          "(and more than one), nothing goes until that policy is approved by annotation. 100: never asks."
      )
          .default_value(50)
          .at_least(0)
          .at_most(100),
      field(
          "retry", &T::retry,
          "What a retry takes: `All` volumes again, so that they are of one point in time, or `FailedOnly`."
      )
          .default_value("All"),
      field(
          "hookPods", &T::hook_pods,
          "In which of the target's pods hooks run: in `All` that are running, or in the `FirstReady` by name."
      )
          .default_value("All"),
      field("hookTimeout", &T::hook_timeout, "How long each action of a hook may take before it counts as failed.")
          .default_value("5m")
          .max_length(api::kDurationLength)
          .rule(api::kDurationPositive, api::kDurationSentence),
  };
};

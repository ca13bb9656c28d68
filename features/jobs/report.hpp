#pragma once
#include <map>
#include <string>
#include <string_view>

/// What a Job's pod tells the operator: its termination message, JSON of at most 4096 bytes (the kubelet cuts there).
///
///     {"errors": {"<PVC>": "<sentence>", …}, "hooks": {"pre": "", "post": "<sentence>"}}
namespace snapstash::jobs {

struct Report {
  std::map<std::string, std::string> errors;  ///< Why a volume's object could not be created, by PVC.
  /// What became of the hooks kPre and kPost: "" = it ran well, otherwise why not; none = it has not been begun.
  std::map<std::string, std::string> hooks;
  friend bool operator==(const Report&, const Report&) = default;
};

inline constexpr std::string_view kPre = "pre", kPost = "post";

inline constexpr std::size_t kReportLimit = 4096;

/// Returns the message; sentences are shortened evenly until it fits, then entries left out from the end.
std::string encode_report(const Report& report);

/// Returns what a termination message says. One that is no report (a crash's last words) gives an empty Report.
Report decode_report(std::string_view message);

}  // namespace snapstash::jobs

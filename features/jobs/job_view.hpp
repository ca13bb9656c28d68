#pragma once
#include <chrono>
#include <map>
#include <string>

/// How a Job of ours stands, as its owner's decision sees it.
namespace snapstash::jobs {

/// How soon a Job that has no pod, and does not say why, is looked at again.
inline constexpr std::chrono::seconds kSilentJobDelay{20};

struct JobView {
  enum class State { kActive, kComplete, kFailed };
  std::string name, uid;
  State state = State::kActive;
  /// Why it does not do its work: its own condition, its pod's reason, or the event that says why there is no pod.
  std::string trouble;
  /// Its pod is on a node that does not answer: it will neither go on nor be replaced.
  bool node_lost = false;
  /// It has no pod yet, and nothing says why: its silence is to be looked into.
  bool silent = false;
  /// What its latest pod reported of single volumes, by PVC, and of hooks: `Report` in report.hpp.
  std::map<std::string, std::string> errors, hooks;
  friend bool operator==(const JobView&, const JobView&) = default;
};

}  // namespace snapstash::jobs

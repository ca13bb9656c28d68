#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/kube/condition.hpp"

/// A Job that the API server will not take, for now (quota, admission): how it is said, and when it is asked again.
namespace snapstash::jobs {

/// The reason of the condition Stalled, of what waits for such a Job.
inline constexpr std::string_view kRefused = "JobRefused";

/// How long after a refusal the API server is asked again.
inline constexpr std::chrono::seconds kRefusedDelay{30};

/// Returns the sentence that says so. Pure.
std::string explain_refusal(const Error& error);

/// Returns that sentence, kept where the user sees it: in the condition Stalled. "" = no Job is refused. Pure.
std::string refusal_in(const std::vector<kube::Condition>& conditions);

}  // namespace snapstash::jobs

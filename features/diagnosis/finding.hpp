#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "api/restore_session.hpp"
#include "kernel/kube/condition.hpp"

namespace snapstash::diagnosis {

/// One thing that is wrong: a sentence, and what to do about it ("" = the sentence says it).
struct Finding {
  std::string cause, remedy;
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Diagnosis {
  std::vector<Finding> findings;  ///< The cause first, then what else is wrong. None = nothing is.
  std::string well;               ///< How it stands when nothing is wrong.
};

/// How long everything may be silent before that is worth a word.
inline constexpr std::chrono::minutes kQuiet{2};

/// Returns "RestoreSession demo/back", or "member 0 of RestoreBatch demo/back" for a part of a batch. Pure.
std::string name_of(const api::RestoreSession& session);

/// Returns the condition's message, if the condition has that status; "" otherwise. Pure.
std::string message_of(
    const std::vector<kube::Condition>& conditions, std::string_view type, kube::ConditionStatus status
);

}  // namespace snapstash::diagnosis

#pragma once
#include <span>
#include <string>
#include <vector>

#include "features/retention/choose.hpp"

/// What one pass of retention does to the snapshots of one PVC, and how it says so. Pure.
namespace snapstash::retention {

/// The condition of a BackupSession that says what retention did, and some of its reasons.
inline constexpr std::string_view kCondition = "RetentionPolicyApplied";
inline constexpr std::string_view kApplying = "ApplyingRetentionPolicy";
inline constexpr std::string_view kApplied = "SuccessfullyAppliedRetentionPolicy";
inline constexpr std::string_view kBlocked = "RetentionBlocked";

/// When a pass stops and asks.
struct Breaker {
  std::int64_t percent = 50;  ///< Of a PVC's ready snapshots: more do not go at once. 100 = never asks.
  std::vector<std::string>
      approved;  ///< Policies (`describe`) that the user has approved, or that were applied before.
};

struct Plan {
  std::string pvc;
  std::vector<Choice> choices;  ///< Newest first.
  bool blocked = false;         ///< The breaker is open: nothing goes, whatever the choices say.

  /// Those that go now.
  std::vector<Snapshot> going() const;
  /// Those that would go if nothing held them back.
  std::vector<Snapshot> surplus() const;
};

/// A single snapshot may always go: that is what a schedule at work looks like. More of them together, and more than
/// the breaker's share, under a policy that has not been applied before, are what a mistake looks like: then nothing
/// goes until the user has approved that policy.
Plan plan(std::string pvc, const Policy& policy, std::vector<Snapshot> snapshots, const Breaker& breaker);

/// Returns a policy as "keepLast=3,keepDaily=7", "keepAll" for one that keeps everything.
std::string describe(const Policy& policy);

/// Says what goes of which PVC, with names, as far as they fit: "data: 1 of 4 snapshots goes (data-1700000000)".
/// Nothing goes: "Nothing to delete: 12 snapshots are kept."
std::string summary(std::span<const Plan> plans, bool dry_run);

/// Says what the breaker stopped, and the command that lets it happen.
/// `resource` and `name`: whose policy it is ("backupconfiguration").
std::string explain_blocked(
    std::span<const Plan> plans, const Policy& policy, std::string_view resource, std::string_view namespace_,
    std::string_view name
);

}  // namespace snapstash::retention

#include "features/retention/plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "features/naming/labels.hpp"
#include "kernel/base/mutant.hpp"

namespace snapstash::retention {
namespace {

/// Conditions hold 32 KiB; a few names say what the rest is like.
constexpr std::size_t kNames = 10;

bool is_tripped(const Policy& policy, const std::vector<Choice>& choices, const Breaker& breaker) {
  const bool approved = std::ranges::find(breaker.approved, describe(policy)) != breaker.approved.end();
  if (approved || is_mutant("weld-the-breaker")) return false;
  std::int64_t ready = 0, going = 0;
  for (const Choice& choice : choices) {
    if (!choice.snapshot.ready) continue;
    ++ready;
    if (!choice.keep()) ++going;
  }
  return going > 1 && going * 100 > ready * breaker.percent;
}

std::string names_of(const std::vector<Snapshot>& snapshots) {
  std::string text;
  for (std::size_t i = 0; i < std::min(snapshots.size(), kNames); ++i) {
    if (i > 0) text += ", ";
    text += snapshots[i].name;
  }
  if (snapshots.size() > kNames) text += fmt::format(" and {} more", snapshots.size() - kNames);
  return text;
}

std::string count_of(const Plan& plan) {
  const auto surplus = plan.surplus().size();
  return fmt::format(
      "{} of {} snapshot{} of {}", surplus, plan.choices.size(), plan.choices.size() == 1 ? "" : "s", plan.pvc
  );
}

}  // namespace

std::vector<Snapshot> Plan::going() const { return blocked ? std::vector<Snapshot>() : surplus(); }

std::vector<Snapshot> Plan::surplus() const {
  std::vector<Snapshot> gone;
  for (const Choice& choice : choices) {
    if (!choice.keep()) gone.push_back(choice.snapshot);
  }
  return gone;
}

Plan plan(std::string pvc, const Policy& policy, std::vector<Snapshot> snapshots, const Breaker& breaker) {
  Plan made{.pvc = std::move(pvc), .choices = choose(policy, std::move(snapshots))};
  made.blocked = is_tripped(policy, made.choices, breaker);
  return made;
}

std::string describe(const Policy& policy) {
  std::string text;
  const auto add = [&text](std::string_view name, std::int64_t count) {
    if (count > 0) text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, count);
  };
  add("keepLast", policy.last);
  add("keepHourly", policy.hourly);
  add("keepDaily", policy.daily);
  add("keepWeekly", policy.weekly);
  add("keepMonthly", policy.monthly);
  add("keepYearly", policy.yearly);
  return text.empty() ? "keepAll" : text;
}

std::string summary(std::span<const Plan> plans, bool dry_run) {
  std::string text;
  std::size_t kept = 0;
  for (const Plan& plan : plans) {
    const auto surplus = plan.surplus();
    kept += plan.choices.size() - surplus.size();
    if (surplus.empty() || plan.blocked) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", count_of(plan), names_of(surplus));
  }
  if (text.empty()) return fmt::format("Nothing to delete: {} snapshot{} kept.", kept, kept == 1 ? " is" : "s are");
  return fmt::format("{} {}.", dry_run ? "Would delete" : "Deletes", text);
}

std::string explain_blocked(
    std::span<const Plan> plans, const Policy& policy, std::string_view resource, std::string_view namespace_,
    std::string_view name
) {
  std::string text;
  for (const Plan& plan : plans) {
    if (plan.blocked) text += fmt::format("{}{}", text.empty() ? "" : ", ", count_of(plan));
  }
  return fmt::format(
      "The retention policy would delete {} at once, so nothing of that is deleted. If that is what you want: "
      "kubectl annotate {} -n {} {} --overwrite {}={}",
      text, resource, namespace_, name, naming::kApproveRetention, describe(policy)
  );
}

}  // namespace snapstash::retention

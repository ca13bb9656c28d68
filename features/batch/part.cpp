#include "features/batch/part.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "features/batch/summary.hpp"
#include "features/retention/plan.hpp"

namespace snapstash::batch {
namespace {

using api::BackupSession;
using api::MemberProgress;
using kube::Condition;
using kube::ConditionStatus;

/// Conditions of a part that stand with its target.
constexpr std::array<Weighed, 3> kKept{
    {{retention::kCondition, {ConditionStatus::kFalse, ConditionStatus::kUnknown, ConditionStatus::kTrue}},
     kStalled,
     kDeadlineExceeded}
};

bool is_kept(const Condition& condition) {
  return std::ranges::any_of(kKept, [&](const Weighed& kept) { return condition.type == kept.type; });
}

std::vector<Voice> voices_of(const std::vector<api::BackupTargetStatus>& targets) {
  std::vector<Voice> all;
  all.reserve(targets.size());
  for (const auto& target : targets) {
    all.push_back({fmt::format("{} {}", target.ref.kind, target.ref.name), target.conditions});
  }
  return all;
}

}  // namespace

std::shared_ptr<const BackupSession> part_of(
    const BackupSession& session, std::size_t member, std::optional<WallTime> now
) {
  auto part = std::make_shared<BackupSession>();
  part->metadata = session.metadata;
  part->spec = session.spec;
  part->part = {.member = static_cast<std::int32_t>(member), .began = {}};
  part->status.session_deadline = session.status.session_deadline;
  if (member < session.status.targets.size()) {
    api::BackupTargetStatus target = session.status.targets[member];
    auto& conditions = target.conditions;
    std::ranges::copy_if(conditions, std::back_inserter(part->status.conditions), is_kept);
    std::erase_if(conditions, is_kept);
    part->status.targets.push_back(std::move(target));
  }
  const auto& record = session.status.snapstash;
  if (record && member < record->members.size()) {
    const MemberProgress& progress = record->members[member];
    part->status.phase = progress.phase;
    part->part->began = progress.began;
    static_cast<api::SessionProgress&>(part->status.snapstash.emplace()) = progress;
  }
  if (!part->part->began) part->part->began = now;
  return part;
}

BackupSession::Status left_out(const api::TargetRef& ref) {
  BackupSession::Status status;
  status.phase = BackupSession::Phase::kSucceeded;
  status.targets.push_back(
      {.ref = ref, .total_hosts = 0, .phase = api::BackupTargetStatus::Phase::kSucceeded, .stats = {}}
  );
  return status;
}

void put_back(
    const BackupSession::Status& part, std::size_t member, std::optional<WallTime> began, BackupSession::Status& whole
) {
  if (!whole.snapstash) whole.snapstash.emplace();
  auto& members = whole.snapstash->members;
  if (members.size() <= member) members.resize(member + 1);
  if (whole.targets.size() <= member) whole.targets.resize(member + 1);
  MemberProgress& progress = members[member];
  if (part.snapstash) static_cast<api::SessionProgress&>(progress) = *part.snapstash;
  progress.phase = part.phase;
  progress.began = began;
  if (!part.targets.empty()) whole.targets[member] = part.targets.front();
  auto& conditions = whole.targets[member].conditions;
  std::ranges::copy_if(part.conditions, std::back_inserter(conditions), is_kept);
  if (part.session_deadline) whole.session_deadline = part.session_deadline;
}

void sum_up(BackupSession::Status& whole, WallTime now) {
  if (!whole.snapstash) return;
  api::SessionRecord& record = *whole.snapstash;
  record.ready_snapshots = record.total_snapshots = record.attempts = 0;
  std::optional<WallTime> cut;
  bool all_cut = !record.members.empty();
  for (const MemberProgress& each : record.members) {
    record.ready_snapshots += each.ready_snapshots;
    record.total_snapshots += each.total_snapshots;
    record.attempts = std::max(record.attempts, each.attempts);
    all_cut = all_cut && (each.all_cut_at || (api::is_finished(each.phase) && each.total_snapshots == 0));
    if (each.all_cut_at) cut = std::max(cut.value_or(WallTime{}), *each.all_cut_at);
    if (!each.retention_policy.empty()) record.retention_policy = each.retention_policy;
  }
  if (all_cut) record.all_cut_at = cut;
  record.ready = fmt::format("{}/{}", record.ready_snapshots, record.total_snapshots);
  const auto voices = voices_of(whole.targets);
  for (const Weighed& kept : kKept) {
    if (auto condition = summary(voices, kept, now)) set_condition(whole.conditions, *std::move(condition));
  }
}

}  // namespace snapstash::batch

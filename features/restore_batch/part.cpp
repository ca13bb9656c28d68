#include "features/restore_batch/part.hpp"

#include <fmt/format.h>

#include "features/batch/summary.hpp"
#include "features/restore/decide.hpp"

namespace snapstash::restore_batch {
namespace {

using api::RestoreBatch;
using api::RestoreSession;
using MemberPhase = RestoreBatch::MemberPhase;
using Phase = RestoreSession::Phase;

std::optional<Phase> to_phase(std::optional<MemberPhase> phase) {
  if (!phase) return std::nullopt;
  switch (*phase) {
    case MemberPhase::kPending: return Phase::kPending;
    case MemberPhase::kSucceeded: return Phase::kSucceeded;
    case MemberPhase::kRunning: return Phase::kRunning;
    case MemberPhase::kUnknown: return Phase::kUnknown;
    case MemberPhase::kFailed: break;
  }
  return Phase::kFailed;
}

std::optional<MemberPhase> from_phase(std::optional<Phase> phase) {
  if (!phase) return std::nullopt;
  switch (*phase) {
    case Phase::kPending: return MemberPhase::kPending;
    case Phase::kSucceeded: return MemberPhase::kSucceeded;
    case Phase::kRunning: return MemberPhase::kRunning;
    case Phase::kUnknown: return MemberPhase::kUnknown;
    case Phase::kFailed:
    case Phase::kInvalid: break;
  }
  return MemberPhase::kFailed;
}

RestoreSession::Spec spec_of(const RestoreBatch& batch, const RestoreBatch::Member& member) {
  RestoreSession::Spec spec;
  spec.driver = batch.spec.driver;
  spec.target = member.target;
  spec.time_out = batch.spec.time_out;
  spec.hooks = *member.hooks;
  spec.runtime_settings = member.runtime_settings;
  return spec;
}

}  // namespace

std::shared_ptr<const RestoreSession> part_of(const RestoreBatch& batch, std::size_t member, WallTime now) {
  auto part = std::make_shared<RestoreSession>();
  part->metadata = batch.metadata;
  part->spec = spec_of(batch, batch.spec.members.at(member));
  part->part = {.member = static_cast<std::int32_t>(member), .began = now};
  part->status.session_deadline = batch.status.session_deadline;
  if (member < batch.status.members.size()) {
    const RestoreBatch::MemberStatus& known = batch.status.members[member];
    part->status.phase = to_phase(known.phase);
    part->status.total_hosts = known.total_hosts;
    part->status.stats = known.stats;
    part->status.conditions = known.conditions;
  }
  const auto& record = batch.status.snapstash;
  if (record && member < record->members.size()) part->part->began = record->members[member].began.value_or(now);
  return part;
}

void put_back(const RestoreSession& part, const RestoreSession::Status& status, RestoreBatch::Status& whole) {
  const auto member = static_cast<std::size_t>(part.part->member);
  RestoreBatch::MemberStatus& to = whole.members.at(member);
  to.phase = from_phase(status.phase);
  to.total_hosts = status.total_hosts;
  to.stats = status.stats;
  to.conditions = status.conditions;
  whole.snapstash->members.at(member).began = part.part->began;
  if (status.session_deadline) whole.session_deadline = status.session_deadline;
}

void lay_out(const RestoreBatch& batch, RestoreBatch::Status& whole) {
  const std::size_t count = batch.spec.members.size();
  if (!whole.snapstash) whole.snapstash.emplace();
  whole.snapstash->members.resize(count);
  whole.members.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (whole.members[i].phase) continue;
    const auto& target = batch.spec.members[i].target;
    whole.members[i].phase = MemberPhase::kPending;
    if (!target || !target->ref || target->ref->name.empty()) continue;
    whole.members[i].ref = *target->ref;
    if (whole.members[i].ref.namespace_.empty()) whole.members[i].ref.namespace_ = batch.metadata.namespace_;
  }
}

void sum_up(RestoreBatch::Status& whole, WallTime now) {
  std::vector<batch::Voice> voices;
  voices.reserve(whole.members.size());
  for (std::size_t i = 0; i < whole.members.size(); ++i) {
    voices.push_back({name_of(whole.members[i], i), whole.members[i].conditions});
  }
  for (const batch::Weighed& kept : {batch::kStalled, batch::kDeadlineExceeded}) {
    if (auto condition = batch::summary(voices, kept, now))
      kube::set_condition(whole.conditions, *std::move(condition));
  }
}

std::string name_of(const RestoreBatch::MemberStatus& status, std::size_t member) {
  if (status.ref.name.empty()) return fmt::format("member {}", member);
  return fmt::format("{} {}", status.ref.kind, status.ref.name);
}

std::optional<WallTime> second_look(const RestoreBatch::Status& whole, std::size_t member) {
  if (!whole.snapstash || member >= whole.snapstash->members.size() || member >= whole.members.size()) return {};
  const RestoreBatch::MemberStatus& status = whole.members[member];
  const auto& began = whole.snapstash->members[member].began;
  // Pending is one that looks again, and one whose target is missing.
  const bool no_target = kube::has_condition(status.conditions, "RestoreTargetFound", kube::ConditionStatus::kFalse);
  if (!began || status.phase != MemberPhase::kPending || no_target) return {};
  return *began + restore::kSecondLook;
}

bool is_over(std::optional<MemberPhase> phase) {
  return phase == MemberPhase::kSucceeded || phase == MemberPhase::kFailed || phase == MemberPhase::kUnknown;
}

}  // namespace snapstash::restore_batch

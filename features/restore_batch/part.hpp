#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "api/restore_batch.hpp"

/// A RestoreBatch has one status for all of its members. Each member's part of it is driven as a RestoreSession of its
/// own: cut out, decided, and put back. Pure.
namespace snapstash::restore_batch {

/// Returns one member's part of the batch, which begins `now` if its turn has not come before. `member` <
/// spec.members.size().
std::shared_ptr<const api::RestoreSession> part_of(const api::RestoreBatch& batch, std::size_t member, WallTime now);

/// Puts the status of a part back into that of the whole, where the member stands already.
void put_back(
    const api::RestoreSession& part, const api::RestoreSession::Status& status, api::RestoreBatch::Status& whole
);

/// Makes room for every member: those that the status does not know yet are Pending.
void lay_out(const api::RestoreBatch& batch, api::RestoreBatch::Status& whole);

/// Puts together what the whole batch says of its parts: their conditions at the top.
void sum_up(api::RestoreBatch::Status& whole, WallTime now);

/// How people call a member: "Deployment web", or "member 1" (counted from 0) when it names no object.
std::string name_of(const api::RestoreBatch::MemberStatus& status, std::size_t member);

/// When a member that has found something in the way looks again; nothing when it does not wait for that. Until then
/// there is nothing new to ask, however often the other members' progress wakes the batch.
std::optional<WallTime> second_look(const api::RestoreBatch::Status& whole, std::size_t member);

/// Whether a member of that phase has come to its end, as far as the batch waits for it.
bool is_over(std::optional<api::RestoreBatch::MemberPhase> phase);

}  // namespace snapstash::restore_batch

#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "features/batch/decide.hpp"
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"

/// Carries out what was decided of a batch's own hooks, and writes it down.
namespace snapstash::batch {

/// One of them, in one pass.
struct HookTurn {
  HookStep step;
  hooks::Kind kind = hooks::Kind::kGlobalPreBackup;
  std::string namespace_;
  std::optional<jobs::JobView> job;            ///< What runs it.
  std::function<Task<Result<void>>()> create;  ///< Creates that.
};

/// Why Jobs of the batch's own hooks get nowhere: the API server will not take them, or they cannot do their work.
struct Stall {
  std::string refused, stalled;
};

/// What a pass has learnt of a hook.
struct HookNews {
  std::string refused;  ///< Why the API server would not take its Job; "" = it was not asked, or did.
  std::string failure;  ///< It has just become known that it failed: the sentence. "" = it has not.
};

/// Creates or deletes the hook's Job, as decided, and sets its condition. Errors: those of the requests, but for a Job
/// that is refused.
Task<Result<HookNews>> carry_out(
    const cluster::Context& context, HookTurn turn, std::vector<kube::Condition>& conditions, WallTime now
);

/// Sets the condition Stalled of the whole, beside what the members say of themselves. `theirs`: one of them stands
/// still. Returns whether it is news that a hook does. Pure.
bool note_stall(const Stall& stall, bool theirs, std::vector<kube::Condition>& conditions, WallTime now);

/// Makes `when` the earlier of the two, where the other is a time. Pure.
void sooner(std::optional<WallTime>& when, std::optional<WallTime> candidate);

}  // namespace snapstash::batch

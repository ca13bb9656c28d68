#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/claim_template.hpp"
#include "api/problem.hpp"
#include "api/restore_session.hpp"
#include "features/cluster/context.hpp"
#include "features/restore/decide.hpp"
#include "features/restore/obstacle.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::restore {

/// An observation, and the objects it was made from.
struct Sight {
  std::shared_ptr<const api::RestoreSession> session;
  std::vector<api::ClaimTemplate> wanted;  ///< Resolved templates, one per claim of `seen`, in its order.
  Observation seen;
};

/// Looks at everything that decides what becomes of a session. VolumeSnapshots and their contents are asked for, and
/// only before the session has started; everything else is in the stores, but for three rare doubts that a request
/// settles: a PVC that the store may not show yet, a Job that is in trouble, a PVC that is slow to be bound.
/// Errors: those of the requests, by code.
Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const api::RestoreSession> session);

/// Since when a restore is at work: its creation; of a batch's member, since its turn came. Pure.
WallTime began_at(const api::RestoreSession& session);

/// When a restore fails if it has not finished: its timeOut after its creation (a batch's, where it is a member), or
/// kDefaultDeadline after it began. Pure.
WallTime deadline_of(const api::RestoreSession& session);

/// A target of a kind whose objects nobody here sees would be waited for in vain: adds that to `problems`. Pure.
void check_watched(const std::optional<api::RestoreTarget>& target, const std::string& field, api::Problems& problems);

/// What a PVC means to the session of that UID. Pure.
ClaimView view(
    const api::PersistentVolumeClaim& claim, const std::string& restore_uid, const Request& request,
    const Classes& classes
);

/// Whether the UID of a RestoreSession is in the object's label. Pure.
bool is_made_by(const kube::ObjectMeta& metadata, const std::string& restore_uid);

/// Whether the class that a claim gets binds it when a pod first uses it. Pure.
bool waits_for_consumer(const std::optional<std::string>& class_name, const Classes& classes);

}  // namespace snapstash::restore

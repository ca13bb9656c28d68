#pragma once
#include <memory>
#include <string>

#include "api/restore_batch.hpp"
#include "features/batch/decide.hpp"
#include "features/cluster/context.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::restore_batch {

/// A batch, and what decides over it as a whole: whose turn it is, its own hooks, its end.
struct Sight {
  std::shared_ptr<const api::RestoreBatch> batch;
  std::string invalid;  ///< What is wrong with the spec of one that has not begun; "" = nothing.
  batch::Observation seen;
};

/// Looks at that. From the stores; asks the API server only about Jobs of the batch's own hooks that are in trouble.
/// Errors: those of the requests.
Task<Result<Sight>> observe(const cluster::Context& context, std::shared_ptr<const api::RestoreBatch> batch);

/// How a member stands, by its status. Pure.
batch::Member view_of(const api::RestoreBatch::MemberStatus& status, bool begun);

}  // namespace snapstash::restore_batch

#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/cluster/jobs.hpp"
#include "features/cluster/context.hpp"
#include "features/jobs/job_view.hpp"
#include "kernel/base/task.hpp"

namespace snapstash::jobs {

/// Returns how a Job stands, from it and its pods. Pure. `node_lost` stays false: see `observe`.
JobView view(const api::Job& job, const std::vector<std::shared_ptr<const api::Pod>>& pods);

/// Whether a pod of the Job may have begun its work: all but those that have no node, or whose container still waits.
/// Pure.
bool may_have_run(const api::Job& job, const std::vector<std::shared_ptr<const api::Pod>>& pods);

/// The same, asked of the API server. A pod on a node that is not ready may have run. Errors: those of the requests.
Task<Result<bool>> may_have_run_now(const cluster::Context& context, std::shared_ptr<const api::Job> job);

/// Whether a pod's node may have gone: it was running, is not ready, and its container has not ended.
bool may_be_lost(const api::Pod& pod);

/// Returns the Jobs that an object controls, in the order of their attempts (the oldest first); not those that only run
/// a hook.
std::vector<std::shared_ptr<const api::Job>> jobs_of(const cluster::Stores& stores, const std::string& owner_uid);

/// Whether a Job was made for that member of a batch; "" = for none. Pure.
bool is_of_member(const kube::ObjectMeta& metadata, std::string_view member);

/// Returns the Job that does nothing but run that hook ("pre", "post") of the object that controls it, and of that
/// member of it ("" = its own), or nullptr.
std::shared_ptr<const api::Job> hook_job_of(
    const cluster::Stores& stores, const std::string& owner_uid, std::string_view hook, std::string_view member = ""
);

/// As `view`, and asks the API server what no watch shows: whether the node of a silent pod is lost, and, for a Job
/// that has no pod, the event that says why. At most two requests, and none for a Job that is well. Errors: those of
/// the requests, by code.
Task<Result<JobView>> observe(const cluster::Context& context, std::shared_ptr<const api::Job> job);

}  // namespace snapstash::jobs

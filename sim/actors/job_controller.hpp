#pragma once
#include <map>

#include "sim/actors/actor.hpp"

namespace snapstash::sim {

/// kube-controller-manager's Job controller (pkg/controller/job), for Jobs that are NonIndexed with one completion, and
/// the TTL controller. Pods are counted under the tracking finalizer, as there; what is left out is the list
/// `uncountedTerminatedPods`, since nothing can happen here between counting and writing. Of podFailurePolicy it knows
/// `Ignore` with onPodConditions.
class JobController final : public Actor {
 public:
  explicit JobController(Cluster cluster, Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(200)})
      : Actor(cluster, "job-controller", pace, {kinds::kJob, kinds::kPod, kinds::kServiceAccount}) {}

 private:
  using Pods = std::vector<ObjectPtr>;
  struct Tally {
    std::int64_t active = 0, terminating = 0, succeeded = 0, failed = 0;
    Pods uncounted;  ///< Ended, and not yet in the Job's status.
  };
  struct Backoff {
    std::int64_t failures = 0;
    MonoTime until{};
  };

  void pass() override;
  void sync(const ObjectPtr& job);
  void release_orphans();
  Tally tally(const StoredObject& job, const Pods& pods) const;
  void end(const StoredObject& job, const Pods& pods, json::Object status, json::Object condition);
  void manage(const StoredObject& job, const Tally& tally);
  void create_pod(const StoredObject& job);
  void expire(const StoredObject& job);
  Pods pods_of(const StoredObject& job) const;
  void write_status(const StoredObject& job, json::Object status);
  void remove_active(const Pods& pods);

  std::map<std::string, Backoff> backoff_;  // by the Job's UID
};

}  // namespace snapstash::sim

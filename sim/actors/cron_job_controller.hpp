#pragma once
#include "sim/actors/actor.hpp"

namespace snapstash::sim {

/// kube-controller-manager's CronJob controller (pkg/controller/cronjob, syncCronJob). Left out: time zones other than
/// UTC, and the limit of 100 missed slots.
class CronJobController final : public Actor {
 public:
  explicit CronJobController(
      Cluster cluster, Pace pace = {std::chrono::milliseconds(5), std::chrono::milliseconds(300)}
  )
      : Actor(cluster, "cronjob-controller", pace, {kinds::kCronJob, kinds::kJob}) {}

 private:
  using Jobs = std::vector<ObjectPtr>;
  void pass() override;
  void sync(const ObjectPtr& cron_job);
  void start(const StoredObject& cron_job, Jobs jobs, WallTime slot);
  void clean_history(const StoredObject& cron_job, const Jobs& jobs);
  void write_status(const StoredObject& cron_job, const Jobs& jobs, std::optional<WallTime> slot);
  Jobs jobs_of(const StoredObject& cron_job) const;
};

}  // namespace snapstash::sim

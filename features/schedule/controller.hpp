#pragma once
#include <map>
#include <string>
#include <vector>

#include "features/cluster/context.hpp"
#include "features/schedule/decide.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::schedule {

/// Keeps CronJob, accounts and bindings of every BackupConfiguration, or of every BackupBatch (`Kind`), as they should
/// be, and its status true. Everything it is given must outlive it.
template <class Kind>
class Controller {
 public:
  Controller(cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency);

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one object one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  /// The object, and how it is looked at.
  struct Subject {
    std::shared_ptr<const Kind> object;
    std::shared_ptr<const api::BackupConfiguration> plan;
    Members members;  ///< Of a batch.
    std::string key;
  };

  Observation observe(const Subject& subject, const std::vector<Manifest>& wanted) const;
  std::vector<std::optional<std::uint64_t>> live(const std::vector<Manifest>& wanted) const;
  void note_silence(const std::string& key, Observation& seen);
  /// Whether the API server still has this very object.
  Task<Result<bool>> still_exists(Subject subject) const;
  Task<Result<void>> take_back_hooks(Subject subject, std::shared_ptr<const api::BackupConfiguration> plan);
  Task<Result<std::string>> trigger_trouble(std::string key) const;
  /// Applies all; returns each object's fingerprint as the server now has it.
  Task<Result<std::vector<std::optional<std::uint64_t>>>> apply(std::vector<Manifest> wanted, Subject subject);
  Task<Result<json::Value>> apply_one(const Manifest& manifest, Subject subject);
  Task<Result<void>> write_status(Subject subject, Observation seen, std::optional<Applied> applied);
  Task<Result<void>> drop_finalizer(Subject subject);

  cluster::Context context_;
  Settings settings_;
  runtime::Controller controller_;
  std::map<std::string, WallTime> silent_;  ///< Objects whose slots bring no session, and since which slot.
};

extern template class Controller<api::BackupConfiguration>;
extern template class Controller<api::BackupBatch>;

}  // namespace snapstash::schedule

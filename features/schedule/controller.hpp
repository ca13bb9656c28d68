#pragma once
#include <map>
#include <string>
#include <vector>

#include "features/cluster/context.hpp"
#include "features/schedule/decide.hpp"
#include "kernel/runtime/controller.hpp"

namespace snapstash::schedule {

/// Keeps CronJob, accounts and bindings of every BackupConfiguration as they should be, and its status true. Everything
/// it is given must outlive it.
class Controller {
 public:
  Controller(cluster::Context context, Settings settings, runtime::Controller::Ports ports, std::size_t concurrency);

  /// Runs until `stop` is set and the passes at work have ended.
  Task<void> run(Event& stop);

  /// Drives one configuration one step. Safe to call at any time. Errors: any failed read or write, unchanged.
  Task<Result<runtime::Requeue>> reconcile(std::string key);

 private:
  using Configuration = std::shared_ptr<const api::BackupConfiguration>;

  Observation observe(const api::BackupConfiguration& configuration, const std::vector<Manifest>& wanted) const;
  std::vector<std::optional<std::uint64_t>> live(const std::vector<Manifest>& wanted) const;
  void note_silence(const std::string& key, Observation& seen);
  /// Whether the API server still has this very configuration.
  Task<Result<bool>> still_exists(Configuration configuration) const;
  Task<Result<void>> take_back_hooks(Configuration configuration);
  Task<Result<std::string>> trigger_trouble(std::string configuration_key) const;
  /// Applies all; returns each object's fingerprint as the server now has it.
  Task<Result<std::vector<std::optional<std::uint64_t>>>> apply(
      std::vector<Manifest> wanted, Configuration configuration, std::string key
  );
  Task<Result<json::Value>> apply_one(const Manifest& manifest, Configuration configuration);
  Task<Result<void>> write_status(
      Configuration configuration, api::BackupConfiguration::Status status, std::string key
  );
  Task<Result<void>> drop_finalizer(Configuration configuration);

  cluster::Context context_;
  Settings settings_;
  runtime::Controller controller_;
  std::map<std::string, WallTime> silent_;  ///< Configurations whose slots bring no session, and since which slot.
};

}  // namespace snapstash::schedule

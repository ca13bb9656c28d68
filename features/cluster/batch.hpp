#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "api/backup_batch.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"

/// A BackupBatch and its members as BackupConfigurations: whoever schedules, backs up and retains need not know the
/// difference. They carry the batch's metadata; only owners, names and labels ask `batch`. Pure.
namespace snapstash::cluster {

/// Returns the batch as one configuration, without a target, with its own hooks.
std::shared_ptr<const api::BackupConfiguration> whole_of(const api::BackupBatch& batch);

/// Returns one member as a configuration of its own. `member` < spec.members.size().
std::shared_ptr<const api::BackupConfiguration> member_of(const api::BackupBatch& batch, std::size_t member);

/// Returns the key of whatever a session is a run of: "namespace/name" of a BackupConfiguration, `batch_key` of a
/// batch.
std::string invoker_key(const api::BackupSession& session);
/// The same of a configuration, which may be a batch's.
std::string invoker_key(const api::BackupConfiguration& configuration);
std::string batch_key(std::string_view namespace_, std::string_view name);

/// Returns "BackupConfiguration", or "BackupBatch" for what is a batch's.
std::string_view kind_of(const api::BackupConfiguration& configuration);

/// The same as kubectl is told it: "backupconfiguration".
std::string_view singular_of(const api::BackupConfiguration& configuration);

/// Whether a session is a batch's.
bool is_batch(const api::BackupSession& session);

}  // namespace snapstash::cluster

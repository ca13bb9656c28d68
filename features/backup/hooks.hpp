#pragma once
#include <memory>
#include <optional>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/cluster/jobs.hpp"
#include "features/backup/decide.hpp"
#include "features/cluster/context.hpp"
#include "features/hooks/errand.hpp"
#include "kernel/base/task.hpp"

/// The hooks of a backup session. Where preBackup is set and postBackup always follows, the application is held between
/// the two, and that only until the snapshots are cut: whoever has stopped writes cannot wait for an upload. Every
/// other postBackup runs when the session's outcome is known, since its executionPolicy asks for that.
namespace snapstash::backup {

/// Which hooks a session runs that begins now. Nothing = none. Pure.
std::optional<api::SessionHooks> hooks_of(const api::BackupConfiguration& configuration);

/// Looks at how the hooks of a session stand, and puts that into `seen`, whose `job`, `volumes`, `clocks` and
/// `attempts` are there; `configuration` may be nullptr. Asks the API server only about Jobs that are in trouble or
/// missing. Errors: those of the requests.
Task<Result<void>> observe_hooks(
    const cluster::Context& context, std::shared_ptr<const api::BackupSession> session,
    std::shared_ptr<const api::BackupConfiguration> configuration, Observation& seen
);

/// How those hooks stand as far as the spec says. Pure.
hooks::Standing standing_of(
    const api::BackupSession& session, const api::SessionHooks& hooks, const api::BackupConfiguration* configuration
);

/// How long each action of a hook may take. Pure.
Duration hook_timeout(const api::BackupConfiguration* configuration);

/// What hooks may say of a session, and they themselves; they address nobody yet. Pure.
hooks::Errand errand_without_audience(const api::BackupSession& session, const api::BackupConfiguration& configuration);

/// What the pods of a session's Jobs are told of its hooks: all that the configuration has, and whom they address.
/// Errors: those of the request for the target's selector.
Task<Result<hooks::Errand>> hook_errand(
    const cluster::Context& context, std::shared_ptr<const api::BackupSession> session,
    std::shared_ptr<const api::BackupConfiguration> configuration
);

}  // namespace snapstash::backup

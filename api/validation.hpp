#pragma once
#include "api/backup_batch.hpp"
#include "api/backup_blueprint.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/problem.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"

/// What is wrong with an object that a user wrote. Pure. The CRDs' rules and the admission policy say the same as far
/// as they can; what got past them (Stash's CRDs have no rules) gets phase Invalid with these sentences.
namespace snapstash::api {

/// Whether Snapstash reconciles the object. The others, of the Restic driver, are Stash's and must be left alone.
inline bool is_ours(const BackupConfiguration& configuration) {
  return configuration.spec.driver == Driver::kVolumeSnapshotter;
}
inline bool is_ours(const BackupBatch& batch) { return batch.spec.driver == Driver::kVolumeSnapshotter; }
inline bool is_ours(const RestoreBatch& batch) { return batch.spec.driver == Driver::kVolumeSnapshotter; }
inline bool is_ours(const BackupBlueprint& blueprint) { return blueprint.spec.driver == Driver::kVolumeSnapshotter; }
inline bool is_ours(const RestoreSession& session) { return session.spec.driver == Driver::kVolumeSnapshotter; }

/// Returns all problems, in the order of the fields; none for an object that works. An object of the Restic driver has
/// that one problem.
Problems validate(const BackupConfiguration& configuration);
Problems validate(const BackupBatch& batch);
Problems validate(const BackupSession& session);
Problems validate(const RestoreSession& session);
Problems validate(const RestoreBatch& batch);

/// Returns what is wrong with the change alone, not with `now`. Changes of objects that are being deleted always pass.
Problems validate_update(const BackupConfiguration& before, const BackupConfiguration& now);
Problems validate_update(const BackupSession& before, const BackupSession& now);
Problems validate_update(const RestoreSession& before, const RestoreSession& now);
Problems validate_update(const RestoreBatch& before, const RestoreBatch& now);

}  // namespace snapstash::api

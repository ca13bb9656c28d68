#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/time.hpp"

/// The names of everything Snapstash creates. Names derive from their owner, so that creating is idempotent; where
/// users and dashboards know Stash's name, it is Stash's, truncation included.
namespace snapstash::naming {

/// Longest name of a Job, label value, Service; and the longest name of a CronJob (its Jobs add eleven characters).
inline constexpr std::size_t kLabelLength = 63;
inline constexpr std::size_t kCronJobLength = 52;

/// Returns `name`, or when it is longer than `longest` its beginning, a dash and eight hex digits of its hash: always
/// the same for the same name, and different for different ones. The full name belongs in an annotation.
std::string bounded(std::string_view name, std::size_t longest = kLabelLength);

/// Returns FNV-1a of `text` as eight hex digits.
std::string hash8(std::string_view text);

/// Stash: `stash-trigger-<configuration>`; dots become dashes; of a longer name the last 52 characters are kept.
/// CronJob, its ServiceAccount and its RoleBinding share it.
std::string trigger(std::string_view configuration);

/// Whether `trigger` or `snapshotter_account` keeps only a part of that name, which others may have in common with it.
bool is_cut(std::string_view configuration);

/// Stash: `backupconfiguration-<configuration>-0`; ServiceAccount and RoleBinding of the snapshotter Jobs. Of a longer
/// name the first 32 and last 31 characters are kept.
std::string snapshotter_account(std::string_view configuration);

/// Stash: `backupbatch-<batch>-<member>`, members counted from 0: the same of one member of a batch.
std::string member_account(std::string_view batch, int member);

/// Stash: `restoresession-<session>-0`; ServiceAccount and RoleBinding of the restore Job.
std::string restorer_account(std::string_view session);

/// Stash: `restorebatch-<batch>-<member>`, members counted from 0: the same of one member of a RestoreBatch.
std::string restorer_member_account(std::string_view batch, int member);

/// `stash-vs-<session>`, `stash-vs-<session>-2` for the second attempt, and so on. (Stash names it after the target and
/// cuts the time off long ones: its B22.)
std::string job(std::string_view session, int attempt);

/// `stash-vs-<session>-<member>`, `stash-vs-<session>-<member>-2`: the same of one member of a batch.
std::string member_job(std::string_view session, int member, int attempt);

/// `stash-hook-<session>`: the Job that runs its post hook.
std::string hook_job(std::string_view session);

/// `stash-hook-<session>-<member>`: the same of one member of a batch.
std::string member_hook_job(std::string_view session, int member);

/// `stash-hook-<session>-pre` or `-post`: the Job that runs a hook of a batch's own.
std::string batch_hook_job(std::string_view session, std::string_view hook);

/// The RoleBinding that lets Jobs run hooks, beside the one called `binding`: `<binding>-hooks`.
std::string hook_binding(std::string_view binding);

/// `<configuration>-<slot's Unix seconds>`: one name per slot, whatever the pod that creates it goes through.
std::string session_of_slot(std::string_view configuration, std::int64_t slot_unix_seconds);

/// For a Job made by `kubectl create job --from=cronjob/…`, which has no slot: `<configuration>-<8 digits of its UID>`.
std::string session_of_manual_job(std::string_view configuration, std::string_view job_uid);

/// `<configuration>-<suffix>`: by hand, with five random characters.
std::string session_by_hand(std::string_view configuration, std::string_view suffix);

/// `<session>-r<number>`: the session that tries again what the first one, `session`, failed to do.
std::string session_of_retry(std::string_view session, int number);

/// `<PVC>-<Unix seconds of the session's creation>` (Stash's documentation); up to 253 characters, as snapshots allow.
std::string snapshot(std::string_view pvc, WallTime session_created);

/// The name to take when another session's snapshot has `name`: four hex digits of this session's UID are appended.
std::string snapshot_besides(std::string_view name, std::string_view session_uid);

}  // namespace snapstash::naming

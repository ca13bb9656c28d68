#pragma once
#include <string_view>

#include "kernel/json/fields.hpp"

/// Sentences that both the CRDs' rules and validate() say. Those of Stash's webhooks are word for word theirs.
namespace snapstash::api {

inline constexpr std::string_view kResticSentence =
    "Snapstash backs up with CSI snapshots only: set driver to VolumeSnapshotter, or leave this object to Stash "
    "(Restic, the default driver, is Stash's)";
inline constexpr std::string_view kNoTargetSentence = "name what to back up in target.ref (apiVersion, kind, name)";
inline constexpr std::string_view kNoRefSentence = "name what to back up: target.ref needs kind and name";
inline constexpr std::string_view kKindSentence =
    "Snapstash backs up the volumes of a Deployment, StatefulSet, DaemonSet or PersistentVolumeClaim";
inline constexpr std::string_view kApiVersionSentence =
    "the apiVersion is apps/v1 for a Deployment, StatefulSet or DaemonSet, and v1 for a "
    "PersistentVolumeClaim";
inline constexpr std::string_view kNoScheduleSentence =
    "say when to back up, as `0 2 * * *` or `@daily`; for backups by hand only, set paused to true as "
    "well";
inline constexpr std::string_view kScheduleSentence =
    "must be five fields (minute, hour, day of month, month, day of week), as `0 2 * * *`, or one of @hourly, @daily, "
    "@midnight, @weekly, @monthly, @yearly, @annually and `@every <duration>`";
inline constexpr std::string_view kScheduleZoneSentence =
    "TZ= and CRON_TZ= are not allowed in a schedule (Kubernetes refuses them): set snapstash.timeZone instead";
inline constexpr std::string_view kTargetFixedSentence =
    "updating target is forbidden when BackupConfiguration is in READY state";
inline constexpr std::string_view kRestoreFixedSentence = "RestoreSession spec is immutable";
inline constexpr std::string_view kRestoreBatchFixedSentence = "RestoreBatch spec is immutable";
inline constexpr std::string_view kSessionFixedSentence = "BackupSession spec is immutable";
inline constexpr std::string_view kNoTemplatesSentence =
    "name at least one PersistentVolumeClaim to create, with the VolumeSnapshot in its spec.dataSource";
inline constexpr std::string_view kNoTemplateNameSentence = "every template needs a name (generateName is not used)";
inline constexpr std::string_view kOrdinalSentence =
    "with replicas over 1 every template's name needs ${POD_ORDINAL}, or each ordinal would want the same claim";
inline constexpr std::string_view kGlobalHookSentence =
    "a batch's own hooks run in no pod: give exec to the hooks of a member, and a host and a port number to the others";
inline constexpr std::string_view kInvokerSentence =
    "must be BackupConfiguration or BackupBatch: Snapstash runs sessions of no other kind";

/// The rule that a kind has a spec. Objects that Stash's CRDs let in without one can still be labelled, judged and
/// deleted: the API server would ask a plain rule of the root again at every write.
inline constexpr json::Rule kNeedsSpec{
    .expression = "has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
    .message = "say what to do",
    .field_path = ".spec",
    .reason = "FieldValueRequired",
    .optional_old_self = true,
};

}  // namespace snapstash::api

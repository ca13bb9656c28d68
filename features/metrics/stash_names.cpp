#include "features/metrics/stash_names.hpp"

#include <array>
#include <map>
#include <string>

#include <fmt/format.h>

#include "api/validation.hpp"
#include "kernel/kube/quantity.hpp"

namespace snapstash::metrics {
namespace {

using api::BackupConfiguration;
using api::BackupSession;
using api::RestoreSession;
using runtime::Labels;
using runtime::MetricFamily;

/// Of one thing that is measured: its two names' beginnings.
struct Prefix {
  std::string_view present, legacy;
};

/// The older names are not as regular as the present ones.
constexpr Prefix kBackupAtLarge{"stash_appscode_com_backupsession_", "stash_backup_"};
constexpr Prefix kRestoreAtLarge{"stash_appscode_com_restoresession_", "stash_restore_"};

constexpr Prefix kBackup{"stash_appscode_com_backupsession_", "stash_backup_session_"};
constexpr Prefix kBackupTarget{"stash_appscode_com_backupsession_target_", "stash_backup_target_"};
constexpr Prefix kBackupHost{"stash_appscode_com_backupsession_host_", "stash_backup_host_"};
constexpr Prefix kRestore{"stash_appscode_com_restoresession_", "stash_restore_session_"};
constexpr Prefix kRestoreTarget{"stash_appscode_com_restoresession_target_", "stash_restore_target_"};
constexpr Prefix kRestoreHost{"stash_appscode_com_restoresession_host_", "stash_restore_host_"};

class Collector {
 public:
  void add(const Prefix& prefix, std::string_view tail, std::string_view help, const Labels& labels, double value) {
    for (const std::string_view start : {prefix.present, prefix.legacy}) {
      MetricFamily& family = families_[std::string(start).append(tail)];
      if (family.name.empty()) {
        family.name = std::string(start).append(tail);
        family.help = help;
      }
      family.samples.push_back({"", labels, value});
    }
  }

  std::vector<MetricFamily> take() {
    std::vector<MetricFamily> all;
    all.reserve(families_.size());
    for (auto& [name, family] : families_) all.push_back(std::move(family));
    return all;
  }

 private:
  std::map<std::string, MetricFamily> families_;
};

double seconds_of(const std::string& duration) {
  const auto parsed = parse_duration(duration);
  return parsed ? std::chrono::duration<double>(*parsed).count() : 0;
}

double seconds_of(WallTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1e6; }

std::string group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string_view::npos ? "" : std::string(api_version.substr(0, slash));
}

/// Stash's labels of a session: kind and group are fixed there.
Labels invoker_labels(std::string_view kind, const kube::ObjectMeta& metadata) {
  return {{"invoker_kind", std::string(kind)}, {"invoker_name", metadata.name},   {"namespace", metadata.namespace_},
          {"driver", "VolumeSnapshotter"},     {"kind", "PersistentVolumeClaim"}, {"group", ""}};
}

Labels target_labels(Labels labels, const api::TargetRef& ref) {
  for (auto& [name, value] : labels) {
    if (name == "kind") value = ref.kind.str();
    if (name == "group") value = group_of(ref.api_version);
  }
  labels.emplace_back("name", ref.name);
  return labels;
}

Labels host_labels(Labels labels, const std::string& hostname) {
  labels.emplace_back("hostname", hostname);
  return labels;
}

/// The newest session that has a result.
std::shared_ptr<const BackupSession> newest_result(const cluster::Stores& stores, const std::string& invoker) {
  std::shared_ptr<const BackupSession> newest;
  for (const auto& session : stores.sessions.find_by(cluster::kByInvoker, invoker)) {
    const auto phase = session->status.phase;
    if (phase != BackupSession::Phase::kSucceeded && phase != BackupSession::Phase::kFailed) continue;
    if (!newest || newest->metadata.creation_timestamp <= session->metadata.creation_timestamp) newest = session;
  }
  return newest;
}

std::optional<double> restore_size(
    const cluster::Stores& stores, const std::string& namespace_, const api::HostBackupStats& stats
) {
  if (stats.snapshots.empty()) return std::nullopt;
  const auto snapshot = stores.snapshots.get(runtime::key_of(namespace_, stats.snapshots.front().name));
  if (!snapshot || snapshot->status.restore_size.empty()) return std::nullopt;
  const auto size = kube::parse_bytes(snapshot->status.restore_size);
  return size ? std::optional(static_cast<double>(*size)) : std::nullopt;
}

void add_host(
    const cluster::Stores& stores, const std::string& namespace_, const api::HostBackupStats& stats,
    const Labels& labels, Collector& to
) {
  const bool well = stats.phase == api::HostBackupStats::Phase::kSucceeded;
  to.add(kBackupHost, "backup_success", "Whether the PVC's snapshot was taken and became ready.", labels, well ? 1 : 0);
  if (!well) return;
  to.add(kBackupHost, "backup_duration_seconds", "How long that took.", labels, seconds_of(stats.duration));
  if (const auto size = restore_size(stores, namespace_, stats))
    to.add(kBackupHost, "data_size_bytes", "Size that a volume restored from the snapshot needs.", labels, *size);
  // Stash says 0 for this driver, too: a VolumeSnapshot does not know. There for what sums or joins them.
  for (const std::string_view tail :
       {"data_uploaded_bytes", "data_processing_time_seconds", "files_total", "files_new", "files_modified",
        "files_unmodified"}) {
    to.add(kBackupHost, tail, "Always 0: not known of a VolumeSnapshot.", labels, 0);
  }
}

void add_backup(
    const cluster::Stores& stores, const BackupConfiguration& configuration, const BackupSession& session, Collector& to
) {
  const Labels labels = invoker_labels(cluster::kind_of(configuration), configuration.metadata);
  const auto& targets = session.status.targets;
  const bool well = session.status.phase == BackupSession::Phase::kSucceeded;
  const auto ended = session.metadata.creation_timestamp.value_or(WallTime{}) +
                     std::chrono::seconds(static_cast<std::int64_t>(seconds_of(session.status.session_duration)));
  to.add(kBackup, "success", "Whether the newest backup session succeeded.", labels, well ? 1 : 0);
  if (well) {
    to.add(
        kBackup, "duration_seconds", "How long the session took.", labels, seconds_of(session.status.session_duration)
    );
    to.add(
        kBackupAtLarge, "target_count_total", "Targets of the session.", labels, static_cast<double>(targets.size())
    );
    to.add(kBackupAtLarge, "last_success_time_seconds", "When it ended well.", labels, seconds_of(ended));
  }
  for (const auto& target : targets) {
    const Labels of_target = target_labels(labels, target.ref);
    const bool good = target.phase == api::BackupTargetStatus::Phase::kSucceeded;
    to.add(kBackupTarget, "success", "Whether all volumes of the target are backed up.", of_target, good ? 1 : 0);
    if (good) {
      to.add(kBackupTarget, "host_count_total", "Volumes of the target.", of_target, target.total_hosts.value_or(0));
      to.add(kBackupTarget, "last_success_time_seconds", "When it was backed up.", of_target, seconds_of(ended));
    }
    for (const auto& stats : target.stats) {
      add_host(stores, session.metadata.namespace_, stats, host_labels(of_target, stats.hostname), to);
    }
  }
}

/// What of a restore is measured as one target.
struct Restored {
  api::TargetRef ref;
  bool well = true;
  std::int32_t hosts = 0;
  std::vector<api::HostRestoreStats> stats;
};

void add_restore(
    const Labels& labels, bool well, const std::string& duration, const std::vector<Restored>& targets, Collector& to
) {
  to.add(kRestore, "success", "Whether the restore succeeded.", labels, well ? 1 : 0);
  to.add(kRestore, "duration_seconds", "How long it took.", labels, seconds_of(duration));
  const auto count = static_cast<double>(targets.size());
  to.add(kRestoreAtLarge, "target_count_total", "Targets of the restore.", labels, count);
  // Members that name no object look alike there, and a series may stand once only.
  std::map<Labels, Restored> by_labels;
  for (const Restored& target : targets) {
    Restored& sum = by_labels[target_labels(labels, target.ref)];
    sum.well = sum.well && target.well;
    sum.hosts += target.hosts;
    sum.stats.insert(sum.stats.end(), target.stats.begin(), target.stats.end());
  }
  for (const auto& [of_target, target] : by_labels) {
    to.add(
        kRestoreTarget, "success", "Whether all volumes of the target are restored.", of_target, target.well ? 1 : 0
    );
    to.add(kRestoreTarget, "host_count_total", "Volumes of the target.", of_target, target.hosts);
    for (const auto& stats : target.stats) {
      const Labels of_host = host_labels(of_target, stats.hostname);
      const bool good = stats.phase == api::HostRestoreStats::Phase::kSucceeded;
      to.add(kRestoreHost, "restore_success", "Whether the PVC is restored.", of_host, good ? 1 : 0);
      if (good)
        to.add(kRestoreHost, "restore_duration_seconds", "How long that took.", of_host, seconds_of(stats.duration));
    }
  }
}

bool has_result(std::optional<RestoreSession::Phase> phase) {
  using Phase = RestoreSession::Phase;
  return phase == Phase::kSucceeded || phase == Phase::kFailed || phase == Phase::kUnknown;
}

void add_restore(const RestoreSession& session, Collector& to) {
  const auto& status = session.status;
  if (!has_result(status.phase)) return;
  const auto& target = session.spec.target;
  const bool well = status.phase == RestoreSession::Phase::kSucceeded;
  const Restored restored{
      .ref = target && target->ref ? *target->ref : api::TargetRef(),
      .well = well,
      .hosts = status.total_hosts.value_or(0),
      .stats = status.stats
  };
  add_restore(invoker_labels("RestoreSession", session.metadata), well, status.session_duration, {restored}, to);
}

void add_restore(const api::RestoreBatch& batch, Collector& to) {
  const auto& status = batch.status;
  if (!has_result(status.phase)) return;
  std::vector<Restored> targets;
  targets.reserve(status.members.size());
  for (const auto& member : status.members) {
    targets.push_back(
        {.ref = member.ref,
         .well = member.phase == api::RestoreBatch::MemberPhase::kSucceeded,
         .hosts = member.total_hosts.value_or(0),
         .stats = member.stats}
    );
  }
  const bool well = status.phase == RestoreSession::Phase::kSucceeded;
  add_restore(invoker_labels("RestoreBatch", batch.metadata), well, status.session_duration, targets, to);
}

void add_configuration(const cluster::Stores& stores, const BackupConfiguration& configuration, Collector& to) {
  const auto session = newest_result(stores, cluster::invoker_key(configuration));
  if (session) add_backup(stores, configuration, *session, to);
}

/// An object that has a group, and how it is measured.
struct Invoker {
  std::string uid;
  std::function<void(Collector&)> measure;
};

using InvokersByJob = std::map<std::string, std::vector<Invoker>>;

std::string job_of(std::string_view kind, runtime::KeyParts name) {
  return fmt::format("{}-{}-{}", kind, name.namespace_, name.name);
}

template <class T>
void add_invokers(
    const runtime::Store<T>& store, std::string_view kind, const std::function<void(const T&, Collector&)>& measure,
    InvokersByJob& to
) {
  for (const auto& object : store.objects()) {
    if (!api::is_ours(*object)) continue;
    to[job_of(kind, runtime::name_of(object->metadata))].push_back(
        {object->metadata.uid.str(), [object, &measure](Collector& all) { measure(*object, all); }}
    );
  }
  for (const auto& [key, broken] : store.all_broken()) {
    to[job_of(kind, runtime::split_key(key))].push_back({broken.uid, [](Collector&) {}});
  }
}

StashGroup joined(const std::string& job, const std::vector<Invoker>& invokers) {
  StashGroup group{.job = job, .owners = "", .families = {}};
  Collector families;
  for (const Invoker& invoker : invokers) {
    group.owners += invoker.uid + " ";
    invoker.measure(families);
  }
  group.families = families.take();
  return group;
}

}  // namespace

std::vector<MetricFamily> stash_families(const cluster::Stores& stores) {
  Collector to;
  for (const auto& configuration : cluster::invokers(stores)) add_configuration(stores, *configuration, to);
  for (const auto& session : stores.restores.objects()) {
    if (api::is_ours(*session)) add_restore(*session, to);
  }
  for (const auto& batch : stores.restore_batches.objects()) {
    if (api::is_ours(*batch)) add_restore(*batch, to);
  }
  return to.take();
}

void visit_stash_groups(const cluster::Stores& stores, const std::function<void(StashGroup)>& take) {
  const std::function<void(const BackupConfiguration&, Collector&)> of_configuration =
      [&stores](const BackupConfiguration& configuration, Collector& to) {
        add_configuration(stores, configuration, to);
      };
  const std::function<void(const api::BackupBatch&, Collector&)> of_batch =
      [&stores](const api::BackupBatch& batch, Collector& to) {
        add_configuration(stores, *cluster::whole_of(batch), to);
      };
  const std::function<void(const RestoreSession&, Collector&)> of_restore =
      [](const RestoreSession& session, Collector& to) { add_restore(session, to); };
  const std::function<void(const api::RestoreBatch&, Collector&)> of_restore_batch =
      [](const api::RestoreBatch& batch, Collector& to) { add_restore(batch, to); };
  InvokersByJob jobs;
  add_invokers(stores.configurations, "backupconfiguration", of_configuration, jobs);
  add_invokers(stores.batches, "backupbatch", of_batch, jobs);
  add_invokers(stores.restores, "restoresession", of_restore, jobs);
  add_invokers(stores.restore_batches, "restorebatch", of_restore_batch, jobs);
  for (const auto& [job, invokers] : jobs) take(joined(job, invokers));
}

}  // namespace snapstash::metrics

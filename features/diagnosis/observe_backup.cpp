#include <algorithm>

#include <fmt/format.h>

#include "api/cluster/snapshots.hpp"
#include "api/cluster/volumes.hpp"
#include "api/validation.hpp"
#include "features/backup/plan.hpp"
#include "features/cluster/fetch_target.hpp"
#include "features/diagnosis/observe.hpp"
#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::diagnosis {
namespace {

bool is_default(const api::VolumeSnapshotClass& each) {
  const auto mark = each.metadata.annotations.find("snapshot.storage.kubernetes.io/is-default-class");
  return mark != each.metadata.annotations.end() && mark->second == "true";
}

Task<void> look_for_schedule(Reader& reader, BackupFacts& facts) {
  constexpr kube::Resource kCronJobs{"batch", "v1", "CronJob", "cronjobs"};
  const auto job = co_await reader.get(kCronJobs, {facts.namespace_, naming::trigger(facts.name)}, "the CronJob");
  if (!job) co_return;
  const json::Value* suspended = json::find(*job, "/spec/suspend");
  facts.schedule = {
      .exists = true,
      .suspended = suspended != nullptr && *suspended == json::Value(true),
      .last = parse_time(json::find_string(*job, "/status/lastScheduleTime"))
  };
}

Task<void> look_for_snapshots(Reader& reader, BackupFacts& facts) {
  const kube::Selection its{
      .namespace_ = facts.namespace_,
      .label_selector = fmt::format("{}={}", naming::kSessionUid, facts.session->metadata.uid.view()),
      .field_selector = ""
  };
  for (const api::VolumeSnapshot& each : co_await reader.list<api::VolumeSnapshot>(its, "VolumeSnapshots")) {
    SnapshotFacts snapshot{
        .name = each.metadata.name,
        .pvc = each.spec.source.claim,
        .error = each.status.error ? each.status.error->message.str() : "",
        .content = each.status.bound_content,
        .ready = each.status.ready_to_use,
        .cut = each.status.creation_time.has_value()
    };
    if (!snapshot.ready && !snapshot.content.empty()) {
      const auto content = co_await reader.get(
          api::VolumeSnapshotContent::kResource, {"", snapshot.content}, "VolumeSnapshotContent " + snapshot.content
      );
      if (content) {
        snapshot.content_error = json::find_string(*content, "/status/error/message");
        snapshot.deletion_policy = json::find_string(*content, "/spec/deletionPolicy");
      }
    }
    facts.snapshots.push_back(std::move(snapshot));
  }
}

Task<backup::Cluster> look_at_volumes(Reader& reader, std::string namespace_, std::vector<std::string> claims) {
  backup::Cluster cluster;
  for (const std::string& name : claims) {
    const auto claim = co_await reader.get<api::PersistentVolumeClaim>({namespace_, name}, "PVC " + name);
    if (!claim) continue;
    cluster.claims[name] = {
        .name = name,
        .phase = claim->status.phase,
        .volume_name = claim->spec.volume_name,
        .deleting = claim->metadata.deletion_timestamp.has_value()
    };
    if (claim->spec.volume_name.empty()) continue;
    const auto volume =
        co_await reader.get<api::PersistentVolume>({"", claim->spec.volume_name}, "PersistentVolume of PVC " + name);
    if (volume) cluster.driver_of_volume[claim->spec.volume_name] = volume->spec.csi ? volume->spec.csi->driver : "";
  }
  const kube::Selection all{.namespace_ = "", .label_selector = "", .field_selector = ""};
  for (const auto& each : co_await reader.list<api::VolumeSnapshotClass>(all, "VolumeSnapshotClasses")) {
    cluster.classes.push_back({each.metadata.name, each.driver, is_default(each)});
  }
  co_return cluster;
}

/// What a session would find now.
Task<void> look_at_target(Reader& reader, BackupFacts& facts) {
  const auto& spec = facts.configuration->spec;
  if (!spec.target || !api::is_ours(*facts.configuration)) co_return;
  const auto target =
      co_await cluster::fetch_target(reader.client(), spec.target->ref, facts.namespace_, spec.target->replicas);
  if (!target) {
    const bool known = target.error().is(Code::kNotFound);
    if (known) {
      facts.no_target = target.error().message;
    } else {
      facts.unseen.push_back(fmt::format("the target: {}", target.error().message));
    }
    co_return;
  }
  const std::vector<std::string> claims = backup::claims_of(*target);
  if (claims.empty()) facts.no_target = backup::explain_no_claims(*target);
  const std::size_t before = reader.unseen().size();
  const backup::Cluster cluster = co_await look_at_volumes(reader, facts.namespace_, claims);
  // Who must not see a class would be told that there is none.
  if (reader.unseen().size() > before) co_return;
  facts.volumes = backup::plan(claims, spec.target->snapshot_class_name, cluster);
}

std::vector<std::string> names_of(const BackupFacts& facts) {
  const std::string cron_job = naming::trigger(facts.name);
  std::vector<std::string> names{facts.name, cron_job, cron_job + "-"};
  if (facts.session) {
    const std::string session = facts.session->metadata.name;
    names.insert(names.end(), {session, naming::job(session, 1), naming::job(session, 1) + "-"});
  }
  for (const SnapshotFacts& each : facts.snapshots) names.push_back(each.name);
  for (const backup::Volume& each : facts.volumes) names.push_back(each.pvc);
  return names;
}

}  // namespace

Task<BackupFacts> observe(Reader& reader, WallTime now, BackupSubject subject) {
  BackupFacts facts{.now = now, .namespace_ = std::move(subject.namespace_), .name = std::move(subject.name)};
  facts.configuration = std::move(subject.configuration);
  facts.session = std::move(subject.session);
  facts.operator_ = co_await observe_operator(reader);
  co_await look_for_schedule(reader, facts);
  if (facts.session) co_await look_for_snapshots(reader, facts);
  if (facts.configuration) co_await look_at_target(reader, facts);
  facts.events = co_await reader.warnings(facts.namespace_, names_of(facts));
  if (facts.session) {
    facts.jobs = co_await reader.jobs_of(facts.namespace_, facts.session->metadata.uid, facts.events);
  }
  facts.unseen.insert(facts.unseen.end(), reader.unseen().begin(), reader.unseen().end());
  co_return facts;
}

}  // namespace snapstash::diagnosis

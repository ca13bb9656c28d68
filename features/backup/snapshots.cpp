#include "features/backup/snapshots.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "features/naming/labels.hpp"
#include "features/retention/observe.hpp"

namespace snapstash::backup {
namespace {

Task<Result<bool>> is_bound_back(const cluster::Context& context, std::shared_ptr<const api::VolumeSnapshot> snapshot) {
  const std::string& content = snapshot->status.bound_content;
  if (content.empty()) co_return false;
  // The name that the snapshot-controller derives from the UID proves the other direction.
  if (content == "snapcontent-" + snapshot->metadata.uid) co_return true;
  auto found = co_await context.client.get<api::VolumeSnapshotContent>({"", content}).as_result();
  if (found) co_return found->spec.snapshot.uid == snapshot->metadata.uid;
  if (found.error().is(Code::kNotFound)) co_return false;
  co_return fail(std::move(found).error());
}

}  // namespace

SnapshotView view(const api::VolumeSnapshot& snapshot, bool bound_back) {
  SnapshotView made{
      .name = snapshot.metadata.name,
      .uid = snapshot.metadata.uid,
      .created = snapshot.metadata.creation_timestamp.value_or(WallTime{}),
      .cut_at = snapshot.status.creation_time,
      .ready = snapshot.status.ready_to_use && bound_back,
      .deleting = snapshot.metadata.deletion_timestamp.has_value(),
      .held = retention::is_held(snapshot.metadata),
      .version = snapshot.metadata.resource_version
  };
  if (snapshot.status.error) {
    made.error = snapshot.status.error->message;
    made.error_at = snapshot.status.error->time;
  }
  return made;
}

Task<Result<Snapshots>> snapshots_now(
    const cluster::Context& context, std::string namespace_, std::string session_uid
) {
  kube::Selection ours{
      .namespace_ = std::move(namespace_),
      .label_selector = fmt::format("{}={}", naming::kSessionUid, session_uid),
      .field_selector = ""
  };
  auto page = co_await context.client.list<api::VolumeSnapshot>(std::move(ours));
  Snapshots all;
  for (api::VolumeSnapshot& each : page.items)
    all.push_back(std::make_shared<const api::VolumeSnapshot>(std::move(each)));
  co_return all;
}

Task<Result<void>> add_snapshots(const cluster::Context& context, Snapshots snapshots, std::vector<Volume>& volumes) {
  for (const auto& snapshot : snapshots) {
    const auto volume = std::ranges::find(volumes, snapshot->spec.source.claim.view(), &Volume::pvc);
    if (volume == volumes.end()) continue;
    const bool bound_back = snapshot->status.ready_to_use ? co_await is_bound_back(context, snapshot) : false;
    volume->snapshot = view(*snapshot, bound_back);
  }
  co_return {};
}

}  // namespace snapstash::backup

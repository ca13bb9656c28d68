#include <map>
#include <memory>

#include "api/restore_claims.hpp"
#include "features/diagnosis/observe.hpp"
#include "features/naming/labels.hpp"
#include "features/restore/job.hpp"
#include "features/restore/obstacle.hpp"

namespace snapstash::diagnosis {
namespace {

template <class T>
std::shared_ptr<const T> shared(std::optional<T> object) {
  return object ? std::make_shared<const T>(*std::move(object)) : nullptr;
}

Task<restore::Source> look_at_source(Reader& reader, std::string namespace_, std::string name) {
  restore::Source source;
  source.snapshot = shared(co_await reader.get<api::VolumeSnapshot>({namespace_, name}, "VolumeSnapshot " + name));
  if (!source.snapshot || source.snapshot->status.bound_content.empty()) co_return source;
  const std::string content = source.snapshot->status.bound_content;
  source.content =
      shared(co_await reader.get<api::VolumeSnapshotContent>({"", content}, "VolumeSnapshotContent " + content));
  co_return source;
}

Task<restore::Classes> look_at_classes(Reader& reader) {
  restore::Classes classes;
  const kube::Selection all{.namespace_ = "", .label_selector = "", .field_selector = ""};
  for (api::StorageClass& each : co_await reader.list<api::StorageClass>(all, "StorageClasses")) {
    classes.push_back(std::make_shared<const api::StorageClass>(std::move(each)));
  }
  co_return classes;
}

bool is_made_by(const kube::ObjectMeta& metadata, const std::string& restore_uid) {
  const auto label = metadata.labels.find(std::string(naming::kRestoreUid));
  return label != metadata.labels.end() && label->second == restore_uid;
}

Task<void> look_at_claims(Reader& reader, RestoreFacts& facts) {
  if (!facts.session.spec.target) co_return;
  const auto wanted = api::claims_of(*facts.session.spec.target);
  if (!wanted) co_return;  // the session is Invalid and says so
  const std::string namespace_ = facts.session.metadata.namespace_;
  const restore::Classes classes = co_await look_at_classes(reader);
  std::map<std::string, restore::Source> sources;
  for (const api::ClaimTemplate& each : *wanted) {
    const restore::Request request = restore::request_of(each);
    ClaimFacts claim{.name = request.name, .snapshot = request.snapshot, .phase = "", .obstacle = ""};
    const auto exists = co_await reader.get<api::PersistentVolumeClaim>({namespace_, claim.name}, "PVC " + claim.name);
    if (exists) {
      claim.phase = exists->status.phase.empty() ? "Pending" : exists->status.phase;
      claim.foreign = !is_made_by(exists->metadata, facts.session.metadata.uid);
    } else {
      if (!claim.snapshot.empty() && !sources.contains(claim.snapshot)) {
        sources[claim.snapshot] = co_await look_at_source(reader, namespace_, claim.snapshot);
      }
      const restore::Source source = claim.snapshot.empty() ? restore::Source{} : sources[claim.snapshot];
      claim.obstacle = restore::find_obstacle(request, namespace_, source, classes);
    }
    facts.claims.push_back(std::move(claim));
  }
}

std::vector<std::string> names_of(const RestoreFacts& facts) {
  const std::string job = restore::job_name(facts.session, 1);
  std::vector<std::string> names{facts.session.metadata.name, job, job + "-"};
  for (const ClaimFacts& each : facts.claims) names.push_back(each.name);
  return names;
}

}  // namespace

Task<RestoreFacts> observe(Reader& reader, WallTime now, api::RestoreSession session) {
  RestoreFacts facts{.now = now, .session = std::move(session)};
  facts.operator_ = co_await observe_operator(reader);
  const std::size_t before = reader.unseen().size();
  co_await look_at_claims(reader, facts);
  // Who must not see a class or a content would be told that there is none.
  if (reader.unseen().size() > before) {
    for (ClaimFacts& each : facts.claims) each.obstacle.clear();
  }
  const std::string namespace_ = facts.session.metadata.namespace_;
  facts.events = co_await reader.warnings(namespace_, names_of(facts));
  facts.jobs = co_await reader.jobs_of(namespace_, facts.session.metadata.uid, facts.events);
  facts.unseen = reader.unseen();
  co_return facts;
}

}  // namespace snapstash::diagnosis

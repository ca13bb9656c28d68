#include "features/cli/adopt.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "features/backup/plan.hpp"
#include "features/cli/age.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/decode_all.hpp"
#include "features/cli/list_all.hpp"
#include "features/cli/table.hpp"
#include "features/cluster/fetch_target.hpp"
#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::cli {
namespace {

using api::BackupConfiguration;
using api::VolumeSnapshot;

/// What stands in the place of a session's UID: no session of ours made it.
constexpr std::string_view kNoSession = "adopted";

/// The PVCs of a configuration's target, as a session would take them.
Task<Result<std::vector<std::string>>> claims_of_target(const Ports& ports, const BackupConfiguration& configuration) {
  if (!configuration.spec.target) co_return fail(Code::kInvalid, "the BackupConfiguration names no target");
  const auto& target = *configuration.spec.target;
  const auto found = co_await cluster::fetch_target(ports.client, target.ref, ports.namespace_, target.replicas);
  co_return backup::claims_of(found);
}

bool may_be_adopted(const VolumeSnapshot& snapshot, const std::vector<std::string>& claims, bool all) {
  if (snapshot.metadata.labels.contains(naming::kSessionUid) || snapshot.metadata.deletion_timestamp) return false;
  const auto& pvc = snapshot.spec.source.claim;
  if (std::ranges::find(claims, pvc.view()) == claims.end()) return false;
  return all || is_named_by_stash(snapshot.metadata.name, pvc);
}

Task<Result<void>> label(const Ports& ports, VolumeSnapshot snapshot, std::string configuration) {
  json::Value patch = json::Object{
      {"metadata",
       json::Object{
           // Another object of that name by now is left alone.
           {"uid", snapshot.metadata.uid.view()},
           {"labels",
            json::Object{{naming::kConfiguration, naming::bounded(configuration)}, {naming::kSessionUid, kNoSession}}},
           {"annotations", json::Object{{naming::kFullConfiguration, configuration}}}
       }}
  };
  co_await ports.client.merge_patch(
      VolumeSnapshot::kResource, {ports.namespace_, snapshot.metadata.name}, std::move(patch)
  );
  co_return {};
}

void print(const Ports& ports, const std::vector<VolumeSnapshot>& snapshots) {
  std::vector<std::vector<std::string>> rows{{"PVC", "SNAPSHOT", "AGE", "READY"}};
  for (const VolumeSnapshot& each : snapshots) {
    rows.push_back(
        {each.spec.source.claim, each.metadata.name,
         format_age(ports.clock.now() - each.metadata.creation_timestamp.value_or(WallTime{})),
         each.status.ready_to_use ? "true" : "false"}
    );
  }
  ports.out << format_table(rows);
}

}  // namespace

bool is_named_by_stash(std::string_view snapshot, std::string_view pvc) {
  if (!snapshot.starts_with(pvc) || snapshot.size() < pvc.size() + 2 || snapshot[pvc.size()] != '-') return false;
  const std::string_view digits = snapshot.substr(pvc.size() + 1);
  // From 2001 to 2286.
  return digits.size() == 10 && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

Task<Result<int>> adopt(Ports ports, Adopt wanted) {
  const BackupConfiguration configuration = co_await find_configuration(ports, wanted.configuration);
  const std::vector<std::string> claims = co_await claims_of_target(ports, configuration);
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const json::Array listed = co_await list_all(ports.client, VolumeSnapshot::kResource, std::move(here));
  std::vector<VolumeSnapshot> found = decode_all<VolumeSnapshot>(ports, listed);
  std::erase_if(found, [&](const VolumeSnapshot& each) { return !may_be_adopted(each, claims, wanted.all); });
  std::ranges::sort(found, [](const VolumeSnapshot& a, const VolumeSnapshot& b) {
    return std::tie(a.spec.source.claim, b.metadata.creation_timestamp, a.metadata.name) <
           std::tie(b.spec.source.claim, a.metadata.creation_timestamp, b.metadata.name);
  });
  const std::string who = fmt::format("BackupConfiguration {}/{}", ports.namespace_, wanted.configuration);
  if (found.empty()) {
    ports.err << fmt::format(
        "There is no snapshot of the volumes of {} that nobody has{}.\n", who,
        wanted.all ? "" : ", named PVC-UnixSeconds as Stash names them; --all looks at other names, too"
    );
    co_return kOk;
  }
  print(ports, found);
  const std::string count = fmt::format("{} snapshot{}", found.size(), found.size() == 1 ? "" : "s");
  if (!wanted.yes) {
    ports.err << fmt::format("{} would be adopted by {}. To do it: the same command with --yes.\n", count, who);
    co_return kOk;
  }
  for (const VolumeSnapshot& each : found) co_await label(ports, each, wanted.configuration);
  ports.out << fmt::format(
      "{} adopted by {}. kubectl stash plan {} -n {} shows what retention makes of them.\n", count, who,
      wanted.configuration, ports.namespace_
  );
  co_return kOk;
}

}  // namespace snapstash::cli

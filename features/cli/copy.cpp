#include "features/cli/copy.hpp"

#include <ostream>

#include <fmt/format.h>

#include "api/backup_configuration.hpp"
#include "api/cluster/snapshots.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/holds.hpp"
#include "features/cli/portable.hpp"
#include "features/cli/snapshot_copy.hpp"

namespace snapstash::cli {
namespace {

using api::BackupConfiguration;
using api::VolumeSnapshot;
using api::VolumeSnapshotContent;

/// null = there is none.
Task<Result<json::Value>> look_up(const Ports& ports, kube::Resource resource, kube::Place place) {
  auto found = co_await ports.client.get_json(resource, std::move(place)).as_result();
  if (!found && found.error().is(Code::kNotFound)) co_return json::Value();
  co_return found;
}

Task<Result<json::Value>> original(const Ports& ports, std::string name) {
  json::Value snapshot = co_await look_up(ports, VolumeSnapshot::kResource, {ports.namespace_, name});
  if (!snapshot.is_null()) co_return snapshot;
  co_return fail(
      Code::kNotFound,
      fmt::format(
          "VolumeSnapshot {0}/{1} does not exist; kubectl get volumesnapshot -n {0} shows those there are.",
          ports.namespace_, name
      )
  );
}

Task<Result<CopySight>> look(const Ports& ports, CopySnapshot wanted) {
  CopySight seen{.from = ports.namespace_, .to = wanted.to};
  seen.snapshot = co_await original(ports, wanted.name);
  const std::string bound(json::find_string(seen.snapshot, "/status/boundVolumeSnapshotContentName"));
  if (seen.from == seen.to || bound.empty()) co_return seen;  // refused anyway
  seen.content = co_await look_up(ports, VolumeSnapshotContent::kResource, {"", bound});
  seen.there = co_await look_up(ports, VolumeSnapshot::kResource, {wanted.to, wanted.name});
  seen.copied = co_await look_up(ports, VolumeSnapshotContent::kResource, {"", content_name(seen.snapshot, seen.to)});
  const std::string class_name(json::find_string(seen.content, "/spec/volumeSnapshotClassName"));
  if (!class_name.empty()) {
    const json::Value found = co_await look_up(ports, api::VolumeSnapshotClass::kResource, {"", class_name});
    seen.class_exists = !found.is_null();
  }
  co_return seen;
}

/// Whether the API server would take it: no namespace of that name, no right or an admission rule must not show up only
/// after the content has been made.
Task<Result<void>> rehearse(const Ports& ports, json::Value snapshot) {
  const std::string namespace_(json::find_string(snapshot, "/metadata/namespace"));
  kube::Call call = kube::create(VolumeSnapshot::kResource, namespace_, json::serialize(snapshot));
  call.request.target += "?dryRun=All";
  call.repeat = kube::Repeat::kSafe;
  co_await ports.client.send(std::move(call));
  co_return {};
}

kube::Client::IsOurs says(json::Value object) {
  return [object = std::move(object)](const json::Value& existing) { return holds(existing, object); };
}

/// The remedy of a right that no role of Snapstash's has.
Error about_contents(Error error) {
  if (!error.is(Code::kForbidden)) return error;
  return Error(
      Code::kForbidden, error.message +
                            ". Whoever may create VolumeSnapshotContents may read every snapshot of the storage: ask "
                            "whoever runs the cluster to make the copy."
  );
}

Task<Result<void>> carry_out(const Ports& ports, CopyDecision decision, std::string content) {
  if (decision.snapshot) co_await rehearse(ports, *decision.snapshot);
  Result<json::Value> made;
  if (decision.content) {
    made = co_await ports.client.create(VolumeSnapshotContent::kResource, *decision.content, says(*decision.content))
               .as_result();
  } else if (decision.release) {
    made =
        co_await ports.client.merge_patch(VolumeSnapshotContent::kResource, {"", content}, *std::move(decision.release))
            .as_result();
  }
  if (!made) co_return fail(about_contents(std::move(made).error()));
  // After its content: the snapshot-controller looks at a content that is not there only after a while again.
  if (decision.snapshot) {
    co_await ports.client.create(VolumeSnapshot::kResource, *decision.snapshot, says(*decision.snapshot));
  }
  co_return {};
}

json::Value copy_of(const json::Value& configuration, const std::string& to) {
  json::Object spec;
  if (const auto* written = json::find_object(configuration, "/spec")) spec = *written;
  // The namespace of the target is that of the configuration, said or not.
  if (auto* target = spec.if_contains("target"); target != nullptr && target->is_object()) {
    auto* ref = target->get_object().if_contains("ref");
    if (ref != nullptr && ref->is_object()) ref->get_object().erase("namespace");
  }
  return json::Object{
      {"apiVersion", BackupConfiguration::kResource.api_version()},
      {"kind", "BackupConfiguration"},
      {"metadata", portable_metadata(configuration, to)},
      {"spec", std::move(spec)}
  };
}

}  // namespace

Task<Result<int>> copy(Ports ports, CopySnapshot wanted) {
  const CopySight seen = co_await look(ports, wanted);
  CopyDecision decision = decide_copy(seen);
  if (!decision.refusal.empty()) co_return fail(Code::kInvalid, std::move(decision.refusal));
  const bool there = !decision.content && !decision.release && !decision.snapshot;
  co_await carry_out(ports, std::move(decision), content_name(seen.snapshot, seen.to));
  ports.out << fmt::format(
      "VolumeSnapshot {}/{} {} of {}/{}.\n", wanted.to, wanted.name,
      there ? "is a copy already" : "has been made a copy", ports.namespace_, wanted.name
  );
  ports.out << explain_copy(seen);
  co_return kOk;
}

Task<Result<int>> copy(Ports ports, CopyConfiguration wanted) {
  if (wanted.to == ports.namespace_) {
    co_return fail(Code::kInvalid, fmt::format("--to-namespace={} is where it is already.", wanted.to));
  }
  const BackupConfiguration known = co_await find_configuration(ports, wanted.name);
  const json::Value whole =
      co_await ports.client.get_json(BackupConfiguration::kResource, {ports.namespace_, wanted.name});
  const std::string there = fmt::format("BackupConfiguration {}/{}", wanted.to, wanted.name);
  const json::Value existing = co_await look_up(ports, BackupConfiguration::kResource, {wanted.to, wanted.name});
  json::Value made = copy_of(whole, wanted.to);
  if (!existing.is_null()) {
    const json::Value same = copy_of(existing, wanted.to);
    if (*json::find(same, "/spec") == *json::find(made, "/spec")) {
      ports.out << fmt::format("{} is the same already.\n", there);
      co_return kOk;
    }
    co_return fail(
        Code::kAlreadyExists,
        fmt::format(
            "{} exists already and is another one. It is left alone; delete it first, its snapshots stay.", there
        )
    );
  }
  co_await ports.client.create(BackupConfiguration::kResource, made, says(made));
  ports.out << fmt::format(
      "{} has been created successfully{}. It backs up {}.\n", there,
      known.spec.paused ? ", paused as its original is" : "",
      known.spec.target
          ? fmt::format("{} {}/{}", known.spec.target->ref.kind.view(), wanted.to, known.spec.target->ref.name.view())
          : "nothing"
  );
  co_return kOk;
}

}  // namespace snapstash::cli

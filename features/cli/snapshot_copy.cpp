#include "features/cli/snapshot_copy.hpp"

#include <fmt/format.h>

#include "api/cluster/snapshots.hpp"
#include "features/cli/holds.hpp"
#include "features/cli/portable.hpp"
#include "features/naming/object_names.hpp"

namespace snapstash::cli {
namespace {

constexpr std::string_view kCopiedFrom = "snapstash.dev/copied-from";
constexpr std::string_view kBeingDeleted = "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted";

std::string text(const json::Value& object, std::string_view pointer) {
  return std::string(json::find_string(object, pointer));
}

std::string name_of(const json::Value& object) { return text(object, "/metadata/name"); }

bool is_being_deleted(const json::Value& object) {
  return json::find(object, "/metadata/deletionTimestamp") != nullptr;
}

/// The storage's own name of the snapshot.
std::string handle_of(const json::Value& content) {
  const std::string handle = text(content, "/status/snapshotHandle");
  return handle.empty() ? text(content, "/spec/source/snapshotHandle") : handle;
}

std::string judge_original(const CopySight& seen) {
  const std::string who = fmt::format("VolumeSnapshot {}/{}", seen.from, name_of(seen.snapshot));
  if (seen.from == seen.to) {
    return fmt::format("{} is in that namespace already: name another one with --to-namespace.", who);
  }
  if (is_being_deleted(seen.snapshot)) return fmt::format("{} is being deleted.", who);
  const json::Value* ready = json::find(seen.snapshot, "/status/readyToUse");
  if (ready == nullptr || *ready != json::Value(true)) {
    const std::string why = text(seen.snapshot, "/status/error/message");
    return fmt::format(
        "{} is not ready to use{}{}. Wait until kubectl get volumesnapshot -n {} {} shows READYTOUSE true.", who,
        why.empty() ? "" : ": ", why, seen.from, name_of(seen.snapshot)
    );
  }
  const std::string bound = text(seen.snapshot, "/status/boundVolumeSnapshotContentName");
  if (seen.content.is_null()) {
    return fmt::format("{} is bound to VolumeSnapshotContent {}, which does not exist: its data are gone.", who, bound);
  }
  if (is_being_deleted(seen.content))
    return fmt::format("The VolumeSnapshotContent {} of {} is being deleted.", bound, who);
  if (text(seen.content, "/spec/volumeSnapshotRef/uid") != text(seen.snapshot, "/metadata/uid")) {
    return fmt::format("VolumeSnapshotContent {}, which {} names, belongs to another VolumeSnapshot.", bound, who);
  }
  if (handle_of(seen.content).empty()) return fmt::format("VolumeSnapshotContent {} has no snapshotHandle.", bound);
  return "";
}

/// What the copy's content must say.
json::Object content_spec(const CopySight& seen) {
  json::Object spec{
      {"driver", json::make_string(text(seen.content, "/spec/driver"))},
      {"deletionPolicy", "Retain"},
      {"source", json::Object{{"snapshotHandle", json::make_string(handle_of(seen.content))}}},
      {"volumeSnapshotRef",
       json::Object{
           {"apiVersion", api::VolumeSnapshot::kResource.api_version()},
           {"kind", "VolumeSnapshot"},
           {"namespace", seen.to},
           {"name", json::make_string(name_of(seen.snapshot))}
       }}
  };
  if (const std::string mode = text(seen.content, "/spec/sourceVolumeMode"); !mode.empty()) {
    spec["sourceVolumeMode"] = mode;
  }
  return spec;
}

/// The class, for drivers that need its secrets; one that is gone would keep the copy from becoming ready.
void add_class(const CopySight& seen, json::Object& spec) {
  const std::string name = text(seen.content, "/spec/volumeSnapshotClassName");
  if (!name.empty() && seen.class_exists) spec["volumeSnapshotClassName"] = name;
}

json::Value make_content(const CopySight& seen) {
  json::Object spec = content_spec(seen);
  add_class(seen, spec);
  return json::Object{
      {"apiVersion", api::VolumeSnapshotContent::kResource.api_version()},
      {"kind", "VolumeSnapshotContent"},
      {"metadata",
       json::Object{
           {"name", content_name(seen.snapshot, seen.to)},
           {"annotations", json::Object{{kCopiedFrom, fmt::format("{}/{}", seen.from, name_of(seen.snapshot))}}}
       }},
      {"spec", std::move(spec)}
  };
}

json::Value make_snapshot(const CopySight& seen) {
  json::Object metadata = portable_metadata(seen.snapshot, seen.to);
  if (!metadata.contains("annotations")) metadata["annotations"] = json::Object{};
  metadata["annotations"].as_object()[kCopiedFrom] = fmt::format("{}/{}", seen.from, name_of(seen.snapshot));
  json::Object spec{{"source", json::Object{{"volumeSnapshotContentName", content_name(seen.snapshot, seen.to)}}}};
  add_class(seen, spec);
  return json::Object{
      {"apiVersion", api::VolumeSnapshot::kResource.api_version()},
      {"kind", "VolumeSnapshot"},
      {"metadata", std::move(metadata)},
      {"spec", std::move(spec)}
  };
}

std::string judge_place(const CopySight& seen, const std::string& content) {
  const std::string there = fmt::format("VolumeSnapshot {}/{}", seen.to, name_of(seen.snapshot));
  if (!seen.there.is_null()) {
    if (text(seen.there, "/spec/source/volumeSnapshotContentName") != content) {
      return fmt::format("{} exists already and is no copy of this one. It is left alone; delete it first.", there);
    }
    if (is_being_deleted(seen.there)) return fmt::format("{} is being deleted; try again when it is gone.", there);
  }
  if (seen.copied.is_null()) return "";
  if (is_being_deleted(seen.copied)) {
    return fmt::format("VolumeSnapshotContent {} is being deleted; try again when it is gone.", content);
  }
  if (text(seen.copied, "/spec/deletionPolicy") != "Retain") {
    return fmt::format(
        "VolumeSnapshotContent {} is of deletionPolicy {}, so that deleting {} would delete the data under {}/{}, too. "
        "Set it back: kubectl patch volumesnapshotcontent {} --type=merge -p '{{\"spec\":{{\"deletionPolicy\":"
        "\"Retain\"}}}}'",
        content, text(seen.copied, "/spec/deletionPolicy"), there, seen.from, name_of(seen.snapshot), content
    );
  }
  if (!holds(seen.copied, json::Object{{"spec", content_spec(seen)}})) {
    return fmt::format("VolumeSnapshotContent {} exists already and stands for something else.", content);
  }
  return "";
}

/// Whether the content remembers a VolumeSnapshot that is not the one that is there now: it would never be bound again.
bool is_orphaned(const CopySight& seen) {
  const std::string owner = text(seen.copied, "/spec/volumeSnapshotRef/uid");
  return !owner.empty() && owner != text(seen.there, "/metadata/uid");
}

json::Value release(const CopySight& seen) {
  return json::Object{
      {"metadata",
       json::Object{
           {"uid", json::make_string(text(seen.copied, "/metadata/uid"))},
           {"resourceVersion", json::make_string(text(seen.copied, "/metadata/resourceVersion"))},
           {"annotations", json::Object{{kBeingDeleted, nullptr}}}
       }},
      {"spec", json::Object{{"volumeSnapshotRef", json::Object{{"uid", nullptr}}}}}
  };
}

}  // namespace

std::string content_name(const json::Value& snapshot, const std::string& to) {
  return fmt::format(
      "snapcopy-{}-{}", text(snapshot, "/metadata/uid"), naming::hash8(fmt::format("{}/{}", to, name_of(snapshot)))
  );
}

CopyDecision decide_copy(const CopySight& seen) {
  CopyDecision decision;
  decision.refusal = judge_original(seen);
  if (decision.refusal.empty()) decision.refusal = judge_place(seen, content_name(seen.snapshot, seen.to));
  if (!decision.refusal.empty()) return decision;
  if (seen.copied.is_null()) {
    decision.content = make_content(seen);
  } else if (is_orphaned(seen)) {
    decision.release = release(seen);
  }
  if (seen.there.is_null()) decision.snapshot = make_snapshot(seen);
  return decision;
}

std::string explain_copy(const CopySight& seen) {
  const std::string name = name_of(seen.snapshot);
  const std::string content = content_name(seen.snapshot, seen.to);
  std::string told = fmt::format(
      "Both are the snapshot {} of driver {}; no data were copied. Deleting the copy deletes no data: its "
      "VolumeSnapshotContent {} stays, and may be deleted as well.\n",
      handle_of(seen.content), text(seen.content, "/spec/driver"), content
  );
  if (text(seen.content, "/spec/deletionPolicy") == "Delete") {
    told += fmt::format(
        "Deleting the original, VolumeSnapshot {0}/{1}, deletes the data under both, and retention may do that. To "
        "keep it: kubectl label volumesnapshot -n {0} {1} snapstash.dev/hold=true\n",
        seen.from, name
    );
  } else {
    told += fmt::format(
        "Deleting the original, VolumeSnapshot {}/{}, deletes no data either: its VolumeSnapshotContent {} is of "
        "deletionPolicy Retain.\n",
        seen.from, name, name_of(seen.content)
    );
  }
  return told;
}

}  // namespace snapstash::cli

#include "sim/admission/cel_rule_table.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "kernel/base/time.hpp"

namespace snapstash::sim {
namespace {

using json::Value;

bool has(const Value& self, std::string_view pointer) { return json::find(self, pointer) != nullptr; }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::ranges::find(all, text) != all.end();
}

bool all_of(const Value& self, std::string_view pointer, bool (*holds)(const Value&)) {
  const json::Array* array = json::find_array(self, pointer);
  return array == nullptr || std::ranges::all_of(*array, holds);
}

std::optional<Duration> duration_of(const Value& self) {
  const std::string_view text = json::as_view(self);
  return text.empty() || text.starts_with('-') ? std::nullopt : parse_duration(text);
}

bool is_positive_duration(const Value& self, const Value*) {
  const auto duration = duration_of(self);
  return duration && *duration > Duration::zero();
}

bool is_delay(const Value& self, const Value*) { return duration_of(self).has_value(); }

bool unchanged(const Value& self, const Value* old) { return self == *old; }

bool keeps(const Value& self, const Value* old, std::string_view pointer) {
  return !has(*old, pointer) || has(self, pointer);
}

bool exactly_one(const Value& self, std::string_view a, std::string_view b) { return has(self, a) != has(self, b); }

bool keeps_terminal_phase(const Value& self, const Value* old, std::initializer_list<std::string_view> terminal) {
  const std::string_view before = json::find_string(*old, "/status/phase");
  return !is_one_of(before, terminal) || json::find_string(self, "/status/phase") == before;
}

bool is_field_list(std::string_view text) {
  std::size_t fields = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    fields += !space && !inside;
    inside = !space;
  }
  const std::size_t first = text.find_first_not_of(" \t\n\v\f\r");
  return fields == 5 && text[first] != '@';
}

bool is_schedule(const Value& self, const Value*) {
  const std::string_view text = json::as_view(self);
  if (text.contains("TZ")) return true;
  constexpr std::string_view kEvery = "@every";
  if (text.starts_with(kEvery)) {
    const std::string_view rest = text.substr(kEvery.size());
    const std::size_t begin = rest.find_first_not_of(" \t\n\v\f\r");
    return begin != 0 && begin != std::string_view::npos &&
           rest.find_first_of(" \t\n\v\f\r", begin) == std::string_view::npos;
  }
  const auto macros = {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"};
  return std::ranges::find(macros, text) != macros.end() || is_field_list(text);
}

bool is_zone(const Value& self, const Value*) {
  const std::string_view text = json::as_view(self);
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  if (text.empty() || text.find_first_not_of(kLetters) != std::string_view::npos) return false;
  if (text.starts_with('/') || text.ends_with('/') || text.contains("//")) return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower != "local";
}

bool fits_api_version(const Value& self, const Value*) {
  const std::string_view kind = json::find_string(self, "/ref/kind");
  const std::string_view version = json::find_string(self, "/ref/apiVersion");
  if (!has(self, "/ref/kind") || version.empty()) return true;
  if (kind == "PersistentVolumeClaim") return version == "v1";
  return !is_one_of(kind, {"Deployment", "StatefulSet", "DaemonSet"}) || version == "apps/v1";
}

bool keeps_target_when_ready(const Value& self, const Value* old) {
  if (json::find_string(*old, "/status/phase") != "Ready" || !has(self, "/spec") || !has(*old, "/spec")) return true;
  if (has(self, "/spec/target") != has(*old, "/spec/target")) return false;
  const Value* now = json::find(self, "/spec/target/ref");
  const Value* before = json::find(*old, "/spec/target/ref");
  return (now == nullptr) == (before == nullptr) && (now == nullptr || *now == *before);
}

bool ordinals_are_named(const Value& self, const Value*) {
  const Value* replicas = json::find(self, "/replicas");
  if (replicas == nullptr || replicas->to_number<std::int64_t>() < 2) return true;
  return all_of(self, "/volumeClaimTemplates", [](const Value& t) {
    return !has(t, "/metadata/name") || json::find_string(t, "/metadata/name").contains("POD_ORDINAL");
  });
}

constexpr CelRule kRules[] = {
    {"has(self.spec) || (oldSelf.hasValue() && !has(oldSelf.value().spec))",
     [](const Value& self, const Value* old) { return has(self, "/spec") || (old != nullptr && !has(*old, "/spec")); },
     true},
    {"!has(oldSelf.status) || !has(oldSelf.status.phase) || oldSelf.status.phase != 'Ready' || !has(self.spec) || "
     "!has(oldSelf.spec) || (has(self.spec.target) == has(oldSelf.spec.target) && (!has(self.spec.target) || "
     "(has(self.spec.target.ref) == has(oldSelf.spec.target.ref) && (!has(self.spec.target.ref) || "
     "self.spec.target.ref == oldSelf.spec.target.ref))))",
     keeps_target_when_ready, true},
    {"!has(oldSelf.status) || !has(oldSelf.status.phase) || !(oldSelf.status.phase in ['Succeeded', 'Failed', "
     "'Skipped']) || (has(self.status) && has(self.status.phase) && self.status.phase == oldSelf.status.phase)",
     [](const Value& self, const Value* old) {
       return keeps_terminal_phase(self, old, {"Succeeded", "Failed", "Skipped"});
     },
     true},
    {"!has(oldSelf.status) || !has(oldSelf.status.phase) || !(oldSelf.status.phase in ['Succeeded', 'Failed']) || "
     "(has(self.status) && has(self.status.phase) && self.status.phase == oldSelf.status.phase)",
     [](const Value& self, const Value* old) { return keeps_terminal_phase(self, old, {"Succeeded", "Failed"}); },
     true},
    {"self == oldSelf", unchanged, true},
    {"has(self.driver) && self.driver == 'VolumeSnapshotter'",
     [](const Value& self, const Value*) { return json::find_string(self, "/driver") == "VolumeSnapshotter"; }},
    {"has(self.target)", [](const Value& self, const Value*) { return has(self, "/target"); }},
    {"has(self.schedule)", [](const Value& self, const Value*) { return has(self, "/schedule"); }},
    {"has(self.invoker)", [](const Value& self, const Value*) { return has(self, "/invoker"); }},
    {"self.kind in ['BackupConfiguration', 'BackupBatch']",
     [](const Value& self, const Value*) {
       return is_one_of(json::find_string(self, "/kind"), {"BackupConfiguration", "BackupBatch"});
     }},
    {"has(self.members) && size(self.members) > 0",
     [](const Value& self, const Value*) {
       const json::Array* members = json::find_array(self, "/members");
       return members != nullptr && !members->empty();
     }},
    {"!self.contains('TZ')", [](const Value& self, const Value*) { return !json::as_view(self).contains("TZ"); }},
    {R"(self.contains('TZ') || self.matches('^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every\\s+\\S+)|)"
     R"(\\s*[^\\s@]\\S*(\\s+\\S+){4}\\s*)$'))",
     is_schedule},
    {"has(self.ref) && has(self.ref.kind) && has(self.ref.name) && self.ref.kind != '' && self.ref.name != ''",
     [](const Value& self, const Value*) {
       return !json::find_string(self, "/ref/kind").empty() && !json::find_string(self, "/ref/name").empty();
     }},
    {"!has(self.ref) || !has(self.ref.kind) || self.ref.kind == '' || self.ref.kind in ['Deployment', 'StatefulSet', "
     "'DaemonSet', 'PersistentVolumeClaim']",
     [](const Value& self, const Value*) {
       return is_one_of(
           json::find_string(self, "/ref/kind"), {"", "Deployment", "StatefulSet", "DaemonSet", "PersistentVolumeClaim"}
       );
     }},
    {"!has(self.ref) || !has(self.ref.kind) || !has(self.ref.apiVersion) || self.ref.apiVersion == '' || "
     "(self.ref.kind == 'PersistentVolumeClaim' ? self.ref.apiVersion == 'v1' : !(self.ref.kind in ['Deployment', "
     "'StatefulSet', 'DaemonSet']) || self.ref.apiVersion == 'apps/v1')",
     fits_api_version},
    {"self.matches('^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$') && self.lowerAscii() != 'local'", is_zone},
    {"self.matches('^[+]?(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|ms|s|m|h))+$') && duration(self) > duration('0s')",
     is_positive_duration},
    {"self.matches('^[+]?(0|(([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|ms|s|m|h))+)$') && duration(self) >= "
     "duration('0s')",
     is_delay},
    {"has(self.volumeClaimTemplates) && size(self.volumeClaimTemplates) > 0",
     [](const Value& self, const Value*) {
       const json::Array* templates = json::find_array(self, "/volumeClaimTemplates");
       return templates != nullptr && !templates->empty();
     }},
    {"!has(self.volumeClaimTemplates) || self.volumeClaimTemplates.all(t, has(t.metadata) && has(t.metadata.name) && "
     "t.metadata.name != '')",
     [](const Value& self, const Value*) {
       return all_of(self, "/volumeClaimTemplates", [](const Value& t) {
         return !json::find_string(t, "/metadata/name").empty();
       });
     }},
    {"!has(self.replicas) || self.replicas < 2 || !has(self.volumeClaimTemplates) || "
     "self.volumeClaimTemplates.all(t, !has(t.metadata) || !has(t.metadata.name) || "
     "t.metadata.name.contains('POD_ORDINAL'))",
     ordinals_are_named},
    // external-snapshotter's
    {"size(self) > 0", [](const Value& self, const Value*) { return !json::as_view(self).empty(); }},
    {"!has(oldSelf.persistentVolumeClaimName) || has(self.persistentVolumeClaimName)",
     [](const Value& self, const Value* old) { return keeps(self, old, "/persistentVolumeClaimName"); }, true},
    {"!has(oldSelf.volumeSnapshotContentName) || has(self.volumeSnapshotContentName)",
     [](const Value& self, const Value* old) { return keeps(self, old, "/volumeSnapshotContentName"); }, true},
    {"(has(self.volumeSnapshotContentName) && !has(self.persistentVolumeClaimName)) || "
     "(!has(self.volumeSnapshotContentName) && has(self.persistentVolumeClaimName))",
     [](const Value& self, const Value*) {
       return exactly_one(self, "/volumeSnapshotContentName", "/persistentVolumeClaimName");
     }},
    {"!has(oldSelf.volumeHandle) || has(self.volumeHandle)",
     [](const Value& self, const Value* old) { return keeps(self, old, "/volumeHandle"); }, true},
    {"!has(oldSelf.snapshotHandle) || has(self.snapshotHandle)",
     [](const Value& self, const Value* old) { return keeps(self, old, "/snapshotHandle"); }, true},
    {"(has(self.volumeHandle) && !has(self.snapshotHandle)) || (!has(self.volumeHandle) && has(self.snapshotHandle))",
     [](const Value& self, const Value*) { return exactly_one(self, "/volumeHandle", "/snapshotHandle"); }},
    {"has(self.name) && has(self.__namespace__)",
     [](const Value& self, const Value*) { return has(self, "/name") && has(self, "/namespace"); }},
    {"!has(oldSelf.sourceVolumeMode) || has(self.sourceVolumeMode)",
     [](const Value& self, const Value* old) { return keeps(self, old, "/sourceVolumeMode"); }, true},
};

}  // namespace

const CelRule* find_cel_rule(std::string_view text) {
  const auto* found = std::ranges::find(kRules, text, &CelRule::text);
  return found == std::end(kRules) ? nullptr : found;
}

}  // namespace snapstash::sim

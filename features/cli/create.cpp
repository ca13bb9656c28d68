#include "features/cli/create.hpp"

#include <array>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/cluster/snapshots.hpp"
#include "api/validation.hpp"
#include "features/cli/holds.hpp"

namespace snapstash::cli {
namespace {

constexpr std::string_view kDriver = "VolumeSnapshotter";

/// Stash names a policy after the last of these that is not zero.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kUnits{
    {{"keepLast", "last"},
     {"keepDaily", "daily"},
     {"keepHourly", "hourly"},
     {"keepWeekly", "weekly"},
     {"keepMonthly", "monthly"},
     {"keepYearly", "yearly"}}
};

std::string policy_name(const json::Object& policy) {
  std::string name;
  for (const auto& [field, unit] : kUnits) {
    const json::Value* number = json::find_key(policy, field);
    if (number != nullptr && number->is_int64() && number->get_int64() != 0) {
      name = fmt::format("keep-{}-{}", unit, number->get_int64());
    }
  }
  return name;
}

void put(json::Object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

json::Object retention_of(const CreateConfiguration& wanted) {
  json::Object policy;
  for (const auto& [field, unit] : kUnits) {
    const auto number = wanted.keep.find(std::string(field));
    if (number != wanted.keep.end()) policy[field] = number->second;
  }
  if (wanted.prune) policy["prune"] = *wanted.prune;
  if (wanted.dry_run) policy["dryRun"] = *wanted.dry_run;
  return policy;
}

std::string api_version_of(const CreateConfiguration& wanted) {
  if (!wanted.target_api_version.empty() || wanted.target_kind.empty()) return wanted.target_api_version;
  return wanted.target_kind == "PersistentVolumeClaim" ? "v1" : "apps/v1";
}

json::Object target_of(const CreateConfiguration& wanted) {
  json::Object ref;
  put(ref, "apiVersion", api_version_of(wanted));
  put(ref, "kind", wanted.target_kind);
  put(ref, "name", wanted.target_name);
  json::Object target;
  if (!ref.empty()) target["ref"] = std::move(ref);
  if (wanted.replicas) target["replicas"] = *wanted.replicas;
  put(target, "snapshotClassName", wanted.snapshot_class);
  return target;
}

/// What the flags say, retention aside.
json::Object spec_of(const CreateConfiguration& wanted) {
  json::Object spec{{"driver", kDriver}};
  put(spec, "schedule", wanted.schedule);
  if (json::Object target = target_of(wanted); !target.empty()) spec["target"] = std::move(target);
  return spec;
}

json::Value object_of(
    const kube::Resource& resource, const std::string& name, const std::string& namespace_, json::Object spec
) {
  json::Object metadata{{"name", name}};
  put(metadata, "namespace", namespace_);
  return json::Object{
      {"apiVersion", resource.api_version()},
      {"kind", resource.kind},
      {"metadata", std::move(metadata)},
      {"spec", std::move(spec)}
  };
}

Task<Result<std::optional<json::Value>>> look_up(const Ports& ports, kube::Resource resource, std::string name) {
  auto found = co_await ports.client.get_json(resource, {ports.namespace_, name}).as_result();
  if (found) co_return *std::move(found);
  if (found.error().is(Code::kNotFound)) co_return std::nullopt;
  co_return fail(std::move(found).error());
}

/// A POST that was answered by silence is repeated, and then meets the object that it made.
kube::Client::IsOurs says(json::Value object) {
  return [object = std::move(object)](const json::Value& existing) { return holds(existing, object); };
}

std::string describe_phase(const json::Value& object) {
  const std::string phase(json::find_string(object, "/status/phase"));
  return phase.empty() ? "new" : phase;
}

template <class Kind, class Wanted>
Result<std::string> checked(const Wanted& wanted, json::Value object) {
  auto decoded = json::decode<Kind>(object);
  if (!decoded) return fail(std::move(decoded).error());
  if (const auto problems = api::validate(*decoded); !problems.empty()) {
    return fail(Code::kInvalid, api::describe(problems));
  }
  return format_document(object, wanted.output);
}

}  // namespace

std::string warn_of_ignored(const std::vector<std::string>& flags) {
  if (flags.empty()) return "";
  return fmt::format(
      "warning: {} {} read by Stash's Restic driver only, and ignored.\n", fmt::join(flags, ", "),
      flags.size() == 1 ? "is" : "are"
  );
}

json::Value configuration_of(const CreateConfiguration& wanted, const std::string& namespace_) {
  json::Object spec = spec_of(wanted);
  json::Object policy = retention_of(wanted);
  json::Object retention{{"name", policy_name(policy)}, {"prune", wanted.prune.value_or(false)}};
  for (auto& member : policy) retention[member.key()] = std::move(member.value());
  spec["retentionPolicy"] = std::move(retention);
  return object_of(api::BackupConfiguration::kResource, wanted.name, namespace_, std::move(spec));
}

json::Value patch_for(const CreateConfiguration& wanted, const json::Value& existing) {
  json::Object spec = spec_of(wanted);
  json::Object policy = retention_of(wanted);
  if (!wanted.keep.empty()) {
    json::Object all;
    if (const auto* now = json::find_object(existing, "/spec/retentionPolicy")) all = *now;
    for (const auto& member : policy) all[member.key()] = member.value();
    policy["name"] = policy_name(all);
  }
  if (!policy.empty()) spec["retentionPolicy"] = std::move(policy);
  return json::Object{{"spec", std::move(spec)}};
}

json::Value restore_of(const CreateRestore& wanted, const std::string& namespace_) {
  json::Array modes;
  for (const std::string& mode : wanted.access_modes) modes.push_back(json::make_string(mode));
  if (modes.empty()) modes.emplace_back("ReadWriteOnce");
  json::Object claim{
      {"accessModes", std::move(modes)},
      {"dataSource",
       json::Object{
           {"apiGroup", api::VolumeSnapshot::kResource.group}, {"kind", "VolumeSnapshot"}, {"name", wanted.snapshot}
       }}
  };
  if (wanted.storage_class) claim["storageClassName"] = *wanted.storage_class;
  if (!wanted.size.empty()) claim["resources"] = json::Object{{"requests", json::Object{{"storage", wanted.size}}}};
  json::Object target{
      {"volumeClaimTemplates",
       json::Array{json::Object{{"metadata", json::Object{{"name", wanted.claim}}}, {"spec", std::move(claim)}}}}
  };
  if (wanted.replicas) target["replicas"] = *wanted.replicas;
  json::Object spec{{"driver", kDriver}, {"target", std::move(target)}};
  return object_of(api::RestoreSession::kResource, wanted.name, namespace_, std::move(spec));
}

Task<Result<int>> create(Ports ports, CreateConfiguration wanted) {
  ports.err << warn_of_ignored(wanted.ignored);
  constexpr kube::Resource kKind = api::BackupConfiguration::kResource;
  const std::string who = fmt::format("BackupConfiguration {}/{}", ports.namespace_, wanted.name);
  const std::optional<json::Value> existing = co_await look_up(ports, kKind, wanted.name);
  if (!existing) {
    json::Value object = configuration_of(wanted, ports.namespace_);
    co_await ports.client.create(kKind, object, says(object));
    ports.out << fmt::format("{} has been created successfully.\n", who);
    co_return kOk;
  }
  if (json::find_string(*existing, "/spec/driver") != kDriver) {
    co_return fail(Code::kInvalid, fmt::format("{} exists, and is left alone: {}.", who, api::kResticSentence));
  }
  json::Value patch = patch_for(wanted, *existing);
  if (holds(*existing, patch)) {
    ports.out << fmt::format("{} exists and is like that already.\n", who);
    co_return kOk;
  }
  // Another object of that name by now is left alone.
  patch.as_object()["metadata"] =
      json::Object{{"uid", json::make_string(json::find_string(*existing, "/metadata/uid"))}};
  co_await ports.client.merge_patch(kKind, {ports.namespace_, wanted.name}, std::move(patch));
  ports.out << fmt::format("{} has been changed; what no flag names is as it was.\n", who);
  co_return kOk;
}

Task<Result<int>> create(Ports ports, CreateRestore wanted) {
  ports.err << warn_of_ignored(wanted.ignored);
  constexpr kube::Resource kKind = api::RestoreSession::kResource;
  const std::string who = fmt::format("RestoreSession {}/{}", ports.namespace_, wanted.name);
  const std::optional<json::Value> existing = co_await look_up(ports, kKind, wanted.name);
  json::Value object = restore_of(wanted, ports.namespace_);
  if (!existing) {
    co_await ports.client.create(kKind, object, says(object));
    ports.out << fmt::format("{} has been created successfully.\n", who);
    co_return kOk;
  }
  const std::string phase = describe_phase(*existing);
  if (!holds(*existing, object)) {
    co_return fail(
        Code::kInvalid, fmt::format(
                            "{} exists, is {}, and is another one: {}. Choose another name, or delete it first; what "
                            "it restored stays.",
                            who, phase, api::kRestoreFixedSentence
                        )
    );
  }
  ports.out << fmt::format(
      "{} exists already and is {}. It runs once; to restore again, choose another name.\n", who, phase
  );
  co_return kOk;
}

Result<std::string> document_of(const CreateConfiguration& wanted, const std::string& namespace_) {
  return checked<api::BackupConfiguration>(wanted, configuration_of(wanted, namespace_));
}

Result<std::string> document_of(const CreateRestore& wanted, const std::string& namespace_) {
  return checked<api::RestoreSession>(wanted, restore_of(wanted, namespace_));
}

}  // namespace snapstash::cli

#include "sim/invariants/end_state.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "api/backup_batch.hpp"
#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "api/restore_batch.hpp"
#include "api/restore_session.hpp"
#include "sim/invariants/marks.hpp"
#include "sim/scenarios/expect.hpp"

namespace snapstash::sim {
namespace {

using namespace std::chrono_literals;

constexpr kube::Resource kRoleBinding{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"};
constexpr std::array kOwned{kinds::kCronJob, kinds::kJob, kinds::kServiceAccount, kRoleBinding};

/// Seconds in names become #.
std::string mask(std::string_view text) {
  std::string masked;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end - i >= 10) {
      masked += '#';
      i = end;
    } else {
      masked += text[i++];
    }
  }
  return masked;
}

std::string conditions_of(const StoredObject& object) {
  const json::Array* conditions = json::find_array(object.value(), "/status/conditions");
  if (conditions == nullptr) return "";
  std::vector<std::string> told;
  for (const json::Value& each : *conditions) {
    told.push_back(fmt::format(" {}={}", json::find_string(each, "/type"), json::find_string(each, "/status")));
  }
  std::ranges::sort(told);
  std::string all;
  for (const std::string& each : told) all += each;
  return all;
}

std::string hosts_of(const json::Value& status, std::string_view pointer) {
  const json::Array* stats = json::find_array(status, pointer);
  if (stats == nullptr) return "";
  std::vector<std::string> told;
  for (const json::Value& host : *stats) {
    told.push_back(fmt::format(" {}:{}", json::find_string(host, "/hostname"), json::find_string(host, "/phase")));
  }
  std::ranges::sort(told);
  std::string all;
  for (const std::string& each : told) all += each;
  return all;
}

std::string told(const StoredObject& object, const kube::Resource& resource) {
  const json::Value& value = object.value();
  std::string line = fmt::format("{} {}/{}", resource.kind, object.namespace_(), mask(object.name()));
  if (is_deleting(object)) line += " (going)";
  if (resource == kinds::kSnapshot) {
    return fmt::format(
        "{} of {}{}", line, json::find_string(value, marks::kSource),
        is_true(value, "/status/readyToUse") ? " ready" : ""
    );
  }
  if (resource == kinds::kClaim) {
    return fmt::format("{} from {} {}", line, json::find_string(value, "/spec/dataSource/name"), phase_of(object));
  }
  if (resource == kinds::kCronJob) {
    return fmt::format(
        "{} {} suspend={}", line, json::find_string(value, "/spec/schedule"), is_true(value, "/spec/suspend")
    );
  }
  if (resource == api::BackupSession::kResource) {
    const json::Array* targets = json::find_array(value, "/status/targets");
    line += " " + phase_of(object);
    for (std::size_t i = 0; targets != nullptr && i < targets->size(); ++i) {
      line += hosts_of(targets->at(i), "/stats");
    }
    return line;
  }
  if (resource == api::RestoreSession::kResource) {
    return fmt::format("{} {}{}", line, phase_of(object), hosts_of(value, "/status/stats"));
  }
  if (resource == api::RestoreBatch::kResource) {
    const json::Array* members = json::find_array(value, "/status/members");
    line += " " + phase_of(object);
    for (std::size_t i = 0; members != nullptr && i < members->size(); ++i) {
      line += fmt::format(" {}{}", json::find_string(members->at(i), "/phase"), hosts_of(members->at(i), "/stats"));
    }
    return line;
  }
  return fmt::format("{} {}{}", line, phase_of(object), conditions_of(object));
}

/// L1: what a configuration implies is there, and as it says.
void check_configurations(World& world, std::vector<Violation>& found) {
  std::vector<ObjectPtr> all = world.cluster().list(api::BackupConfiguration::kResource);
  for (ObjectPtr& each : world.cluster().list(api::BackupBatch::kResource)) all.push_back(std::move(each));
  for (const ObjectPtr& each : all) {
    const json::Value& value = each->value();
    if (is_deleting(*each)) {
      found.push_back({"L3", fmt::format("configuration {} does not go", each->name())});
      continue;
    }
    if (number_at(value, "/status/observedGeneration", 0) != number_at(value, "/metadata/generation", 0)) {
      found.push_back({"L1", fmt::format("configuration {} has not been looked at", each->name())});
    }
    if (phase_of(*each) != "Ready") continue;
    const ObjectPtr job = world.cluster().find(kinds::kCronJob, each->namespace_(), "stash-trigger-" + each->name());
    if (!job || json::find_string(job->value(), "/spec/schedule") != json::find_string(value, "/spec/schedule") ||
        is_true(job->value(), "/spec/suspend") != is_true(value, "/spec/paused")) {
      found.push_back({"L1", fmt::format("the CronJob of {} is not there, or not as it should be", each->name())});
    }
  }
}

/// L9: what has come of a blueprint has a target that asks for it.
void check_blueprints(World& world, std::vector<Violation>& found) {
  for (const ObjectPtr& each : world.cluster().list(api::BackupConfiguration::kResource)) {
    const auto blueprint = json::find_string(each->value(), marks::kBlueprint);
    if (blueprint.empty()) continue;
    bool asked = false;
    for (const kube::Resource& kind : {kinds::kDeployment, kinds::kClaim}) {
      for (const ObjectPtr& target : world.cluster().list(kind, each->namespace_())) {
        asked |= target->uid() == controller_uid(*each) &&
                 json::find_string(target->value(), marks::kAsksFor).contains(blueprint);
      }
    }
    if (!asked) found.push_back({"L9", fmt::format("nobody asks for configuration {}", each->name())});
  }
}

/// L2: everything that was begun has ended.
void check_sessions(World& world, std::vector<Violation>& found) {
  for (const auto& resource :
       {api::BackupSession::kResource, api::RestoreSession::kResource, api::RestoreBatch::kResource}) {
    for (const ObjectPtr& each : world.cluster().list(resource)) {
      const std::string phase = phase_of(*each);
      if (phase.empty() || phase == "Pending" || phase == "Running") {
        found.push_back({"L2", fmt::format("{} {} is still \"{}\"", resource.kind, each->name(), phase)});
      }
    }
  }
}

/// L3: nothing of ours outlives what it was made for, and no snapshot is left that nobody will ever count.
void check_leaks(World& world, std::vector<Violation>& found) {
  for (const kube::Resource& resource : kOwned) {
    for (const ObjectPtr& each : world.cluster().list(resource)) {
      if (!marks::is_managed(*each)) continue;
      const auto owner = controller_uid(*each);
      bool lives = false;
      for (const auto& kind :
           {api::BackupConfiguration::kResource, api::BackupBatch::kResource, api::BackupSession::kResource,
            api::RestoreSession::kResource, api::RestoreBatch::kResource, kinds::kCronJob}) {
        for (const ObjectPtr& candidate : world.cluster().list(kind)) lives |= candidate->uid() == owner;
      }
      if (!lives) found.push_back({"L3", fmt::format("{} {} has outlived its owner", resource.kind, each->name())});
    }
  }
  for (const ObjectPtr& each : world.cluster().list(kinds::kSnapshot)) {
    if (marks::is_from_session(*each) && json::find_string(each->value(), marks::kCutAt).empty()) {
      found.push_back({"L3", fmt::format("snapshot {} was never cut, and is left", each->name())});
    }
  }
}

/// L4 and L6: all run and know everything, and somebody leads.
void check_operators(World& world, std::vector<Violation>& found) {
  int leaders = 0;
  for (std::size_t i = 0; i < world.replicas(); ++i) {
    const OperatorProgram* program = world.replica(i).program();
    if (program == nullptr) {
      found.push_back({"L4", fmt::format("{} does not run", world.replica(i).name())});
      continue;
    }
    leaders += program->is_leading() ? 1 : 0;
    if (program->probes().answer("/readyz", "").status != 200) {
      found.push_back({"L4", fmt::format("{} is not ready", world.replica(i).name())});
    }
  }
  if (leaders != 1) found.push_back({"L6", fmt::format("{} replicas lead", leaders)});
}

bool has_failed(const StoredObject& object, std::string_view type) {
  const json::Array* conditions = json::find_array(object.value(), "/status/conditions");
  return conditions != nullptr && std::ranges::any_of(*conditions, [type](const json::Value& condition) {
           return json::find_string(condition, "/type") == type && json::find_string(condition, "/status") == "False";
         });
}

bool says_so(World& world) {
  for (const ObjectPtr& batch : world.cluster().list(api::RestoreBatch::kResource)) {
    if (has_failed(*batch, "GlobalPostRestoreHookSucceeded")) return true;
  }
  for (const ObjectPtr& session : world.cluster().list(api::BackupSession::kResource)) {
    if (has_failed(*session, "GlobalPostBackupHookSucceeded")) return true;
    const json::Array* targets = json::find_array(session->value(), "/status/targets");
    for (std::size_t i = 0; targets != nullptr && i < targets->size(); ++i) {
      const json::Array* conditions = json::find_array(targets->at(i), "/conditions");
      const auto says = [](const json::Value& condition) {
        return json::find_string(condition, "/type") == "PostBackupHookExecutionSucceeded" &&
               json::find_string(condition, "/status") == "False";
      };
      if (conditions != nullptr && std::ranges::any_of(*conditions, says)) return true;
    }
  }
  return false;
}

void check_applications(World& world, std::vector<Violation>& found) {
  const std::string frozen = world.applications().frozen_pod();
  if (!frozen.empty() && !says_so(world)) {
    found.push_back({"L8", frozen + " is left frozen, and no session says so"});
  }
  if (world.services().is_closed() && !says_so(world)) {
    found.push_back({"L8", "what a batch's first hook holds is left held, and no session says so"});
  }
}

}  // namespace

EndState end_state(World& world) {
  EndState state;
  for (const auto& resource :
       {api::BackupConfiguration::kResource, api::BackupBatch::kResource, api::BackupSession::kResource,
        api::RestoreSession::kResource, api::RestoreBatch::kResource, kinds::kCronJob, kinds::kServiceAccount,
        kRoleBinding, kinds::kSnapshot, kinds::kClaim}) {
    for (const ObjectPtr& each : world.cluster().list(resource)) ++state[told(*each, resource)];
  }
  return state;
}

std::string difference(const EndState& is, const EndState& should_be) {
  for (const auto& [line, count] : should_be) {
    const auto found = is.find(line);
    const int there = found == is.end() ? 0 : found->second;
    if (there < count) return "missing: " + line;
  }
  for (const auto& [line, count] : is) {
    const auto found = should_be.find(line);
    if (found == should_be.end() || found->second < count) return "too much: " + line;
  }
  return "";
}

std::vector<Violation> check_rest(World& world) {
  std::vector<Violation> found;
  check_configurations(world, found);
  check_blueprints(world, found);
  check_sessions(world, found);
  check_leaks(world, found);
  check_applications(world, found);
  check_operators(world, found);
  return found;
}

void check_calm(World& world, const Safety& safety, std::vector<Violation>& found) {
  const std::uint64_t before = safety.our_requests();
  world.run_for(1h);
  // Watches that ended begin again, and one that has expired is a list: what a server's restart costs, not a loop.
  const std::uint64_t asked = safety.our_requests() - before;
  if (asked > 0) found.push_back({"L4", fmt::format("{} requests in an hour in which nothing happened", asked)});
}

}  // namespace snapstash::sim

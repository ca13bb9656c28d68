#include "features/cli/plan.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/backup_session.hpp"
#include "features/cli/age.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/decode_all.hpp"
#include "features/cli/list_all.hpp"
#include "features/cli/table.hpp"
#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"
#include "features/retention/observe.hpp"
#include "kernel/kube/yaml.hpp"

namespace snapstash::cli {
namespace {

using api::BackupConfiguration;
using retention::Choice;
using Plans = std::vector<retention::Plan>;
using ByClaim = std::map<std::string, std::vector<retention::Snapshot>>;

bool says_something(const json::Object& policy) {
  return std::ranges::any_of(policy, [](const auto& item) {
    return std::string_view(item.key()).starts_with("keep") || item.key() == "name";
  });
}

/// Reads the retentionPolicy of a file: a BackupConfiguration, or the policy alone, in which only the numbers count.
Result<retention::Policy> read_policy(kube::Files& files, const std::string& path) {
  auto text = files.read(path);
  if (!text) return fail(std::move(text).error());
  auto document = kube::parse_yaml(*text);
  if (!document) return fail(Code::kInvalid, fmt::format("{}: {}", path, document.error().message));
  const json::Value* found = json::find(*document, "/spec/retentionPolicy");
  if (found == nullptr) found = json::find(*document, "/retentionPolicy");
  if (found == nullptr) found = &*document;
  if (!found->is_object() || !says_something(found->get_object())) {
    return fail(
        Code::kInvalid,
        fmt::format("{}: holds no retentionPolicy; give a BackupConfiguration, or its retentionPolicy alone", path)
    );
  }
  json::Object written = found->get_object();
  written.emplace("name", "");
  written.emplace("prune", true);
  auto policy = json::decode<api::RetentionPolicy>(json::Value(std::move(written)));
  if (!policy) return fail(Code::kInvalid, fmt::format("{}: {}", path, policy.error().message));
  return retention::policy_of(*policy);
}

std::set<std::string> unfinished(const std::vector<api::BackupSession>& sessions) {
  std::set<std::string> uids;
  for (const api::BackupSession& each : sessions) {
    if (!api::is_finished(each.status.phase)) uids.insert(each.metadata.uid);
  }
  return uids;
}

using Sessions = std::vector<api::BackupSession>;

Task<Result<Sessions>> all_sessions(const Ports& ports) {
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const json::Array listed = co_await list_all(ports.client, api::BackupSession::kResource, std::move(here));
  co_return decode_all<api::BackupSession>(ports, listed);
}

retention::Breaker breaker_of(const BackupConfiguration& configuration, const Sessions& sessions) {
  std::vector<std::string> applied;
  for (const api::BackupSession& each : sessions) {
    if (configuration.metadata.name == each.spec.invoker.name) applied.push_back(retention::applied_by(each));
  }
  return retention::breaker_of(configuration, std::move(applied));
}

/// The configuration's snapshots, as the operator groups them.
Task<Result<ByClaim>> own_snapshots(
    const Ports& ports, const BackupConfiguration& configuration, const Sessions& sessions
) {
  kube::Selection here{.namespace_ = ports.namespace_, .label_selector = "", .field_selector = ""};
  const std::set<std::string> running = unfinished(sessions);
  here.label_selector = fmt::format(
      "{},{}={}", naming::kSessionUid, naming::kConfiguration, naming::bounded(configuration.metadata.name)
  );
  const json::Array snapshots = co_await list_all(ports.client, api::VolumeSnapshot::kResource, std::move(here));
  ByClaim grouped;
  for (const api::VolumeSnapshot& each : decode_all<api::VolumeSnapshot>(ports, snapshots)) {
    if (each.metadata.deletion_timestamp) continue;
    const bool ended = !running.contains(each.metadata.labels.at(naming::kSessionUid).str());
    grouped[each.spec.source.claim].push_back(retention::view(each, ended, configuration, ports.clock.now()));
  }
  co_return grouped;
}

Plans plans_for(const ByClaim& snapshots, const retention::Policy& policy, const retention::Breaker& breaker) {
  Plans made;
  for (const auto& [pvc, own] : snapshots) made.push_back(retention::plan(pvc, policy, own, breaker));
  return made;
}

std::string verdict_of(const Choice& choice) { return choice.keep() ? "keep" : "delete"; }

std::string reason_of(const Choice& choice) {
  if (choice.keep()) return fmt::format("{}", fmt::join(choice.kept_by, ", "));
  return choice.snapshot.ready ? "beyond the policy" : "left over from a failed session";
}

std::vector<std::vector<std::string>> rows_of(const Plans& plans, const Plans* other, WallTime now) {
  std::vector<std::vector<std::string>> rows{{"PVC", "SNAPSHOT", "AGE", "READY", "VERDICT", "WHY"}};
  if (other != nullptr) rows[0].insert(rows[0].end(), {"NEW VERDICT", "WHY"});
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (std::size_t j = 0; j < plans[i].choices.size(); ++j) {
      const Choice& choice = plans[i].choices[j];
      std::vector<std::string> row{
          plans[i].pvc,
          choice.snapshot.name,
          format_age(now - choice.snapshot.created),
          choice.snapshot.ready ? "true" : "false",
          verdict_of(choice),
          reason_of(choice)
      };
      // The order does not depend on the policy.
      if (other != nullptr) {
        row.push_back(verdict_of((*other)[i].choices[j]));
        row.push_back(reason_of((*other)[i].choices[j]));
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

json::Value document_of(const Plans& plans, const Plans* other) {
  json::Array items;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (std::size_t j = 0; j < plans[i].choices.size(); ++j) {
      const Choice& choice = plans[i].choices[j];
      json::Object item{
          {"pvc", plans[i].pvc},
          {"snapshot", choice.snapshot.name},
          {"created", format_time(choice.snapshot.created)},
          {"ready", choice.snapshot.ready},
          {"verdict", verdict_of(choice)},
          {"why", reason_of(choice)}
      };
      if (other != nullptr) {
        item["newVerdict"] = verdict_of((*other)[i].choices[j]);
        item["newWhy"] = reason_of((*other)[i].choices[j]);
      }
      items.emplace_back(std::move(item));
    }
  }
  return json::Object{{"snapshots", std::move(items)}};
}

void remark(
    const Ports& ports, const BackupConfiguration& configuration, const Plans& plans, const retention::Policy& policy
) {
  if (std::ranges::any_of(plans, &retention::Plan::blocked)) {
    ports.err << retention::explain_blocked(
                     plans, policy, cluster::singular_of(configuration), ports.namespace_, configuration.metadata.name
                 )
              << "\n";
    return;
  }
  if (configuration.spec.retention_policy.dry_run) {
    ports.err << "spec.retentionPolicy.dryRun is set: nothing is deleted.\n";
    return;
  }
  const bool any = std::ranges::any_of(plans, [](const retention::Plan& each) { return !each.going().empty(); });
  if (any) ports.err << "What is to be deleted goes when a session has backed up its PVC again, not before.\n";
}

}  // namespace

Task<Result<int>> plan(Ports ports, Plan wanted, kube::Files& files) {
  std::optional<retention::Policy> other;
  if (!wanted.policy_file.empty()) {
    auto read = read_policy(files, wanted.policy_file);
    if (!read) co_return fail(std::move(read).error());
    other = *read;
  }
  const BackupConfiguration configuration = co_await find_configuration(ports, wanted.configuration);
  const Sessions sessions = co_await all_sessions(ports);
  const ByClaim snapshots = co_await own_snapshots(ports, configuration, sessions);
  const retention::Policy policy = retention::policy_of(configuration.spec.retention_policy);
  const retention::Breaker breaker = breaker_of(configuration, sessions);
  const Plans now = plans_for(snapshots, policy, breaker);
  const Plans then = other ? plans_for(snapshots, *other, breaker) : Plans();
  const Plans* const compared = other ? &then : nullptr;
  if (wanted.output != Output::kTable) {
    ports.out << format_document(document_of(now, compared), wanted.output);
    co_return kOk;
  }
  if (snapshots.empty()) {
    ports.err << fmt::format(
        "BackupConfiguration {}/{} has no snapshots yet.\n", ports.namespace_, wanted.configuration
    );
    co_return kOk;
  }
  ports.out << format_table(rows_of(now, compared, ports.clock.now()));
  remark(ports, configuration, other ? then : now, other.value_or(policy));
  co_return kOk;
}

}  // namespace snapstash::cli

#include "features/backup/retry.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "features/naming/labels.hpp"
#include "features/naming/object_names.hpp"
#include "features/schedule/manifests.hpp"
#include "features/schedule/session_manifest.hpp"
#include "kernel/base/mutant.hpp"

namespace snapstash::backup {
namespace {

using api::BackupSession;

std::string annotation(const BackupSession& session, std::string_view name) {
  const auto found = session.metadata.annotations.find(name);
  return found == session.metadata.annotations.end() ? std::string() : found->second.str();
}

std::string first_of(const BackupSession& session) {
  const std::string first = annotation(session, naming::kRetryOf);
  return first.empty() ? session.metadata.name.str() : first;
}

/// How many have tried again before and with this one.
int number_of(const BackupSession& session) {
  const std::string text = annotation(session, naming::kRetry);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The PVCs that failed, with commas between; "" = all are to be tried.
std::string failed_volumes(const BackupSession& session) {
  std::string names;
  for (const auto& target : session.status.targets) {
    // What failed before its volumes were known has all of them to be tried.
    if (target.stats.empty() && target.phase != api::BackupTargetStatus::Phase::kSucceeded) return "";
    for (const auto& stats : target.stats) {
      if (stats.phase == api::HostBackupStats::Phase::kSucceeded) continue;
      names += (names.empty() ? "" : ",") + stats.hostname;
    }
  }
  return names;
}

/// Whether another session has taken, or takes, what this one could not.
bool is_superseded(const cluster::Stores& stores, const BackupSession& session, const std::string& retry) {
  const auto order = [](const BackupSession& each) {
    return std::tie(each.metadata.creation_timestamp, each.metadata.name);
  };
  const auto all = stores.sessions.find_by(cluster::kByInvoker, cluster::invoker_key(session));
  return std::ranges::any_of(all, [&](const auto& other) {
    return order(session) < order(*other) && other->metadata.name != retry &&
           other->status.phase != BackupSession::Phase::kSkipped;
  });
}

}  // namespace

std::string retry_name(const BackupSession& session) {
  return naming::session_of_retry(first_of(session), number_of(session) + 1);
}

json::Value retry_manifest(
    const BackupSession& session, const api::BackupConfiguration& configuration, const schedule::Members& members
) {
  naming::Labels annotations{
      {naming::kRetryOf, first_of(session)}, {naming::kRetry, fmt::format("{}", number_of(session) + 1)}
  };
  const std::string failed = failed_volumes(session);
  if (configuration.spec.snapstash.retry == api::SnapstashSettings::Retry::kFailedOnly && !failed.empty()) {
    annotations[naming::kOnlyVolumes] = failed;
  }
  return schedule::session_manifest({
      .name = retry_name(session),
      .namespace_ = session.metadata.namespace_,
      .invoker_kind = session.spec.invoker.kind,
      .invoker = configuration.metadata.name,
      .labels = schedule::session_labels(configuration, members),
      .annotations = std::move(annotations),
      .owner = schedule::owner_reference(configuration),
      .retry_left = is_mutant("retry-for-ever") ? session.spec.retry_left : session.spec.retry_left - 1,
  });
}

std::optional<WallTime> retry_time(
    const BackupSession& session, const api::BackupConfiguration* configuration, WallTime now
) {
  if (session.spec.retry_left <= 0 || configuration == nullptr || !configuration->spec.retry_config) return {};
  const auto delay = parse_duration(configuration->spec.retry_config->delay);
  return now + std::chrono::duration_cast<WallTime::duration>(delay.value_or(Duration(0)));
}

std::optional<RetryView> retry_of(
    const cluster::Stores& stores, const BackupSession& session, const api::BackupConfiguration* configuration
) {
  const auto& status = session.status;
  if (status.phase != BackupSession::Phase::kFailed || !status.next_retry || status.retried.value_or(false)) return {};
  if (!retry_time(session, configuration, *status.next_retry) || configuration->metadata.deletion_timestamp) return {};
  const std::string name = retry_name(session);
  if (is_superseded(stores, session, name)) return {};
  return RetryView{
      .due = *status.next_retry,
      .session = name,
      .made = stores.sessions.get(runtime::key_of(session.metadata.namespace_, name)) != nullptr,
      .left = session.spec.retry_left - 1
  };
}

}  // namespace snapstash::backup

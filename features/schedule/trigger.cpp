#include "features/schedule/trigger.hpp"

#include <charconv>
#include <optional>

#include "api/backup_configuration.hpp"
#include "api/backup_session.hpp"
#include "features/naming/object_names.hpp"
#include "features/schedule/session_manifest.hpp"
#include "kernel/base/race.hpp"

namespace snapstash::schedule {
namespace {

/// Returns the slot in a Job's name `<cron job>-<minutes since 1970>`, or nothing.
std::optional<std::int64_t> minutes_in(std::string_view job, std::string_view cron_job) {
  if (!job.starts_with(cron_job) || job.size() < cron_job.size() + 2 || job[cron_job.size()] != '-')
    return std::nullopt;
  const std::string_view digits = job.substr(cron_job.size() + 1);
  std::int64_t minutes = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), minutes);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  // Eight digits from 1989 to 2160; anything else is a name that somebody chose.
  return digits.size() == 8 ? std::optional(minutes) : std::nullopt;
}

Task<int> create(const jobs::Ports& ports, const TriggerErrand& errand) {
  const std::string name = session_name(errand);
  auto created =
      co_await ports.client
          .create(
              api::BackupSession::kResource, session_of(errand, ports.namespace_), kube::owned_by(errand.invoker_uid)
          )
          .as_result();
  if (created) {
    ports.log.info("created a BackupSession", {{"namespace", ports.namespace_}, {"name", name}});
    co_return jobs::kDone;
  }
  ports.log.error("cannot create the BackupSession", {{"name", name}, {"error", created.error().message}});
  ports.last_words(created.error().message);
  co_return jobs::kFailed;
}

Task<void> until_stopped(Event& stop) { co_await stop.wait(); }

}  // namespace

std::string session_name(const TriggerErrand& errand) {
  const auto minutes = minutes_in(errand.job_name, errand.cron_job);
  if (minutes) return naming::session_of_slot(errand.invoker, *minutes * 60);
  return naming::session_of_manual_job(errand.invoker, errand.job_uid);
}

json::Value session_of(const TriggerErrand& errand, const std::string& namespace_) {
  return session_manifest({
      .name = session_name(errand),
      .namespace_ = namespace_,
      .invoker_kind = errand.invoker_kind,
      .invoker = errand.invoker,
      .labels = errand.labels,
      .annotations = {},
      .owner =
          {{"apiVersion", api::BackupConfiguration::kResource.api_version()},
           {"kind", errand.invoker_kind},
           {"name", errand.invoker},
           {"uid", errand.invoker_uid},
           {"controller", true},
           {"blockOwnerDeletion", true}},
      .retry_left = errand.retry_left,
  });
}

Task<int> create_session(jobs::Ports ports, TriggerErrand errand) {
  auto outcome = co_await race(ports.executor, create(ports, errand), until_stopped(ports.stop));
  co_return outcome.index() == 0 ? std::get<0>(outcome) : jobs::kStopped;
}

}  // namespace snapstash::schedule

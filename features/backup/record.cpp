#include "features/backup/record.hpp"

#include "kernel/base/mutant.hpp"

namespace snapstash::backup {

using api::BackupSession;

Task<Result<json::Value>> write(
    const cluster::Context& context, std::shared_ptr<const BackupSession> session, BackupSession::Status status
) {
  BackupSession wanted;
  wanted.metadata.name = session->metadata.name;
  wanted.metadata.namespace_ = session->metadata.namespace_;
  // A leader that has been overtaken must not undo what the next one wrote.
  if (!is_mutant("status-without-version")) wanted.metadata.resource_version = session->metadata.resource_version;
  wanted.status = std::move(status);
  json::Value object = json::encode(wanted);
  object.as_object().erase("spec");
  co_return co_await context.client.apply_status(BackupSession::kResource, std::move(object));
}

void tell(const cluster::Context& context, const BackupSession& session, const std::vector<Notice>& notices) {
  const auto regarding = runtime::reference_to(session);
  for (const Notice& notice : notices) {
    runtime::EventNews news{
        .type = notice.good ? runtime::EventType::kNormal : runtime::EventType::kWarning,
        .regarding = regarding,
        .reason = notice.reason,
        .action = notice.action,
        .note = notice.message,
        .related = {}
    };
    if (!notice.volume.empty()) {
      news.related.api_version = "v1";
      news.related.kind = "PersistentVolumeClaim";
      news.related.namespace_ = regarding.namespace_;
      news.related.name = notice.volume;
    }
    context.events.record(std::move(news));
    context.log.info(
        "backup session", {{"namespace", session.metadata.namespace_},
                           {"name", session.metadata.name},
                           {"reason", notice.reason},
                           {"message", notice.message}}
    );
  }
}

}  // namespace snapstash::backup

#include "features/restore/record.hpp"

#include "features/naming/labels.hpp"

namespace snapstash::restore {

using api::RestoreBatch;
using api::RestoreSession;

template <class Kind>
Task<Result<json::Value>> write(
    const cluster::Context& context, std::shared_ptr<const Kind> restore, typename Kind::Status status
) {
  Kind wanted;
  wanted.metadata.name = restore->metadata.name;
  wanted.metadata.namespace_ = restore->metadata.namespace_;
  // A leader that has been overtaken must not undo what the next one wrote.
  wanted.metadata.resource_version = restore->metadata.resource_version;
  wanted.status = std::move(status);
  json::Value object = json::encode(wanted);
  object.as_object().erase("spec");
  co_return co_await context.client.apply_status(Kind::kResource, std::move(object));
}

template <class Kind>
void tell(const cluster::Context& context, const Kind& restore, const std::vector<Notice>& notices) {
  const auto regarding = runtime::reference_to(restore);
  for (const Notice& notice : notices) {
    context.events.record(
        {.type = notice.good ? runtime::EventType::kNormal : runtime::EventType::kWarning,
         .regarding = regarding,
         .reason = notice.reason,
         .action = notice.action,
         .note = notice.message,
         .related = {}}
    );
    context.log.info(
        "restore", {{"kind", Kind::kResource.kind},
                    {"namespace", restore.metadata.namespace_},
                    {"name", restore.metadata.name},
                    {"reason", notice.reason},
                    {"message", notice.message}}
    );
  }
}

template <class Kind>
Task<Result<void>> release(const cluster::Context& context, std::shared_ptr<const Kind> restore) {
  const kube::ObjectMeta& known = restore->metadata;
  std::vector<Text> left = known.finalizers;
  if (std::erase(left, naming::kStashManager) == 0) co_return {};
  json::Array finalizers;
  for (const Text& each : left) finalizers.push_back(json::make_string(each));
  json::Object metadata{{"finalizers", std::move(finalizers)}, {"resourceVersion", known.resource_version}};
  auto released =
      co_await context.client
          .merge_patch(Kind::kResource, {known.namespace_, known.name}, json::Object{{"metadata", std::move(metadata)}})
          .as_result();
  if (!released && !released.error().is(Code::kNotFound)) co_return fail(std::move(released).error());
  co_return {};
}

template Task<Result<json::Value>> write(
    const cluster::Context&, std::shared_ptr<const RestoreSession>, RestoreSession::Status
);
template Task<Result<json::Value>> write(
    const cluster::Context&, std::shared_ptr<const RestoreBatch>, RestoreBatch::Status
);
template void tell(const cluster::Context&, const RestoreSession&, const std::vector<Notice>&);
template void tell(const cluster::Context&, const RestoreBatch&, const std::vector<Notice>&);
template Task<Result<void>> release(const cluster::Context&, std::shared_ptr<const RestoreSession>);
template Task<Result<void>> release(const cluster::Context&, std::shared_ptr<const RestoreBatch>);

}  // namespace snapstash::restore

#include "features/cluster/batch.hpp"

#include <fmt/format.h>

#include "kernel/runtime/store.hpp"

namespace snapstash::cluster {
namespace {

std::shared_ptr<api::BackupConfiguration> plan_of(const api::BackupBatch& batch) {
  auto made = std::make_shared<api::BackupConfiguration>();
  made->metadata = batch.metadata;
  static_cast<api::BackupPlan&>(made->spec) = batch.spec;
  made->status.observed_generation = batch.status.observed_generation;
  made->status.phase = batch.status.phase;
  made->status.conditions = batch.status.conditions;
  made->status.snapstash = batch.status.snapstash;
  made->batch.emplace();
  return made;
}

}  // namespace

std::shared_ptr<const api::BackupConfiguration> whole_of(const api::BackupBatch& batch) { return plan_of(batch); }

std::shared_ptr<const api::BackupConfiguration> member_of(const api::BackupBatch& batch, std::size_t member) {
  auto made = plan_of(batch);
  const api::BackupBatch::Member& from = batch.spec.members.at(member);
  made->spec.target = from.target;
  made->spec.hooks = from.hooks;
  made->spec.runtime_settings = from.runtime_settings;
  made->batch->member = static_cast<std::int32_t>(member);
  return made;
}

std::string batch_key(std::string_view namespace_, std::string_view name) {
  return fmt::format("{}:{}/{}", api::BackupBatch::kResource.kind, namespace_, name);
}

std::string_view kind_of(const api::BackupConfiguration& configuration) {
  return configuration.batch ? api::BackupBatch::kResource.kind : api::BackupConfiguration::kResource.kind;
}

std::string_view singular_of(const api::BackupConfiguration& configuration) {
  return configuration.batch ? json::Description<api::BackupBatch>::singular
                             : json::Description<api::BackupConfiguration>::singular;
}

bool is_batch(const api::BackupSession& session) {
  return session.spec.invoker.kind == api::BackupBatch::kResource.kind;
}

std::string invoker_key(const api::BackupSession& session) {
  const std::string& namespace_ = session.metadata.namespace_;
  const std::string& name = session.spec.invoker.name;
  return is_batch(session) ? batch_key(namespace_, name) : runtime::key_of(namespace_, name);
}

std::string invoker_key(const api::BackupConfiguration& configuration) {
  const auto& metadata = configuration.metadata;
  return configuration.batch ? batch_key(metadata.namespace_, metadata.name) : runtime::key_of(metadata);
}

}  // namespace snapstash::cluster

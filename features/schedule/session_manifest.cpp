#include "features/schedule/session_manifest.hpp"

#include "api/backup_session.hpp"

namespace snapstash::schedule {

json::Value session_manifest(SessionOrder order) {
  json::Object metadata{
      {"name", order.name},
      {"namespace", order.namespace_},
      {"labels", kube::to_json(order.labels)},
      {"ownerReferences", json::Array{std::move(order.owner)}}
  };
  if (!order.annotations.empty()) metadata["annotations"] = kube::to_json(order.annotations);
  json::Object spec{
      {"invoker", json::Object{{"apiGroup", api::kGroup}, {"kind", order.invoker_kind}, {"name", order.invoker}}}
  };
  if (order.retry_left > 0) spec["retryLeft"] = order.retry_left;
  return json::Object{
      {"apiVersion", api::BackupSession::kResource.api_version()},
      {"kind", "BackupSession"},
      {"metadata", std::move(metadata)},
      {"spec", std::move(spec)}
  };
}

}  // namespace snapstash::schedule

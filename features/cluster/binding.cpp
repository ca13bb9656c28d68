#include "features/cluster/binding.hpp"

namespace snapstash::cluster {

Task<Result<json::Value>> apply_binding(const Context& context, json::Value manifest) {
  auto written = co_await context.client.apply(RoleBinding::kResource, manifest).as_result();
  if (written || !written.error().is(Code::kInvalid)) co_return written;
  const auto old = context.stores.bindings.get(
      runtime::key_of(json::find_string(manifest, "/metadata/namespace"), json::find_string(manifest, "/metadata/name"))
  );
  if (!old) co_return written;
  co_await context.client.remove(
      RoleBinding::kResource, {old->metadata.namespace_, old->metadata.name},
      {.uid = old->metadata.uid, .resource_version = ""}
  );
  co_return co_await context.client.apply(RoleBinding::kResource, std::move(manifest)).as_result();
}

}  // namespace snapstash::cluster

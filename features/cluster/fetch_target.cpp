#include "features/cluster/fetch_target.hpp"

#include <fmt/format.h>

namespace snapstash::cluster {
namespace {

template <class T>
Task<Result<void>> fetch(kube::Client& client, runtime::Store<T>& store, kube::Place place) {
  const json::Value object = co_await client.get_json(T::kResource, std::move(place));
  store.begin_initial();
  if (auto problem = store.stage(object)) co_return fail(std::move(*problem));
  store.commit("1");
  co_return {};
}

Task<Result<void>> fetch_kind(kube::Client& client, Stores& stores, std::string kind, kube::Place place) {
  if (kind == "Deployment") co_await fetch(client, stores.deployments, place);
  if (kind == "StatefulSet") co_await fetch(client, stores.stateful_sets, place);
  if (kind == "DaemonSet") co_await fetch(client, stores.daemon_sets, place);
  if (kind == "PersistentVolumeClaim") co_await fetch(client, stores.claims, place);
  co_return {};
}

}  // namespace

Task<Result<Target>> fetch_target(
    kube::Client& client, api::TargetRef ref, std::string namespace_, std::optional<std::int32_t> replicas
) {
  Stores stores;
  const std::string name = describe(ref, namespace_);
  auto fetched = co_await fetch_kind(client, stores, ref.kind, {namespace_, ref.name}).as_result();
  if (!fetched && fetched.error().is(Code::kNotFound)) {
    co_return fail(Code::kNotFound, fmt::format("Backup target {} does not exist.", name));
  }
  if (!fetched) co_return fail(std::move(fetched).error());
  auto found = find_target(stores, ref, namespace_, replicas);
  if (!found) co_return fail(Code::kInvalid, fmt::format("Backup target {} is of no kind that has volumes.", name));
  co_return *std::move(found);
}

}  // namespace snapstash::cluster

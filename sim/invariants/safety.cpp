#include "sim/invariants/safety.hpp"

#include <utility>

#include <fmt/format.h>

#include "apps/parts/operator_program.hpp"
#include "sim/invariants/marks.hpp"

namespace snapstash::sim {
namespace {

/// Compares one store with the storage as of the store's version. `belongs` tells what the watch's selector selects.
template <class T>
std::string difference(
    const runtime::Store<T>& store, const Storage& storage, const std::function<bool(const StoredObject&)>& belongs
) {
  if (!store.synced()) return "";
  const std::int64_t version = std::atoll(std::string(store.resource_version()).c_str());
  if (version < storage.started() || version > storage.revision()) return "";
  std::map<std::string, std::string> truth;
  for (const ObjectPtr& each : storage.list_at(get_type(T::kResource), "", version)) {
    if (!belongs(*each)) continue;
    const std::string key = each->namespace_().empty() ? each->name() : each->namespace_() + "/" + each->name();
    truth[key] = each->uid() + "@" + std::string(json::find_string(each->value(), "/metadata/resourceVersion"));
  }
  for (const auto& object : store.objects()) {
    const std::string key = runtime::key_of(object->metadata);
    const auto found = truth.find(key);
    if (found == truth.end()) return fmt::format("{} {} is not there as of {}", T::kResource.kind, key, version);
    const std::string seen = fmt::format("{}@{}", object->metadata.uid, object->metadata.resource_version);
    if (found->second != seen) {
      return fmt::format("{} {} is {}, and was {} as of {}", T::kResource.kind, key, seen, found->second, version);
    }
    truth.erase(found);
  }
  if (truth.empty()) return "";
  return fmt::format("{} {} is not known as of {}", T::kResource.kind, truth.begin()->first, version);
}

bool any(const StoredObject&) { return true; }

bool is_ours(const Identity& who) {
  return who.user.starts_with("system:serviceaccount:snapstash-system:") ||
         who.user.starts_with("system:serviceaccount:demo:");
}

}  // namespace

Safety::Safety(World& world) : world_(world) {
  subscription_ = world.storage().on_change([this](const Change& change) {
    pending_.push_back(change);
    if (change.type->resource.kind != "Lease") ++changes_;
  });
  for (std::size_t i = 0; i < world.api_servers(); ++i) {
    world.api_server(i).on_request([this](const ApiServer::Exchange& exchange) { look_at(exchange); });
  }
}

void Safety::look_at(const ApiServer::Exchange& exchange) {
  const std::vector<Change> changes = std::exchange(pending_, {});
  const Deed deed{exchange, changes, is_ours(exchange.who)};
  if (deed.by_us) {
    const bool lease = exchange.asked.type != nullptr && exchange.asked.type->resource.kind == "Lease";
    if (exchange.asked.verb != "watch" && !lease) {
      ++our_requests_;
      if (exchange.asked.verb != "get" && exchange.asked.verb != "list") ++our_writes_;
      check_pace(exchange);
    }
    check_request(deed);
  }
  for (const Change& change : changes) check_change(deed, change);
  constexpr std::uint64_t kEvery = 8;
  if (!changes.empty() && ++seen_ % kEvery == 0) compare_views();
}

void Safety::compare_views() {
  for (std::size_t i = 0; i < world_.replicas(); ++i) {
    const OperatorProgram* program = world_.replica(i).program();
    if (program == nullptr) continue;
    const cluster::Stores& stores = program->stores();
    const Storage& storage = world_.storage();
    for (const std::string& wrong :
         {difference(stores.configurations, storage, any), difference(stores.sessions, storage, any),
          difference(stores.blueprints, storage, any), difference(stores.deployments, storage, any),
          difference(stores.restores, storage, any), difference(stores.restore_batches, storage, any),
          difference(stores.jobs, storage, marks::is_managed), difference(stores.cron_jobs, storage, marks::is_managed),
          difference(stores.claims, storage, any), difference(stores.snapshots, storage, marks::is_from_session)}) {
      if (!wrong.empty()) note("S16", fmt::format("{} believes: {}", world_.replica(i).name(), wrong));
    }
  }
}

}  // namespace snapstash::sim

#include "features/blueprint/controller.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "features/blueprint/decide.hpp"
#include "features/naming/labels.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::blueprint {
namespace {

using api::BackupConfiguration;
using Metadata = std::shared_ptr<const kube::ObjectMeta>;

/// When a target that the API server describes otherwise than our view is looked at again, should nothing change.
constexpr std::chrono::seconds kLookAgain{30};

std::string annotation_of(const json::Value& object) {
  const json::Value* annotations = json::find(object, "/metadata/annotations");
  const json::Value* found = annotations == nullptr ? nullptr : json::find_key(*annotations, naming::kBackupBlueprint);
  return found != nullptr && found->is_string() ? std::string(json::as_view(*found)) : std::string();
}

std::string annotation_of(const kube::ObjectMeta& metadata) {
  const auto found = metadata.annotations.find(naming::kBackupBlueprint);
  return found == metadata.annotations.end() ? std::string() : found->second.str();
}

}  // namespace

class Loop {
 public:
  template <class T>
  Loop(runtime::Store<T>& targets, cluster::Context context, runtime::Controller::Ports ports);

  Task<void> run(Event& stop) {
    return controller_.run([this](std::string key) { return reconcile(std::move(key)); }, stop);
  }

 private:
  Task<Result<runtime::Requeue>> reconcile(std::string key);
  Observation observe(const Target& target) const;
  /// Whether the API server knows this very target with this annotation: an old view must neither make what has been
  /// removed, nor remove what is due.
  Task<Result<bool>> is_current(Metadata target) const;
  Task<Result<void>> apply(Order order, std::string key);
  /// Whether the name is free, or that of one that was made for the target. The view of it may be old.
  Task<Result<bool>> is_free(std::string name, Metadata target) const;
  Task<Result<void>> remove(Configuration configuration) const;
  void tell(const std::string& key, const Target& target, std::vector<Complaint> complaints);

  cluster::Context context_;
  kube::Resource resource_;
  std::function<Metadata(std::string_view key)> find_;
  runtime::Controller controller_;
  std::map<std::string, std::vector<Complaint>> told_;  ///< What is wrong, so that it is said once.
};

template <class T>
Loop::Loop(runtime::Store<T>& targets, cluster::Context context, runtime::Controller::Ports ports)
    : context_(context),
      resource_(T::kResource),
      find_([&targets](std::string_view key) {
        const auto object = targets.get(key);
        return object ? Metadata(object, &object->metadata) : Metadata();
      }),
      controller_(fmt::format("backupblueprint-{}", T::kResource.plural), ports) {
  cluster::Stores& stores = context_.stores;
  const auto concerns = [&stores](const T& target) {
    return target.metadata.annotations.contains(naming::kBackupBlueprint) ||
           !stores.configurations.find_by(cluster::kByOwner, target.metadata.uid).empty();
  };
  controller_.reconciles<T>(targets, concerns)
      .owns(stores.configurations)
      .template watches<api::BackupBlueprint>(
          stores.blueprints,
          [&targets](const api::BackupBlueprint& blueprint) {
            std::vector<std::string> keys;
            for (const auto& each : targets.find_by(cluster::kByBlueprint, blueprint.metadata.name)) {
              keys.push_back(runtime::key_of(each->metadata));
            }
            return keys;
          }
      )
      // One that had the name may have gone.
      .template watches<BackupConfiguration>(stores.configurations, [this](const BackupConfiguration& configuration) {
        std::vector<std::string> keys;
        for (const auto& [key, complaints] : told_) {
          if (runtime::split_key(key).namespace_ == configuration.metadata.namespace_) keys.push_back(key);
        }
        return keys;
      });
}

Task<Result<runtime::Requeue>> Loop::reconcile(std::string key) {
  const Metadata metadata = find_(key);
  if (!metadata) {
    told_.erase(key);
    co_return runtime::Requeue{};
  }
  const Target target{resource_, *metadata};
  Decision next = decide(observe(target));
  const bool makes = std::ranges::any_of(next.apply, [](const Order& order) { return order.version.empty(); });
  if (makes || !next.remove.empty()) {
    const bool current = co_await is_current(metadata);
    if (!current) co_return runtime::Requeue{.after = kLookAgain};
  }
  std::optional<Error> failure;
  for (Order& order : next.apply) {
    const std::string name = order.wanted.metadata.name;
    if (order.version.empty()) {
      const bool free = co_await is_free(name, metadata);
      if (!free) {
        next.complaints.push_back(name_taken(order.blueprint, name));  // until the view of it is current
        continue;
      }
    }
    auto applied = co_await apply(std::move(order), key).as_result();
    if (applied) continue;
    if (!kube::is_refusal(applied.error())) co_return fail(std::move(applied).error());
    next.complaints.push_back(
        {"BackupConfigurationRefused",
         fmt::format("BackupConfiguration {} cannot be written: {}", name, applied.error().message)}
    );
    failure = std::move(applied).error();
  }
  for (const Configuration& each : next.remove) co_await remove(each);
  tell(key, target, std::move(next.complaints));
  if (failure) co_return fail(*std::move(failure));
  co_return runtime::Requeue{};
}

Observation Loop::observe(const Target& target) const {
  const cluster::Stores& stores = context_.stores;
  Observation seen{.target = target, .blueprints = {}, .made = {}, .homonyms = {}};
  const std::vector<std::string> names = cluster::blueprints_of(target.metadata);
  for (const std::string& name : names) seen.blueprints.push_back({name, stores.blueprints.get(name)});
  for (const auto& each : stores.configurations.find_by(cluster::kByOwner, target.metadata.uid)) {
    if (is_made_for(target, *each)) seen.made.push_back(each);
  }
  for (const std::string& name : possible_names(target, names)) {
    const auto found = stores.configurations.get(runtime::key_of(target.metadata.namespace_, name));
    if (!found) continue;
    if (!is_made_for(target, *found)) {
      seen.homonyms.push_back(found);
    } else if (std::ranges::find(seen.made, found) == seen.made.end()) {
      seen.made.push_back(found);  // of a target that was deleted, and made anew
    }
  }
  return seen;
}

Task<Result<bool>> Loop::is_current(Metadata target) const {
  auto found = co_await context_.client.get_json(resource_, {target->namespace_, target->name}).as_result();
  if (!found && found.error().is(Code::kNotFound)) co_return false;
  if (!found) co_return fail(std::move(found).error());
  const bool same = json::find_string(*found, "/metadata/uid") == target->uid;
  const bool stays = json::find(*found, "/metadata/deletionTimestamp") == nullptr;
  const bool asks_alike = annotation_of(*found) == annotation_of(*target);
  co_return (same && stays && asks_alike);
}

Task<Result<bool>> Loop::is_free(std::string name, Metadata target) const {
  auto found = co_await context_.client.get<BackupConfiguration>({target->namespace_, name}).as_result();
  if (!found && found.error().is(Code::kNotFound)) co_return true;
  if (!found) co_return fail(std::move(found).error());
  co_return is_made_for({resource_, *target}, *found);
}

Task<Result<void>> Loop::apply(Order order, std::string key) {
  order.wanted.metadata.resource_version = order.version;
  const json::Value written =
      co_await context_.client.apply(BackupConfiguration::kResource, json::encode(order.wanted));
  controller_.expect(
      key, context_.stores.configurations, std::string(json::find_string(written, "/metadata/resourceVersion"))
  );
  co_return {};
}

Task<Result<void>> Loop::remove(Configuration configuration) const {
  const kube::ObjectMeta& metadata = configuration->metadata;
  co_return co_await context_.client
      .remove(
          BackupConfiguration::kResource, {metadata.namespace_, metadata.name},
          {.uid = metadata.uid, .resource_version = metadata.resource_version}
      )
      .as_result();
}

void Loop::tell(const std::string& key, const Target& target, std::vector<Complaint> complaints) {
  if (complaints.empty()) {
    told_.erase(key);
    return;
  }
  std::vector<Complaint>& known = told_[key];
  for (const Complaint& each : complaints) {
    if (std::ranges::find(known, each) != known.end()) continue;
    const kube::ObjectMeta& metadata = target.metadata;
    context_.events.warning(
        {resource_.api_version(), std::string(resource_.kind), metadata.namespace_, metadata.name, metadata.uid,
         metadata.resource_version},
        each.reason, each.sentence
    );
  }
  known = std::move(complaints);
}

Controller::Controller(cluster::Context context, runtime::Controller::Ports ports)
    : executor_(ports.executor),
      loops_{
          std::make_unique<Loop>(context.stores.deployments, context, ports),
          std::make_unique<Loop>(context.stores.stateful_sets, context, ports),
          std::make_unique<Loop>(context.stores.daemon_sets, context, ports),
          std::make_unique<Loop>(context.stores.claims, context, ports)
      } {}

Controller::~Controller() = default;

Task<void> Controller::run(Event& stop) {
  TaskGroup tasks(executor_);
  for (const auto& loop : loops_) tasks.spawn(loop->run(stop));
  co_await tasks.join();
}

}  // namespace snapstash::blueprint

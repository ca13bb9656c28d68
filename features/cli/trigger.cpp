#include "features/cli/trigger.hpp"

#include <ostream>

#include <fmt/format.h>

#include "api/backup_session.hpp"
#include "api/validation.hpp"
#include "features/cli/configurations.hpp"
#include "features/cli/get.hpp"
#include "features/cluster/batch.hpp"
#include "features/naming/object_names.hpp"
#include "features/schedule/manifests.hpp"
#include "features/schedule/session_manifest.hpp"
#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"
#include "kernel/runtime/collection.hpp"
#include "kernel/runtime/store.hpp"
#include "kernel/runtime/watcher.hpp"

namespace snapstash::cli {
namespace {

using api::BackupConfiguration;
using api::BackupSession;
using Sessions = runtime::Store<BackupSession>;

std::string name_of(const BackupConfiguration& configuration) {
  const auto& metadata = configuration.metadata;
  return fmt::format("{} {}/{}", cluster::kind_of(configuration), metadata.namespace_, metadata.name);
}

/// Why a session would come to nothing, "" if it would not.
std::string hindrance(const BackupConfiguration& configuration) {
  const std::string who = name_of(configuration);
  if (!api::is_ours(configuration)) return fmt::format("{}: {}.", who, api::kResticSentence);
  if (configuration.status.phase != BackupConfiguration::Phase::kInvalid) return "";
  const auto* validation = kube::find_condition(configuration.status.conditions, "ValidationPassed");
  return fmt::format("{} is Invalid: {}", who, validation == nullptr ? "see its status" : validation->message);
}

/// Returns how it ended; nothing when it was deleted.
Task<Result<std::optional<BackupSession::Phase>>> wait_for_end(const Ports& ports, std::string name) {
  const kube::Selection one{
      .namespace_ = ports.namespace_, .label_selector = "", .field_selector = "metadata.name=" + name
  };
  Sessions store;
  Event changed(ports.executor);
  const auto progress = store.on_progress([&changed] { changed.set(); });
  const auto change = store.on_change([&changed](const runtime::Change<BackupSession>&) { changed.set(); });
  runtime::ClientCollection collection(ports.client, BackupSession::kResource, one);
  runtime::Watcher watcher(collection, store, {ports.executor, ports.random, ports.log});
  TaskGroup group(ports.executor);
  group.spawn(watcher.run());
  std::optional<BackupSession::Phase> shown;
  for (;;) {
    changed.reset();
    const auto session = store.get(runtime::key_of(ports.namespace_, name));
    if (store.synced() && !session) co_return std::optional<BackupSession::Phase>();
    if (session && session->status.phase && session->status.phase != shown) {
      shown = session->status.phase;
      ports.err << fmt::format("BackupSession {}/{} is {}.\n", ports.namespace_, name, json::name_of(*shown));
      if (api::is_finished(shown)) co_return shown;
    }
    co_await changed.wait();
  }
}

Task<Result<int>> follow(const Ports& ports, std::string name, std::optional<Duration> timeout) {
  constexpr Duration kForEver = std::chrono::hours(24 * 365);
  auto ended = co_await with_timeout(ports.executor, timeout.value_or(kForEver), wait_for_end(ports, name)).as_result();
  if (!ended && ended.error().is(Code::kTimeout)) {
    co_return fail(
        Code::kTimeout, fmt::format(
                            "BackupSession {}/{} has not ended within {}. It goes on; kubectl stash get {} -n {} shows "
                            "how.",
                            ports.namespace_, name, format_duration(timeout.value_or(kForEver)), name, ports.namespace_
                        )
    );
  }
  if (!ended) co_return fail(std::move(ended).error());
  if (!*ended) {
    co_return fail(Code::kNotFound, fmt::format("BackupSession {}/{} was deleted.", ports.namespace_, name));
  }
  co_await get(ports, {.name = name});
  co_return **ended == BackupSession::Phase::kSucceeded ? kOk : kFailure;
}

}  // namespace

json::Value session_by_hand(const BackupConfiguration& configuration, const std::string& suffix) {
  naming::Labels labels = schedule::session_labels(configuration);
  labels["app"] = "stash";
  json::Object owner = schedule::owner_reference(configuration);
  // Blocking the owner's deletion needs a right that users do not have where that is enforced.
  owner["blockOwnerDeletion"] = false;
  const auto& retry = configuration.spec.retry_config;
  return schedule::session_manifest({
      .name = naming::session_by_hand(configuration.metadata.name, suffix),
      .namespace_ = configuration.metadata.namespace_,
      .invoker_kind = std::string(cluster::kind_of(configuration)),
      .invoker = configuration.metadata.name,
      .labels = std::move(labels),
      .annotations = {},
      .owner = std::move(owner),
      .retry_left = retry ? retry->max_retry : 0,
  });
}

Task<Result<int>> trigger(Ports ports, Trigger wanted) {
  const Invoker invoker = co_await find_invoker(ports, wanted.configuration, wanted.batch);
  const BackupConfiguration& configuration = invoker.whole;
  if (std::string why = hindrance(configuration); !why.empty()) co_return fail(Code::kInvalid, std::move(why));
  json::Value session = session_by_hand(configuration, ports.random.name_suffix());
  const std::string name(json::find_string(session, "/metadata/name"));
  co_await ports.client.create(
      BackupSession::kResource, std::move(session), kube::owned_by(configuration.metadata.uid)
  );
  ports.out << fmt::format("BackupSession {}/{} is created.\n", ports.namespace_, name);
  if (configuration.status.phase != BackupConfiguration::Phase::kReady) {
    ports.err << fmt::format(
        "{} is not Ready: kubectl describe {} -n {} {} tells why.\n", name_of(configuration),
        cluster::singular_of(configuration), ports.namespace_, configuration.metadata.name
    );
  }
  if (wanted.wait) co_return co_await follow(ports, name, wanted.timeout).as_result();
  ports.out << fmt::format("kubectl stash get {} -n {} shows how it gets on.\n", name, ports.namespace_);
  co_return kOk;
}

}  // namespace snapstash::cli

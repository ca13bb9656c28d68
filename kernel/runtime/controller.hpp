#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/event.hpp"
#include "kernel/base/log.hpp"
#include "kernel/base/task.hpp"
#include "kernel/runtime/controller_metrics.hpp"
#include "kernel/runtime/owners.hpp"
#include "kernel/runtime/queue.hpp"
#include "kernel/runtime/store.hpp"

namespace snapstash::runtime {

/// What a pass wants next. Without `after`: a change.
struct Requeue {
  std::optional<Duration> after = {};
  friend bool operator==(const Requeue&, const Requeue&) = default;
};

/// Drives one object, named by its key, one step towards its goal. Called again after an error (with back-off), so it
/// must be safe to call at any time. The object may be gone by then.
using Reconciler = std::function<Task<Result<Requeue>>(std::string key)>;

/// Calls a reconciler for every key whose object, or whose related objects, changed. See Queue for what it guarantees.
///
///     Controller controller("backupsession", {executor, log, registry});
///     controller.reconciles(sessions).owns(jobs).watches(configurations, sessions_of).concurrency(4);
///     co_await controller.run(reconciler, stop);
///
/// Stores and ports must outlive it, and it its `run`.
class Controller {
 public:
  struct Ports {
    Executor& executor;
    Log& log;
    Registry& registry;
  };
  /// How long after a write of ours a key waits at most for the store to show it.
  static constexpr Duration kExpectationLimit = std::chrono::seconds(30);

  /// `name` is the `controller` label and log field.
  Controller(std::string name, Ports ports);
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  /// Names the kind that is reconciled. Once, and first. A key whose object cannot be decoded is not reconciled: the
  /// reconciler would take it for gone. With `only` (pure), of the objects that are there at the start those that it
  /// holds for are reconciled, and of changes those whose object it holds for, or did.
  template <class T>
  Controller& reconciles(Store<T>& primary, std::function<bool(const T&)> only = {}) {
    resource_ = T::kResource;
    uid_of_ = [&primary](std::string_view key) {
      const auto object = primary.get(key);
      return object ? object->metadata.uid.str() : std::string();
    };
    is_broken_ = [&primary](std::string_view key) { return primary.broken(key) != nullptr; };
    add_all_ = [this, &primary, only] {
      for (const auto& object : primary.objects()) {
        if (!only || only(*object)) queue_.add(key_of(object->metadata));
      }
    };
    primary_ = &primary;
    follow(primary);
    subscriptions_.push_back(primary.on_change([this, only = std::move(only)](const Change<T>& change) {
      if (!only || (change.before && only(*change.before)) || (change.after && only(*change.after))) {
        queue_.add(change.key);
      }
    }));
    return *this;
  }

  /// A change of an object leads to the one that controls it (ownerReference with controller: true, kind and UID
  /// compared: an owner that was created anew under its name is another one).
  template <class U>
  Controller& owns(Store<U>& children) {
    follow(children);
    subscriptions_.push_back(children.on_change([this](const Change<U>& change) {
      if (change.before) add_owner(change.before->metadata);
      if (change.after) add_owner(change.after->metadata);
    }));
    return *this;
  }

  /// A change of an object leads to the keys that `keys_of` (pure) names for what it was and what it is.
  template <class U>
  Controller& watches(Store<U>& store, std::function<std::vector<std::string>(const U&)> keys_of) {
    follow(store);
    subscriptions_.push_back(store.on_change([this, keys_of = std::move(keys_of)](const Change<U>& change) {
      if (change.before) add_all(keys_of(*change.before));
      if (change.after) add_all(keys_of(*change.after));
    }));
    return *this;
  }

  /// How many keys are worked on at once; 1 unless said.
  Controller& concurrency(std::size_t workers);
  /// How long passes that run may take to end after stop; 30 s unless said.
  Controller& graceful_limit(Duration limit);

  /// Waits until all stores are synced, reconciles every object once and then whenever something changes. Returns
  /// after `stop` is set and the passes that ran then have ended, or the graceful limit has passed (they are
  /// cancelled). Errors and exceptions of the reconciler are logged and retried. Once in a life.
  Task<void> run(Reconciler reconciler, Event& stop);

  /// Makes `key` be reconciled soon, or not later than after `delay`.
  void enqueue(std::string key) { queue_.add(std::move(key)); }
  void enqueue_after(std::string key, Duration delay) { queue_.add_after(std::move(key), delay); }

  /// We have written an object that `store` holds and the server answered `version`: do not reconcile `key` before the
  /// store has seen it (at most kExpectationLimit), so that a pass never decides from a state before its own writes.
  void expect(const std::string& key, StoreBase& store, std::string version);
  /// Takes in how a write of the object of `key` went, which the pass had read at `version`. Done: as `expect`. Refused
  /// because the object is gone or another by now (kNotFound, kConflict): `key` is not reconciled before the store
  /// shows that (at most kExpectationLimit). Without it each event of what the object owned would bring another pass
  /// that decides from what is no more. Returns the error of `answer`.
  Result<void> wrote(const std::string& key, std::string_view version, const Result<json::Value>& answer);

  const Queue& queue() const { return queue_; }
  const std::string& name() const { return name_; }

 private:
  struct Expectation {
    const StoreBase* store;
    std::string version;
    MonoTime until;
    bool outdated = false;  ///< Waits for anything but `version` under the key; else for the store to have seen it.
  };

  void follow(StoreBase& store);
  void progressed();
  bool all_synced() const;
  void add_owner(const kube::ObjectMeta& child);
  void add_all(std::vector<std::string> keys);
  bool may_run(const std::string& key);
  bool has_come(const std::string& key, const Expectation& expected) const;
  bool is_outdated(const std::string& key) const;

  Task<void> work(const Reconciler& reconciler);
  Task<void> pass(const Reconciler& reconciler, std::string key);
  void settle(const std::string& key, const Result<Requeue>& result, Duration took);

  std::string name_;
  Ports ports_;
  Queue queue_;
  ControllerMetrics metrics_;
  Event progress_;
  kube::Resource resource_{};
  StoreBase* primary_ = nullptr;
  std::function<std::string(std::string_view)> uid_of_;
  std::function<bool(std::string_view)> is_broken_;
  std::function<void()> add_all_;
  std::map<StoreBase*, Subscription> followed_;  ///< Only looked up and counted: never decides an order.
  std::vector<Subscription> subscriptions_;
  std::map<std::string, std::vector<Expectation>> expectations_;
  std::set<std::string> held_;  ///< Keys that wait for an expectation.
  std::size_t workers_ = 1;
  Duration graceful_limit_ = std::chrono::seconds(20);
  bool stopping_ = false;
};

}  // namespace snapstash::runtime

#include "kernel/runtime/controller.hpp"

#include <algorithm>
#include <exception>

#include "kernel/base/mutant.hpp"
#include "kernel/base/race.hpp"
#include "kernel/base/task_group.hpp"

namespace snapstash::runtime {

namespace {

Task<void> wait_for(Event& event) { co_await event.wait(); }

}  // namespace

Controller::Controller(std::string name, Ports ports)
    : name_(std::move(name)),
      ports_(ports),
      queue_(ports.executor),
      metrics_(ports.registry, name_, queue_, ports.executor),
      progress_(ports.executor) {
  queue_.observe(&metrics_);
  metrics_.set_concurrency(workers_);
}

Controller& Controller::concurrency(std::size_t workers) {
  workers_ = workers;
  metrics_.set_concurrency(workers);
  return *this;
}

Controller& Controller::graceful_limit(Duration limit) {
  graceful_limit_ = limit;
  return *this;
}

void Controller::follow(StoreBase& store) {
  Subscription& subscription = followed_[&store];
  if (!subscription) subscription = store.on_progress([this] { progressed(); });
}

bool Controller::all_synced() const {
  return std::ranges::all_of(followed_, [](const auto& entry) { return entry.first->synced(); });
}

void Controller::progressed() {
  if (all_synced()) progress_.set();
  for (auto it = held_.begin(); it != held_.end();) {
    if (!may_run(*it)) {
      ++it;
      continue;
    }
    queue_.add(*it);
    it = held_.erase(it);
  }
}

void Controller::add_owner(const kube::ObjectMeta& child) {
  const kube::OwnerReference* owner = find_controller(child, resource_);
  if (owner == nullptr) return;
  std::string key = key_of(resource_.namespaced ? child.namespace_ : Text(), owner->name);
  if (uid_of_(key) == owner->uid) queue_.add(std::move(key));
}

void Controller::add_all(std::vector<std::string> keys) {
  for (std::string& key : keys) queue_.add(std::move(key));
}

void Controller::expect(const std::string& key, StoreBase& store, std::string version) {
  if (store.has_seen(version)) return;
  follow(store);
  const MonoTime until = ports_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(kExpectationLimit);
  expectations_[key].push_back({&store, std::move(version), until});
}

Result<void> Controller::wrote(const std::string& key, std::string_view version, const Result<json::Value>& answer) {
  if (answer) {
    expect(key, *primary_, std::string(json::find_string(*answer, "/metadata/resourceVersion")));
    return {};
  }
  const Error& error = answer.error();
  if (error.is(Code::kNotFound) || error.is(Code::kConflict)) {
    const MonoTime until = ports_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(kExpectationLimit);
    expectations_[key].push_back({primary_, std::string(version), until, true});
  }
  return fail(error);
}

bool Controller::has_come(const std::string& key, const Expectation& expected) const {
  if (expected.outdated) return expected.store->version_of(key) != expected.version;
  return expected.store->has_seen(expected.version);
}

bool Controller::is_outdated(const std::string& key) const {
  const auto it = expectations_.find(key);
  return it != expectations_.end() && std::ranges::any_of(it->second, &Expectation::outdated);
}

bool Controller::may_run(const std::string& key) {
  const auto it = expectations_.find(key);
  if (it == expectations_.end()) return true;
  const MonoTime now = ports_.executor.now();
  std::erase_if(it->second, [&](const Expectation& expected) {
    if (has_come(key, expected)) return true;
    if (now < expected.until) return false;
    metrics_.expectation_timed_out();
    return true;
  });
  if (!it->second.empty()) {
    queue_.add_after(key, it->second.front().until - now);
    return false;
  }
  expectations_.erase(it);
  return true;
}

Task<void> Controller::run(Reconciler reconciler, Event& stop) {
  if (!all_synced()) {
    progress_.reset();
    co_await race(ports_.executor, wait_for(stop), wait_for(progress_));
  }
  if (!stop.is_set()) add_all_();
  TaskGroup workers(ports_.executor);
  for (std::size_t i = 0; i < workers_; ++i) workers.spawn(work(reconciler));
  co_await stop.wait();
  stopping_ = true;
  queue_.shut_down();
  const MonoTime limit = ports_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(graceful_limit_);
  co_await race(ports_.executor, workers.join(), until(ports_.executor, limit));
  if (workers.size() > 0) {
    ports_.log.warning("passes were cut off at stop", {{"controller", name_}, {"passes", workers.size()}});
  }
}

Task<void> Controller::work(const Reconciler& reconciler) {
  for (;;) {
    const std::optional<std::string> key = co_await queue_.pop();
    if (!key || stopping_) co_return;
    if (is_broken_(*key)) {
      queue_.done(*key);
    } else if (!may_run(*key)) {
      held_.insert(*key);
      queue_.done(*key);
    } else {
      held_.erase(*key);
      co_await pass(reconciler, *key);
    }
  }
}

Task<void> Controller::pass(const Reconciler& reconciler, std::string key) {
  const MonoTime started = ports_.executor.now();
  metrics_.pass_started();
  Result<Requeue> result;
  try {
    result = co_await reconciler(key).as_result();
  } catch (const std::exception& exception) {
    metrics_.exception_caught();
    result = fail(Code::kInternal, exception.what());
  } catch (...) {
    metrics_.exception_caught();
    result = fail(Code::kInternal, "an exception of an unknown kind");
  }
  settle(key, result, ports_.executor.now() - started);
}

void Controller::settle(const std::string& key, const Result<Requeue>& result, Duration took) {
  PassResult label = PassResult::kSuccess;
  if (!result && is_outdated(key)) {
    // Nothing is wrong: the object has moved on, and the store will show it.
    label = PassResult::kRequeueAfter;
    queue_.add(key);
  } else if (!result) {
    label = PassResult::kError;
    const Error& error = result.error();
    if (!is_mutant("swallow-errors")) queue_.add_rate_limited(key, error.retry_after.value_or(std::chrono::seconds(0)));
    const KeyParts parts = split_key(key);
    ports_.log.warning(
        "reconciling failed, to be retried", {{"controller", name_},
                                              {"namespace", parts.namespace_},
                                              {"name", parts.name},
                                              {"code", snapstash::name_of(error.code)},
                                              {"error", error.message},
                                              {"failures", queue_.failures(key)}}
    );
  } else {
    queue_.forget(key);
    if (result->after && !is_mutant("lose-requeue")) {
      label = PassResult::kRequeueAfter;
      queue_.add_after(key, *result->after);
    }
  }
  metrics_.pass_ended(label, took);
  queue_.done(key);
}

}  // namespace snapstash::runtime

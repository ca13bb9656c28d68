#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kernel/base/executor.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/time.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/admission/access.hpp"
#include "sim/api_server/api_request.hpp"
#include "sim/api_server/exec.hpp"
#include "sim/api_server/failure.hpp"
#include "sim/api_server/identity.hpp"
#include "sim/api_server/storage.hpp"
#include "sim/api_server/watch.hpp"
#include "sim/api_server/watch_cache.hpp"

namespace snapstash::sim {

/// One kube-apiserver process. Several may serve one Storage, each with a watch cache that may lag behind it.
///
/// It answers as Kubernetes 1.36 does (tests/conformance shows it). What it does not have: strategic merge patches
/// (415), dry runs, strict field validation, tables and other representations, API discovery.
class ApiServer {
 public:
  struct Settings {
    bool authorize = true;  ///< RBAC by the roles in the storage; otherwise everybody may everything.
    Duration bookmark_interval = std::chrono::seconds(60);
    /// How long a watch lives that names no timeoutSeconds: this, up to twice as long.
    Duration least_watch_time = std::chrono::minutes(30);
  };

  /// What was asked and answered. Of a watch: when it was opened.
  struct Exchange {
    const wire::Request& request;
    const ApiRequest& asked;  ///< `type` is nullptr when it is about no known resource.
    const Identity& who;
    int status;
  };
  using Observer = std::function<void(const Exchange&)>;
  /// Returns with what to refuse a request before it is looked at, or nothing.
  using Gate = std::function<std::optional<Failure>(const ApiRequest& asked, const Identity& who)>;

  struct Opened {
    int status = 0;
    wire::Headers headers;
    std::string body;              ///< Of a refusal.
    std::unique_ptr<Watch> watch;  ///< Not null iff the status is 200.
  };

  struct Upgraded {
    wire::Response response;               ///< Status 101, or a refusal.
    std::optional<ExecMessages> messages;  ///< There iff the status is 101.
  };

  /// All of these must outlive the server.
  ApiServer(Storage& storage, Executor& executor, const Clock& clock, Random& random, Settings settings);
  ApiServer(Storage& storage, Executor& executor, const Clock& clock, Random& random)
      : ApiServer(storage, executor, clock, random, Settings()) {}
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;
  ~ApiServer();

  /// Carries a request out at once, as the real server would answer it. Never blocks: where the real server waits for
  /// its cache to become fresh, this one reads the storage.
  wire::Response handle(const wire::Request& request, const Identity& who);
  /// Opens a watch.
  Opened open(const wire::Request& request, const Identity& who);
  /// Opens a WebSocket for a command in a pod: pods/exec.
  Upgraded exec(const wire::Request& request, const Identity& who);

  /// Calls `observer` after each request. Lives as long as the server.
  void on_request(Observer observer) { observers_.push_back(std::move(observer)); }

  /// Asks `gate` before each request: priority and fairness, or a server that is not well. Replaces the one before.
  void set_gate(Gate gate) { gate_ = std::move(gate); }

  /// What runs in pods; without it nothing does.
  void set_runtime(Runtime runtime) { runtime_ = std::move(runtime); }

  /// To make it lag, forget, or start again.
  WatchCache& cache() { return *cache_; }
  Storage& storage() const { return storage_; }

 private:
  wire::Response answer(const ApiRequest& request, const Identity& who);
  Answer<void> admit(const ApiRequest& request, const Identity& who) const;
  Answer<void> authorize(const ApiRequest& request, const Identity& who) const;
  Answer<ExecMessages> carry_out(const ApiRequest& asked, const wire::Request& request, const Identity& who) const;
  Answer<std::unique_ptr<Watch>> open_watch(const ApiRequest& request);
  void observe(const wire::Request& request, const ApiRequest& asked, const Identity& who, int status) const;

  Storage& storage_;
  Executor& executor_;
  const Clock& clock_;
  Random& random_;
  Settings settings_;
  std::shared_ptr<WatchCache> cache_;
  Access access_;
  Storage::Subscription subscription_;
  std::list<Observer> observers_;
  Gate gate_;
  Runtime runtime_;
};

}  // namespace snapstash::sim

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/runtime/watch_step.hpp"

namespace snapstash::runtime {

/// One collection of the API server, as a watcher reads it. A port.
/// Errors of both calls: those of `kube::Client`, by code.
class Collection {
 public:
  virtual ~Collection() = default;
  /// Returns what it is called in logs and metrics: the resource's plural, e.g. "volumesnapshots".
  virtual std::string_view name() const = 0;
  /// Returns one page of a consistent list (no resourceVersion named); `continue_token` "" = the first.
  virtual Task<Result<kube::RawPage>> list(std::int64_t limit, std::string continue_token) = 0;
  /// Opens a watch. Returns once the server has accepted it.
  virtual Task<Result<std::unique_ptr<wire::Stream>>> watch(WatchQuery query) = 0;
};

/// Returns the request that opens a watch: bookmarks asked for, no timeoutSeconds. Pure.
wire::Request watch_request(const kube::Resource& resource, const kube::Selection& selection, const WatchQuery& query);

/// A collection behind a Client. The client must outlive it and the tasks it returns.
class ClientCollection final : public Collection {
 public:
  ClientCollection(kube::Client& client, kube::Resource resource, kube::Selection selection)
      : client_(client), resource_(resource), selection_(std::move(selection)) {}

  std::string_view name() const override { return resource_.plural; }
  Task<Result<kube::RawPage>> list(std::int64_t limit, std::string continue_token) override;
  Task<Result<std::unique_ptr<wire::Stream>>> watch(WatchQuery query) override;

 private:
  kube::Client& client_;
  kube::Resource resource_;
  kube::Selection selection_;
};

}  // namespace snapstash::runtime

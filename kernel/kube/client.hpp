#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/executor.hpp"
#include "kernel/base/random.hpp"
#include "kernel/base/task.hpp"
#include "kernel/json/codec.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/credentials.hpp"
#include "kernel/kube/request.hpp"
#include "kernel/kube/retry.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::kube {

/// One page of a list.
struct RawPage {
  json::Array items;
  std::string resource_version;
  std::string continue_token;  ///< "" = this was the last.
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string resource_version;
  std::string continue_token;
};

/// Speaks to one API server. Typed calls decode only the fields their struct has; what is written is JSON built by the
/// caller, so that fields this program does not know pass through whole.
///
/// Errors of all calls, by code: the server's answers as `status.hpp` maps them, after the retries of `retry.hpp`;
/// kMalformed when an answer cannot be decoded (the error carries the field's path). A 401 is tried once more with
/// fresh credentials. While the server has asked us to wait (Retry-After), no other call is sent either.
/// Must outlive the tasks it returns. One thread.
class Client {
 public:
  struct Options {
    std::string user_agent = "snapstash";
    std::string field_manager = "snapstash";
    RetryPolicy retry;
    /// Called with method and status of each attempt ("<error>" when there was no answer), for
    /// rest_client_requests_total.
    std::function<void(std::string_view method, std::string_view code)> observe;
  };

  Client(wire::Transport& transport, Credentials& credentials, Executor& executor, Random& random, Options options);

  /// Sends, retries by policy, and returns the body of the 2xx answer.
  Task<Result<std::string>> send(Call call);
  /// The same, parsed; null for an empty body.
  Task<Result<json::Value>> send_json(Call call);

  template <class T>
  Task<Result<T>> get(Place place) {
    const json::Value value = co_await send_json(kube::get(T::kResource, place));
    co_return json::decode<T>(value);
  }

  Task<Result<json::Value>> get_json(const Resource& resource, Place place);

  Task<Result<RawPage>> list_page(const Resource& resource, Selection selection, std::int64_t limit, std::string token);

  /// Lists all, page by page. Errors: kExpired when it took so long that the server forgot the list's state.
  template <class T>
  Task<Result<Page<T>>> list(Selection selection) {
    Page<T> all;
    do {
      RawPage page = co_await list_page(T::kResource, selection, kPageSize, all.continue_token);
      for (const json::Value& item : page.items) {
        T decoded = co_await json::decode<T>(item);
        all.items.push_back(std::move(decoded));
      }
      all.resource_version = std::move(page.resource_version);
      all.continue_token = std::move(page.continue_token);
    } while (!all.continue_token.empty());
    co_return all;
  }

  /// Tells whether an object that already has our name is the one we meant to create.
  using IsOurs = std::function<bool(const json::Value& existing)>;

  /// Creates an object once, however often it is called: when the outcome of a POST is unclear it is repeated, and an
  /// object that exists under the name is success if `is_ours` says so. Returns the object as the server has it.
  /// Errors: kAlreadyExists when somebody else's object has the name.
  Task<Result<json::Value>> create(const Resource& resource, json::Value object, IsOurs is_ours);

  /// Applies a whole object (server-side, forced) under our field manager.
  Task<Result<json::Value>> apply(const Resource& resource, json::Value object);
  /// Applies the whole status. With `metadata.resourceVersion` in the object: kConflict when it is no longer current.
  Task<Result<json::Value>> apply_status(const Resource& resource, json::Value object);

  Task<Result<json::Value>> merge_patch(
      const Resource& resource, Place place, json::Value patch, std::string subresource = ""
  );

  /// Deletes; an object that is gone already, or whose name another object has by now, is success.
  Task<Result<void>> remove(const Resource& resource, Place place, Preconditions only_if);

  /// Opens a watch (or a log) with the answer's headers checked: an error status is an Error. Not retried.
  Task<Result<std::unique_ptr<wire::Stream>>> open(wire::Request request);

  /// Opens a WebSocket with our credentials.
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request request, std::vector<std::string> protocols);

  const Options& options() const { return options_; }

 private:
  static constexpr std::int64_t kPageSize = 100;

  /// One attempt: credentials attached, an error status turned into an Error. Sets `sent` once there are credentials.
  Task<Result<std::string>> attempt(wire::Request request, std::optional<MonoTime>& sent);
  Task<Result<wire::Request>> authorized(wire::Request request);
  Task<Result<std::string>> attempt_with_fresh_credentials(wire::Request request);
  Task<void> wait_at_gate();
  void note(std::string_view method, int status) const;

  wire::Transport& transport_;
  Credentials& credentials_;
  Executor& executor_;
  Random& random_;
  Options options_;
  MonoTime gate_{};  // no call is sent before
};

/// Returns an `IsOurs` that compares the UID in the first ownerReference with `controller: true`.
Client::IsOurs owned_by(std::string owner_uid);

/// Returns an `IsOurs` that compares one label's value.
Client::IsOurs labelled(std::string key, std::string value);

}  // namespace snapstash::kube

#include "kernel/kube/client.hpp"

#include <utility>

#include <fmt/format.h>

#include "kernel/base/event.hpp"
#include "kernel/base/mutant.hpp"
#include "kernel/kube/status.hpp"

namespace snapstash::kube {
namespace {

Place place_of(const json::Value& object) {
  return {
      std::string(json::find_string(object, "/metadata/namespace")),
      std::string(json::find_string(object, "/metadata/name"))
  };
}

}  // namespace

Client::Client(
    wire::Transport& transport, Credentials& credentials, Executor& executor, Random& random, Options options
)
    : transport_(transport),
      credentials_(credentials),
      executor_(executor),
      random_(random),
      options_(std::move(options)) {}

void Client::note(std::string_view method, int status) const {
  if (options_.observe) options_.observe(method, status == 0 ? "<error>" : fmt::format("{}", status));
}

Task<void> Client::wait_at_gate() {
  while (executor_.now() < gate_) co_await sleep_until(executor_, gate_);
}

Task<Result<wire::Request>> Client::authorized(wire::Request request) {
  const wire::Headers extra = co_await credentials_.headers();
  for (const auto& [name, value] : extra) request.headers.add(name, value);
  request.headers.add("User-Agent", options_.user_agent);
  co_return request;
}

Task<Result<std::string>> Client::attempt(wire::Request request, std::optional<MonoTime>& sent) {
  const std::string method = request.method;
  wire::Request ready = co_await authorized(std::move(request));
  sent = executor_.now();
  auto response = co_await transport_.call(std::move(ready)).as_result();
  note(method, response ? response->status : 0);
  if (!response) co_return fail(std::move(response).error());
  if (response->status >= 400) co_return fail(error_of(*response));
  co_return std::move(response->body);
}

Task<Result<std::string>> Client::attempt_with_fresh_credentials(wire::Request request) {
  std::optional<MonoTime> sent;
  auto body = co_await attempt(request, sent).as_result();
  // Without credentials there is an error of that code, too, but nothing was sent.
  if (body || !body.error().is(Code::kUnauthorized) || !sent) co_return body;
  credentials_.rejected(*sent);
  co_return co_await attempt(std::move(request), sent).as_result();
}

Task<Result<std::string>> Client::send(Call call) {
  for (int attempts = 1;; ++attempts) {
    co_await wait_at_gate();
    auto body = co_await attempt_with_fresh_credentials(call.request).as_result();
    if (body) co_return body;
    const auto delay = delay_before_retry(options_.retry, call.repeat, body.error(), attempts, random_);
    if (body.error().retry_after && body.error().is(Code::kTooManyRequests)) {
      gate_ = std::max(gate_, executor_.now() + *body.error().retry_after);
    }
    if (!delay) co_return body;
    co_await sleep_for(executor_, *delay);
  }
}

Task<Result<json::Value>> Client::send_json(Call call) {
  const std::string target = call.request.target;
  const std::string body = co_await send(std::move(call));
  if (body.empty()) co_return json::Value();
  auto value = json::parse(body);
  if (!value) co_return fail(std::move(value).error().in(target));
  co_return std::move(*value);
}

Task<Result<json::Value>> Client::get_json(const Resource& resource, Place place) {
  return send_json(kube::get(resource, place));
}

Task<Result<RawPage>> Client::list_page(
    const Resource& resource, Selection selection, std::int64_t limit, std::string token
) {
  json::Value value = co_await send_json(kube::list(resource, selection, limit, token));
  RawPage page{
      .items = {},
      .resource_version = std::string(json::find_string(value, "/metadata/resourceVersion")),
      .continue_token = std::string(json::find_string(value, "/metadata/continue"))
  };
  if (!value.is_object())
    co_return fail(Code::kMalformed, fmt::format("a list of {} is no JSON object", resource.plural));
  if (auto* items = value.get_object().if_contains("items"); items != nullptr && items->is_array()) {
    page.items = std::move(items->get_array());
  }
  co_return page;
}

Task<Result<json::Value>> Client::create(const Resource& resource, json::Value object, IsOurs is_ours) {
  const Place place = place_of(object);
  const std::string body = json::serialize(object);
  for (int attempts = 1;; ++attempts) {
    auto created = co_await send_json(kube::create(resource, place.namespace_, body)).as_result();
    if (created) co_return created;
    Error error = std::move(created).error();
    if (error.is(Code::kAlreadyExists)) {
      auto existing = co_await get_json(resource, place).as_result();
      if (existing) {
        if (is_ours(*existing) || is_mutant("trust-already-exists")) co_return existing;
        co_return fail(std::move(error));
      }
      if (existing.error().is(Code::kAlreadyExists)) {
        // No API server says that of a GET. Whoever did must not be taken for one that has seen somebody else's object.
        error.code = Code::kUnknownOutcome;
      } else if (!existing.error().is(Code::kNotFound)) {
        co_return existing;
      }
      // Not found: deleted between the two requests; the name is free again.
    }
    // The name tells who created an object, so a POST of unknown outcome may be repeated like any safe call.
    const bool vanished = error.is(Code::kAlreadyExists);
    if (vanished) error.code = Code::kUnavailable;
    const auto delay = delay_before_retry(options_.retry, Repeat::kSafe, error, attempts, random_);
    if (!delay) co_return fail(std::move(error));
    co_await sleep_for(executor_, *delay);
  }
}

Task<Result<json::Value>> Client::apply(const Resource& resource, json::Value object) {
  return send_json(kube::apply(resource, place_of(object), options_.field_manager, json::serialize(object)));
}

Task<Result<json::Value>> Client::apply_status(const Resource& resource, json::Value object) {
  return send_json(kube::apply(resource, place_of(object), options_.field_manager, json::serialize(object), "status"));
}

Task<Result<json::Value>> Client::merge_patch(
    const Resource& resource, Place place, json::Value patch, std::string subresource
) {
  return send_json(kube::merge_patch(resource, place, json::serialize(patch), subresource));
}

Task<Result<void>> Client::remove(const Resource& resource, Place place, Preconditions only_if) {
  auto body = co_await send(kube::remove(resource, place, only_if)).as_result();
  if (body) co_return {};
  Error error = std::move(body).error();
  const bool gone = error.is(Code::kNotFound);
  // Only the UID was asked for, so a conflict says that the name belongs to another object by now.
  const bool replaced = error.is(Code::kConflict) && only_if.resource_version.empty();
  if (gone || replaced) co_return {};
  co_return fail(std::move(error));
}

Task<Result<std::unique_ptr<wire::Stream>>> Client::open(wire::Request request) {
  co_await wait_at_gate();
  const std::string method = request.method;
  wire::Request ready = co_await authorized(std::move(request));
  const MonoTime sent = executor_.now();
  auto response = co_await transport_.open(std::move(ready)).as_result();
  note(method, response ? response->status : 0);
  if (!response) co_return fail(std::move(response).error());
  if (response->status < 400) co_return std::move(response->body);
  if (response->status == 401) credentials_.rejected(sent);
  wire::Response whole{.status = response->status, .headers = std::move(response->headers), .body = {}};
  constexpr std::size_t kRefusalKept = 65'536;
  while (whole.body.size() < kRefusalKept) {
    auto part = co_await response->body->read().as_result();
    if (!part || part->empty()) break;  // what has come is what can be said about the refusal
    whole.body += *part;
  }
  co_return fail(error_of(whole));
}

Task<Result<std::unique_ptr<wire::WebSocket>>> Client::upgrade(
    wire::Request request, std::vector<std::string> protocols
) {
  co_await wait_at_gate();
  const std::string method = request.method;
  wire::Request ready = co_await authorized(std::move(request));
  const MonoTime sent = executor_.now();
  auto socket = co_await transport_.upgrade(std::move(ready), std::move(protocols)).as_result();
  if (!socket && socket.error().http_status == 401) credentials_.rejected(sent);
  note(method, socket ? 101 : socket.error().http_status);
  co_return socket;
}

Client::IsOurs owned_by(std::string owner_uid) {
  return [owner_uid = std::move(owner_uid)](const json::Value& existing) {
    const json::Array* owners = json::find_array(existing, "/metadata/ownerReferences");
    if (owners == nullptr) return false;
    return std::ranges::any_of(*owners, [&](const json::Value& owner) {
      const json::Value* controller = json::find_key(owner, "controller");
      return controller != nullptr && controller->is_bool() && controller->get_bool() &&
             json::find_string(owner, "/uid") == owner_uid;
    });
  };
}

Client::IsOurs labelled(std::string key, std::string value) {
  return [key = std::move(key), value = std::move(value)](const json::Value& existing) {
    const json::Value* labels = json::find(existing, "/metadata/labels");
    const json::Value* found = labels == nullptr ? nullptr : json::find_key(*labels, key);
    return found != nullptr && found->is_string() && json::as_view(*found) == value;
  };
}

}  // namespace snapstash::kube

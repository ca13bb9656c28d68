#include "kernel/wire/http_transport.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "kernel/base/event.hpp"
#include "kernel/base/race.hpp"
#include "kernel/wire/connection_pool.hpp"
#include "kernel/wire/dial.hpp"
#include "kernel/wire/exchange.hpp"
#include "kernel/wire/request_bytes.hpp"
#include "kernel/wire/websocket.hpp"

namespace snapstash::wire {

namespace {
class HttpStream;
}

/// What tasks and streams share with the transport, and keep when it goes.
struct HttpTransport::Core {
  Core(EventLoop& loop, Endpoint endpoint, std::shared_ptr<TlsContext> tls)
      : loop(loop),
        endpoint(std::make_shared<const Endpoint>(std::move(endpoint))),
        tls(std::move(tls)),
        pool(std::make_shared<ConnectionPool>(loop)) {}
  EventLoop& loop;
  std::shared_ptr<const Endpoint> endpoint;
  std::shared_ptr<TlsContext> tls;
  std::shared_ptr<ConnectionPool> pool;
  std::uint64_t tls_generation = 0;     ///< Counts every change.
  std::uint64_t client_generation = 0;  ///< Counts changes of the client certificate.
  std::set<HttpStream*> streams;
};

namespace {

constexpr Duration kLongestTimeout = std::chrono::years(10);

using CorePtr = std::shared_ptr<HttpTransport::Core>;
using ProgressPtr = std::shared_ptr<Progress>;

ResponseParser::To kind_of(const Request& request) {
  return request.method == "HEAD" ? ResponseParser::To::kHead : ResponseParser::To::kRequest;
}

bool is_safe(const Request& request) {
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
}

/// One request on one connection, which is kept afterwards if it may be.
Task<Result<Response>> call_on(CorePtr core, Exchange& exchange, std::string bytes, ProgressPtr progress) {
  const auto generation = core->tls_generation;
  co_await exchange.send(std::move(bytes), std::move(progress));
  Response response = exchange.head();
  response.body = co_await exchange.read_all();
  if (exchange.reusable() && generation == core->tls_generation) core->pool->keep(exchange.take_connection());
  co_return std::move(response);
}

Task<Result<Response>> call(CorePtr core, Request request, ProgressPtr progress) {
  const auto slot = co_await ConnectionPool::enter(core->pool);
  // The loop looks at the sockets once more, so that a connection which the server has closed is not taken for alive.
  co_await sleep_for(core->loop, Duration(0));
  const std::string bytes = request_bytes(request, *core->endpoint);
  if (auto kept = core->pool->take_idle()) {
    Exchange exchange(*std::move(kept), kind_of(request));
    auto response = co_await call_on(core, exchange, bytes, progress).as_result();
    const bool stale = exchange.nothing_written() || (exchange.unanswered() && is_safe(request));
    if (response || !stale) co_return std::move(response);
    progress->sent = false;
  }
  Exchange exchange(
      Connection(core->loop, co_await dial(core->loop, core->endpoint, core->tls, false)), kind_of(request)
  );
  co_return co_await call_on(core, exchange, bytes, std::move(progress)).as_result();
}

Task<Result<std::string>> read_body(std::shared_ptr<Exchange> exchange) {
  co_return co_await exchange->read().as_result();
}

class HttpStream final : public Stream {
 public:
  HttpStream(CorePtr core, std::shared_ptr<Exchange> exchange)
      : core_(std::move(core)), exchange_(std::move(exchange)) {
    core_->streams.insert(this);
  }
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  ~HttpStream() override {
    core_->streams.erase(this);
    close();
  }
  Task<Result<std::string>> read() override { return read_body(exchange_); }
  void close() noexcept { exchange_->close(); }

 private:
  CorePtr core_;
  std::shared_ptr<Exchange> exchange_;
};

Task<Result<StreamResponse>> open(CorePtr core, Request request, ProgressPtr progress) {
  const auto generation = core->client_generation;
  StreamHandle stream = co_await dial(core->loop, core->endpoint, core->tls, false);
  const auto exchange = std::make_shared<Exchange>(Connection(core->loop, std::move(stream)), kind_of(request));
  co_await exchange->send(request_bytes(request, *core->endpoint), std::move(progress));
  if (generation != core->client_generation) co_return fail(Code::kUnknownOutcome, "the client certificate changed");
  Response head = exchange->head();
  co_return StreamResponse{head.status, std::move(head.headers), std::make_unique<HttpStream>(core, exchange)};
}

Task<Result<std::unique_ptr<WebSocket>>> upgrade(
    CorePtr core, Request request, std::vector<std::string> protocols, ProgressPtr progress
) {
  const Endpoint& endpoint = *core->endpoint;
  Opening opening{host_header(endpoint), endpoint.path_prefix + request.target, request.headers, std::move(protocols)};
  for (const auto& [name, value] : endpoint.headers) {
    if (!request.headers.find(name)) opening.headers.add(name, value);
  }
  StreamHandle stream = co_await dial(core->loop, core->endpoint, core->tls, true);
  progress->sent = true;
  co_return co_await open_websocket(core->loop, std::move(stream), std::move(opening)).as_result();
}

/// Bounds a task by the request's timeout, and names the request in errors.
template <class T>
Task<Result<T>> bounded(CorePtr core, Request about, ProgressPtr progress, Task<Result<T>> task) {
  // "No limit" is asked for with the largest Duration there is, to which now cannot be added.
  const Duration timeout = std::min(about.timeout, kLongestTimeout);
  auto result = co_await with_timeout(core->loop, timeout, std::move(task)).as_result();
  if (result) co_return std::move(result);
  Error error = std::move(result).error();
  if (error.is(Code::kTimeout)) {
    error.code = progress->sent ? Code::kUnknownOutcome : Code::kUnavailable;
    error.message =
        fmt::format("no {} within {}", progress->sent ? "answer" : "connection", format_duration(about.timeout));
  }
  if (error.http_status != 0) co_return fail(std::move(error));  // the server's own words
  const auto path = std::string_view(about.target).substr(0, about.target.find('?'));
  co_return fail(std::move(error).in(fmt::format("{} {}", about.method, path)));
}

Request without_body(const Request& request) {
  Request about;
  about.method = request.method;
  about.target = request.target;
  about.timeout = request.timeout;
  return about;
}

template <class T>
Task<Result<T>> refused(Error error) {
  co_return fail(std::move(error));
}

/// An endpoint's prefix and headers go into every request, so they are checked as one.
Result<void> check_endpoint(const Endpoint& endpoint) {
  if (endpoint.scheme != "https" && endpoint.scheme != "http") {
    return fail(Code::kInvalid, fmt::format("\"{}\" is not a scheme that can be spoken", endpoint.scheme));
  }
  if (endpoint.host.empty()) return fail(Code::kInvalid, "the endpoint has no host");
  Request probe;
  probe.target = endpoint.path_prefix + "/";
  probe.headers = endpoint.headers;
  return check_request(probe);
}

/// Nothing where nothing is encrypted: the system's certificates alone are 2 MB and tens of milliseconds.
Result<std::shared_ptr<TlsContext>> context_for(const Endpoint& endpoint, const Tls& tls) {
  const bool needed = endpoint.scheme == "https" || (endpoint.proxy && endpoint.proxy->scheme == "https");
  return needed ? make_tls_context(tls) : std::shared_ptr<TlsContext>();
}

}  // namespace

HttpTransport::HttpTransport(CorePtr core) : core_(std::move(core)) {}
HttpTransport::~HttpTransport() = default;

Result<std::unique_ptr<HttpTransport>> HttpTransport::make(EventLoop& loop, Endpoint endpoint) {
  if (auto good = check_endpoint(endpoint); !good) return fail(std::move(good).error());
  auto context = context_for(endpoint, endpoint.tls);
  if (!context) return fail(std::move(context).error());
  auto core = std::make_shared<Core>(loop, std::move(endpoint), *std::move(context));
  return std::unique_ptr<HttpTransport>(new HttpTransport(std::move(core)));
}

Task<Result<Response>> HttpTransport::call(Request request) {
  if (auto good = check_request(request); !good) return refused<Response>(std::move(good).error());
  const auto progress = std::make_shared<Progress>();
  Request about = without_body(request);
  return bounded(core_, std::move(about), progress, wire::call(core_, std::move(request), progress));
}

Task<Result<StreamResponse>> HttpTransport::open(Request request) {
  if (auto good = check_request(request); !good) return refused<StreamResponse>(std::move(good).error());
  const auto progress = std::make_shared<Progress>();
  Request about = without_body(request);
  return bounded(core_, std::move(about), progress, wire::open(core_, std::move(request), progress));
}

Task<Result<std::unique_ptr<WebSocket>>> HttpTransport::upgrade(Request request, std::vector<std::string> protocols) {
  using Socket = std::unique_ptr<WebSocket>;
  if (auto good = check_request(request); !good) return refused<Socket>(std::move(good).error());
  const auto progress = std::make_shared<Progress>();
  Request about = without_body(request);
  return bounded(
      core_, std::move(about), progress, wire::upgrade(core_, std::move(request), std::move(protocols), progress)
  );
}

Result<void> HttpTransport::replace_tls(Tls tls) {
  const Tls& now = core_->endpoint->tls;
  if (tls == now) return {};
  auto context = context_for(*core_->endpoint, tls);
  if (!context) return fail(std::move(context).error());
  const bool other_client = tls.certificate_pem != now.certificate_pem || tls.key_pem != now.key_pem;
  Endpoint endpoint = *core_->endpoint;
  endpoint.tls = std::move(tls);
  core_->endpoint = std::make_shared<const Endpoint>(std::move(endpoint));
  core_->tls = *std::move(context);
  ++core_->tls_generation;
  core_->pool->close_idle();
  if (!other_client) return {};
  ++core_->client_generation;
  for (HttpStream* stream : core_->streams) stream->close();
  return {};
}

}  // namespace snapstash::wire

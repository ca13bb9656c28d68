#include "sim/network/node_network.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "kernel/base/completion.hpp"
#include "kernel/kube/status.hpp"
#include "sim/network/exec_socket.hpp"
#include "sim/network/watch_stream.hpp"

namespace snapstash::sim {

/// What outlives the process: where its packets go that are on their way.
struct Link {
  NodeNetwork* network;  ///< nullptr once it is cut.
  ApiServer* server;
  Identity who;
  std::string name;
  Story& story;
  bool in_flight = true;
  NodeNetwork::State state = NodeNetwork::State::kUp;
};

struct NodeNetwork::Exchange {
  Exchange(wire::Request what, Executor& executor) : request(std::move(what)), done(executor) {}

  wire::Response carry_out(ApiServer& server, const Identity& who) {
    if (!upgrade) return server.handle(request, who);
    auto upgraded = server.exec(request, who);
    messages = std::move(upgraded.messages);
    return std::move(upgraded.response);
  }

  wire::Request request;
  Purpose purpose{};
  std::uint64_t number = 0, request_number = 0;
  MonoTime deadline{};
  bool stream = false, upgrade = false, crash_after = false;
  Completion<Result<wire::Response>> done;
  std::unique_ptr<Watch> watch;
  std::optional<ExecMessages> messages;
};

namespace {

Purpose purpose_of(const wire::Request& request, bool stream) {
  if (stream) return Purpose::kWatch;
  if (request.method == "GET") return Purpose::kRead;
  if (request.target.contains("/leases")) return Purpose::kLease;
  return request.target.contains("/events") ? Purpose::kEvent : Purpose::kWrite;
}

MonoTime deadline_of(MonoTime now, Duration timeout) {
  constexpr Duration kForEver = std::chrono::hours(24 * 365);
  if (timeout >= kForEver) return MonoTime::max();
  return now + std::chrono::duration_cast<MonoTime::duration>(timeout);
}

Error unknown_outcome(const wire::Request& request, std::string_view why) {
  return {Code::kUnknownOutcome, fmt::format("{} {}: {}", request.method, request.target, why)};
}

/// As kernel/wire/websocket.cpp makes it.
Error refusal_of(const wire::Response& response) {
  constexpr std::size_t kMostKept = 65'536;
  Error refused(Code::kUnavailable, response.body.substr(0, kMostKept));
  refused.http_status = response.status;
  const std::string_view wait = response.headers.find("Retry-After").value_or("");
  int seconds = 0;
  const auto parsed = std::from_chars(wait.data(), wait.data() + wait.size(), seconds);
  if (parsed.ec == std::errc() && seconds >= 0) refused.retry_after = std::chrono::seconds(seconds);
  if (refused.message.empty()) {
    refused.message = fmt::format("the server refused the WebSocket with HTTP {}", response.status);
  }
  return refused;
}

std::string tale_of(const wire::Request& request, const wire::Response& response) {
  std::string told = fmt::format("{} {} -> {}", request.method, request.target, response.status);
  if (response.status >= 400) told += " " + kube::error_of(response).message;
  constexpr std::size_t kShown = 240;
  if (request.method != "GET" && !request.body.empty()) told += "  " + request.body.substr(0, kShown);
  return told;
}

}  // namespace

NodeNetwork::NodeNetwork(const Wiring& wiring, Node node, ApiServer& server)
    : wiring_(wiring),
      node_(std::move(node)),
      link_(std::make_shared<Link>(Link{this, &server, node_.identity, node_.name, wiring.story})) {}

NodeNetwork::~NodeNetwork() { cut(true); }

bool NodeNetwork::is_cut() const { return link_->network == nullptr; }

bool NodeNetwork::is_up() const { return link_->state == State::kUp; }

void NodeNetwork::cut(bool in_flight) {
  if (is_cut()) return;
  link_->network = nullptr;
  link_->in_flight = in_flight;
  for (const auto& each : connections_) {
    if (const auto connection = each.lock()) connection->stop(std::nullopt);
  }
}

void NodeNetwork::break_streams() {
  // A copy: what is told now may open the next stream.
  for (const auto& each : std::exchange(connections_, {})) {
    if (const auto connection = each.lock()) {
      connection->stop(Error(Code::kUnknownOutcome, "connection reset by peer"));
    }
  }
}

void NodeNetwork::connect(ApiServer& server) {
  if (link_->server == &server) return;
  link_->server = &server;
  break_streams();
}

void NodeNetwork::set_state(State state) {
  link_->state = state;
  if (state == State::kRefused) break_streams();
  for (const auto& each : connections_) {
    const auto connection = each.lock();
    if (connection) state == State::kUp ? connection->on_up() : connection->on_isolated();
  }
}

void NodeNetwork::keep(const std::shared_ptr<Connection>& connection) {
  std::erase_if(connections_, [](const auto& each) { return each.expired(); });
  connections_.push_back(connection);
}

Duration NodeNetwork::latency() {
  const auto span = static_cast<double>((wiring_.longest_latency - wiring_.shortest_latency).count());
  return wiring_.shortest_latency + Duration(static_cast<Duration::rep>(span * wiring_.random.fraction()));
}

RequestPoint NodeNetwork::point_of(const Exchange& exchange) const {
  return {node_.name, exchange.purpose, exchange.number, exchange.request_number, exchange.request};
}

std::shared_ptr<NodeNetwork::Exchange> NodeNetwork::begin(wire::Request request, bool stream) {
  if (forbidden_) {
    std::fputs(
        fmt::format("{} is dead and asks for {} {}\n", node_.name, request.method, request.target).c_str(), stderr
    );
    std::abort();
  }
  auto exchange = std::make_shared<Exchange>(std::move(request), node_.executor);
  exchange->stream = stream;
  return exchange;
}

Task<Result<wire::Response>> NodeNetwork::call(wire::Request request) {
  return carry(begin(std::move(request), false));
}

Task<Result<wire::StreamResponse>> NodeNetwork::open(wire::Request request) {
  return carry_open(begin(std::move(request), true));
}

Task<Result<std::unique_ptr<wire::WebSocket>>> NodeNetwork::upgrade(
    wire::Request request, std::vector<std::string> protocols
) {
  auto exchange = begin(std::move(request), false);
  exchange->upgrade = true;
  return carry_upgrade(std::move(exchange), std::move(protocols));
}

Task<Result<std::unique_ptr<wire::WebSocket>>> NodeNetwork::carry_upgrade(
    std::shared_ptr<Exchange> exchange, std::vector<std::string> protocols
) {
  const Result<wire::Response> outcome = co_await carry(exchange).as_result();
  if (!outcome) co_return fail(outcome.error());
  if (outcome->status != 101) co_return fail(refusal_of(*outcome));
  // The server went while its answer was on the way.
  if (link_->state == State::kRefused) co_return fail(unknown_outcome(exchange->request, "connection reset by peer"));
  auto connection = std::make_shared<ExecConnection>(*this, *std::exchange(exchange->messages, {}));
  keep(connection);
  // The server takes the first that it knows, and knows all of remotecommand's.
  co_return std::make_unique<ExecSocket>(std::move(connection), protocols.empty() ? "" : std::move(protocols.front()));
}

Task<Result<wire::Response>> NodeNetwork::carry(std::shared_ptr<Exchange> exchange) {
  send(exchange);
  Result<wire::Response> outcome = co_await exchange->done.wait();
  if (exchange->crash_after) crash();
  co_return outcome;
}

Task<Result<wire::StreamResponse>> NodeNetwork::carry_open(std::shared_ptr<Exchange> exchange) {
  send(exchange);
  Result<wire::Response> outcome = co_await exchange->done.wait();
  if (exchange->crash_after) crash();
  if (!outcome) co_return fail(std::move(outcome).error());
  wire::StreamResponse response{.status = outcome->status, .headers = std::move(outcome->headers), .body = nullptr};
  if (!exchange->watch) {
    response.body = std::make_unique<TextStream>(std::move(outcome->body));
    co_return response;
  }
  auto feed = std::make_shared<Feed>(*this, std::move(exchange->watch), exchange->request.target, exchange->number);
  keep(feed);
  feed->watch->on_more([weak = std::weak_ptr(feed)] {
    const auto here = weak.lock();
    if (here && here->network != nullptr && here->network->is_up()) {
      here->look_after(here->network->latency());
    }
  });
  feed->look_after(latency());
  response.body = std::make_unique<WatchStream>(std::move(feed));
  co_return response;
}

void NodeNetwork::send(const std::shared_ptr<Exchange>& exchange) {
  if (is_cut()) return;  // the process is dead by the end of this step
  // A GET that does something.
  exchange->purpose = exchange->upgrade ? Purpose::kWrite : purpose_of(exchange->request, exchange->stream);
  exchange->number = ++node_.counters.by_purpose[exchange->purpose];
  exchange->request_number = ++node_.counters.requests;
  exchange->deadline = deadline_of(wiring_.executor.now(), exchange->request.timeout);
  const RequestVerdict verdict = wiring_.faults.on_request(point_of(*exchange));
  using Kind = RequestVerdict::Kind;
  if (verdict.kind != Kind::kPass) {
    wiring_.executor.note(static_cast<std::uint64_t>(verdict.kind));
    wiring_.story.tell(node_.name, [&] {
      return fmt::format(
          "FAULT {} before {} {}", name_of(verdict.kind), exchange->request.method, exchange->request.target
      );
    });
  }
  const Duration delay = verdict.delay + latency();
  switch (verdict.kind) {
    case Kind::kPass: return dispatch(exchange, delay);
    case Kind::kRefuse: return finish(exchange, delay, fail(Code::kUnavailable, "connect: connection refused"));
    case Kind::kReset:
      return finish(exchange, delay, fail(unknown_outcome(exchange->request, "connection reset by peer")));
    case Kind::kSilence: return lose(exchange);
    case Kind::kAnswer: return finish(exchange, delay, make_answer(verdict.answer));
    case Kind::kCrash: return crash();
  }
}

void NodeNetwork::dispatch(const std::shared_ptr<Exchange>& exchange, Duration delay) {
  if (link_->state == State::kRefused) {
    return finish(exchange, delay, fail(Code::kUnavailable, "connect: connection refused"));
  }
  if (link_->state == State::kIsolated) return lose(exchange);
  const auto deliver = [link = link_, exchange] {
    if (link->network != nullptr) return link->network->arrive(exchange);
    if (!link->in_flight || exchange->stream) return;
    const wire::Response response = exchange->carry_out(*link->server, link->who);
    link->story.tell(link->name, [&] { return "(dead) " + tale_of(exchange->request, response); });
  };
  wiring_.executor.after(delay, deliver).detach();
}

void NodeNetwork::arrive(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->stream) return arrive_open(exchange);
  wire::Response response = exchange->carry_out(*link_->server, link_->who);
  wiring_.executor.note(exchange->request.target);
  wiring_.executor.note(static_cast<std::uint64_t>(response.status));
  wiring_.story.tell(node_.name, [&] { return tale_of(exchange->request, response); });
  const ResponseVerdict verdict = wiring_.faults.on_response(point_of(*exchange), response);
  answer(exchange, verdict, std::move(response));
}

void NodeNetwork::arrive_open(const std::shared_ptr<Exchange>& exchange) {
  auto opened = link_->server->open(exchange->request, link_->who);
  wiring_.executor.note(exchange->request.target);
  wiring_.executor.note(static_cast<std::uint64_t>(opened.status));
  wire::Response response{.status = opened.status, .headers = {}, .body = std::move(opened.body)};
  wiring_.story.tell(node_.name, [&] { return "watch " + tale_of(exchange->request, response); });
  const ResponseVerdict verdict = opened.watch ? wiring_.faults.on_opened(point_of(*exchange)) : ResponseVerdict{};
  if (verdict.kind == ResponseVerdict::Kind::kPass || verdict.kind == ResponseVerdict::Kind::kCrashAfter) {
    exchange->watch = std::move(opened.watch);
  }
  answer(exchange, verdict, std::move(response));
}

void NodeNetwork::answer(
    const std::shared_ptr<Exchange>& exchange, const ResponseVerdict& verdict, wire::Response response
) {
  using Kind = ResponseVerdict::Kind;
  if (verdict.kind != Kind::kPass) {
    wiring_.executor.note(static_cast<std::uint64_t>(verdict.kind));
    wiring_.story.tell(node_.name, [&] {
      return fmt::format(
          "FAULT {} after {} {}", name_of(verdict.kind), exchange->request.method, exchange->request.target
      );
    });
  }
  const Duration delay = verdict.delay + latency();
  switch (verdict.kind) {
    case Kind::kCrashAfter: exchange->crash_after = true; [[fallthrough]];
    case Kind::kPass: return finish(exchange, delay, std::move(response));
    case Kind::kReset:
      return finish(exchange, delay, fail(unknown_outcome(exchange->request, "connection reset by peer")));
    case Kind::kSilence: return lose(exchange);
    case Kind::kAnswer: return finish(exchange, delay, make_answer(verdict.answer));
    case Kind::kCrash: return crash();
  }
}

void NodeNetwork::finish(const std::shared_ptr<Exchange>& exchange, Duration delay, Result<wire::Response> outcome) {
  const MonoTime when = wiring_.executor.now() + std::chrono::duration_cast<MonoTime::duration>(delay);
  if (when > exchange->deadline || (link_->state == State::kIsolated && outcome)) return lose(exchange);
  auto hand_over = [link = link_, exchange, outcome = std::move(outcome)]() mutable {
    if (link->network != nullptr) exchange->done.set(std::move(outcome));
  };
  wiring_.executor.at(when, std::move(hand_over)).detach();
}

void NodeNetwork::lose(const std::shared_ptr<Exchange>& exchange) {
  exchange->watch.reset();
  if (exchange->deadline == MonoTime::max()) return;
  auto give_up = [link = link_, exchange] {
    if (link->network == nullptr) return;
    exchange->done.set(fail(unknown_outcome(exchange->request, "no answer in time")));
  };
  wiring_.executor.at(exchange->deadline, std::move(give_up)).detach();
}

void NodeNetwork::crash() {
  if (node_.crash) node_.crash();
}

}  // namespace snapstash::sim

#include "tests/wire/fault.hpp"

#include <memory>
#include <semaphore>

#include <fmt/format.h>

#include "kernel/base/task_group.hpp"
#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/scripted_server.hpp"
#include "kernel/wire/websocket_accept.hpp"
#include "tests/wire/look.hpp"

namespace snapstash::wire {
namespace {

using namespace std::chrono_literals;

/// How the server's thread and the client's loop take turns.
struct Turns {
  std::counting_semaphore<> sent{0}, read{0};
};

const TestCa& authority() {
  static const TestCa ca("recordings");
  return ca;
}

const ServerTls& server_tls() {
  static const ServerTls tls{.identity = authority().issue("IP:127.0.0.1"), .client_ca_pem = ""};
  return tls;
}

std::string handshake_for(const std::string& head) {
  return fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n",
      websocket_accept(head)
  );
}

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << (at % 8)));
  return bytes;
}

/// The server's part of one connection. `at` counts in the recording's bytes.
void serve(Peer& peer, const Recording& recording, Fault fault, std::size_t at, Turns& turns) {
  if (fault == Fault::kTruncate) peer.start_tls(server_tls());
  const std::string head = peer.read_head();
  if (recording.way == Way::kSocket) peer.send(handshake_for(head));
  const std::string_view bytes = recording.bytes;
  switch (fault) {
    case Fault::kSplit:
      peer.send(bytes.substr(0, at));
      turns.sent.release();
      turns.read.acquire();
      peer.send(bytes.substr(at));
      peer.wait_for_close();
      break;
    case Fault::kEnd:
    case Fault::kTruncate: peer.send(bytes.substr(0, at)); break;
    case Fault::kReset:
      peer.send(bytes.substr(0, at));
      peer.reset();
      break;
    case Fault::kFlip: peer.send(flipped(recording.bytes, at)); break;
  }
}

/// Lets the loop look at its sockets until it has what was sent, then lets the server go on.
Task<void> take_turns(EventLoop& loop, Turns& turns) {
  const MonoTime patience = loop.now() + 20s;
  while (!turns.sent.try_acquire()) {
    if (loop.now() > patience) throw std::runtime_error("the server's turn does not come");
    co_await sleep_for(loop, Duration(0));
  }
  for (int rounds = 0; rounds < 3; ++rounds) co_await sleep_for(loop, Duration(0));
  turns.read.release();
}

Task<Seen> look_in_turns(EventLoop& loop, Transport& transport, Way way, Turns& turns) {
  TaskGroup group(loop);
  group.spawn(take_turns(loop, turns));
  Seen seen = co_await look(transport, way);
  co_await group.join();
  co_return seen;
}

class Client {
 public:
  Client(std::uint16_t port, bool tls) {
    endpoint_.scheme = tls ? "https" : "http";
    endpoint_.host = "127.0.0.1";
    endpoint_.port = port;
    if (tls) endpoint_.tls.ca_pem = authority().pem();
  }
  /// One connection, which is closed on return. `turns` are taken when there are any.
  Seen ask(Way way, Turns* turns) {
    const auto transport = HttpTransport::make(loop_, endpoint_).value();
    return loop_.run_task(turns ? look_in_turns(loop_, *transport, way, *turns) : look(*transport, way));
  }

 private:
  EventLoop loop_;
  Endpoint endpoint_;
};

/// What the answer means when nothing happens to it.
Seen whole(const Recording& recording) {
  Turns turns;
  std::vector<ScriptedServer::Script> scripts{[&](Peer& peer) { serve(peer, recording, Fault::kSplit, 0, turns); }};
  ScriptedServer server(std::move(scripts));
  Seen seen = Client(server.port(), false).ask(recording.way, &turns);
  server.join();
  return seen;
}

std::string describe(const Seen& seen) {
  return fmt::format(
      "status {}, {} bytes{}", seen.status, seen.body.size(), seen.error ? ", error: " + seen.error->message : ""
  );
}

std::string cut_breaks(const Recording& recording, const Seen& seen, const Seen& expected) {
  if (!seen.error) return "a cut answer was taken for whole: " + describe(seen);
  const bool right = seen.error->is(Code::kUnknownOutcome) || seen.error->is(Code::kMalformed);
  if (!right) return "the wrong error: " + describe(seen);
  if (recording.way == Way::kCall) return "";
  if (!expected.body.starts_with(seen.body)) return "what came is no beginning of the whole: " + describe(seen);
  return "";
}

/// Where the body begins, of an answer whose body has its length in the head; at the end otherwise.
std::size_t body_of(const Recording& recording) {
  if (recording.way != Way::kCall || !recording.bytes.contains("\r\nContent-Length: ")) return recording.bytes.size();
  return recording.bytes.find("\r\n\r\n") + 4;
}

std::string flip_breaks(const Recording& recording, std::size_t at, const Seen& seen, const Seen& expected) {
  const std::size_t body = body_of(recording);
  if (at < body) return !seen.error && seen.status < 100 ? "neither an answer nor an error: " + describe(seen) : "";
  Seen wanted = expected;
  wanted.body = flipped(recording.bytes, at).substr(body);
  return seen == wanted ? "" : "a body with a wrong byte did not come as it was sent: " + describe(seen);
}

std::string broken(const Recording& recording, Fault fault, std::size_t at, const Seen& seen, const Seen& expected) {
  switch (fault) {
    case Fault::kSplit: return seen == expected ? "" : "two parts mean something else: " + describe(seen);
    case Fault::kEnd:
    case Fault::kReset:
    case Fault::kTruncate: return cut_breaks(recording, seen, expected);
    case Fault::kFlip: return flip_breaks(recording, at, seen, expected);
  }
  std::unreachable();
}

}  // namespace

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::kSplit: return "split";
    case Fault::kEnd: return "end";
    case Fault::kReset: return "reset";
    case Fault::kFlip: return "flip";
    case Fault::kTruncate: return "truncate";
  }
  std::unreachable();
}

std::size_t strike(
    const Recording& recording, Fault fault, std::size_t first, std::size_t step,
    const std::function<void(std::size_t, std::string)>& on_broken
) {
  const Seen expected = whole(recording);
  if (expected.error) {
    on_broken(0, "the recording itself is not understood: " + describe(expected));
    return 1;
  }
  std::vector<std::size_t> bytes;
  for (std::size_t at = first; at < recording.bytes.size(); at += step) bytes.push_back(at);
  Turns turns;
  std::vector<ScriptedServer::Script> scripts;
  scripts.reserve(bytes.size());
  for (const std::size_t at : bytes) {
    scripts.emplace_back([&, at](Peer& peer) { serve(peer, recording, fault, at, turns); });
  }
  ScriptedServer server(std::move(scripts));
  Client client(server.port(), fault == Fault::kTruncate);
  for (const std::size_t at : bytes) {
    const Seen seen = client.ask(recording.way, fault == Fault::kSplit ? &turns : nullptr);
    if (auto why = broken(recording, fault, at, seen, expected); !why.empty()) on_broken(at, std::move(why));
  }
  server.join();
  return bytes.size();
}

}  // namespace snapstash::wire

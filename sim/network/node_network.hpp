#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/base/random.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/api_server/api_server.hpp"
#include "sim/executor/seeded_executor.hpp"
#include "sim/executor/story.hpp"
#include "sim/network/faults.hpp"

namespace snapstash::sim {

struct Connection;
struct ExecConnection;
struct Feed;
struct Link;

/// How many requests, writes and frames a node has seen in all its lives; the faults' points are numbered by it.
struct NodeCounters {
  std::uint64_t requests = 0, frames = 0, bookmarks = 0;
  std::map<Purpose, std::uint64_t> by_purpose;
};

/// What all nodes share. All of it must outlive them.
struct Wiring {
  SeededExecutor& executor;
  Random& random;
  Faults& faults;
  Story& story;
  Duration shortest_latency = std::chrono::microseconds(200);  ///< One way.
  Duration longest_latency = std::chrono::milliseconds(4);
};

/// The network of one process: carries its requests to an API server and back, in virtual time, and asks the faults at
/// each point. What was sent arrives even if its caller has given it up. Errors are those of wire::Transport.
class NodeNetwork final : public wire::Transport {
 public:
  struct Node {
    std::string name;
    Identity identity;
    Executor& executor;  ///< The process's own: its tasks are resumed there.
    NodeCounters& counters;
    std::function<void()> crash;  ///< Kills the process after the present step. May be empty when no fault asks for it.
  };

  NodeNetwork(const Wiring& wiring, Node node, ApiServer& server);
  /// Cuts it, if that has not been done.
  ~NodeNetwork() override;

  Task<Result<wire::Response>> call(wire::Request request) override;
  Task<Result<wire::StreamResponse>> open(wire::Request request) override;
  /// pods/exec. Carried as a write, with the same faults; once it is open, it breaks as streams do, and after a minute
  /// in which the node was isolated.
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request request, std::vector<std::string> protocols)
      override;

  /// For good: nothing leaves or arrives any more. What is on its way to the server still arrives iff `in_flight`.
  void cut(bool in_flight);
  /// From now on a request aborts the simulation: the program is being destroyed, and destructors must not speak.
  void forbid() { forbidden_ = true; }
  bool is_cut() const;

  /// Sends what comes next to another server; streams and WebSockets break.
  void connect(ApiServer& server);
  /// Every stream and WebSocket breaks, as when the server restarts.
  void break_streams();
  /// While a server is down, connections are refused; while a node is isolated, nothing arrives anywhere, and nothing
  /// says so.
  enum class State { kUp, kRefused, kIsolated };
  void set_state(State state);

  const std::string& name() const { return node_.name; }

 private:
  friend struct ExecConnection;
  friend struct Feed;
  struct Exchange;
  Task<Result<wire::Response>> carry(std::shared_ptr<Exchange> exchange);
  Task<Result<wire::StreamResponse>> carry_open(std::shared_ptr<Exchange> exchange);
  Task<Result<std::unique_ptr<wire::WebSocket>>> carry_upgrade(
      std::shared_ptr<Exchange> exchange, std::vector<std::string> protocols
  );
  std::shared_ptr<Exchange> begin(wire::Request request, bool stream);
  void keep(const std::shared_ptr<Connection>& connection);
  void send(const std::shared_ptr<Exchange>& exchange);
  void dispatch(const std::shared_ptr<Exchange>& exchange, Duration delay);
  void arrive(const std::shared_ptr<Exchange>& exchange);
  void arrive_open(const std::shared_ptr<Exchange>& exchange);
  void answer(const std::shared_ptr<Exchange>& exchange, const ResponseVerdict& verdict, wire::Response response);
  void finish(const std::shared_ptr<Exchange>& exchange, Duration delay, Result<wire::Response> outcome);
  void lose(const std::shared_ptr<Exchange>& exchange);
  void crash();
  Duration latency();
  bool is_up() const;
  RequestPoint point_of(const Exchange& exchange) const;

  Wiring wiring_;
  Node node_;
  std::shared_ptr<Link> link_;
  std::vector<std::weak_ptr<Connection>> connections_;
  bool forbidden_ = false;
};

}  // namespace snapstash::sim

#pragma once
#include <iosfwd>
#include <memory>
#include <string>

#include "features/cli/command_line.hpp"
#include "kernel/base/random.hpp"
#include "kernel/kube/client.hpp"
#include "kernel/kube/connect.hpp"
#include "kernel/kube/environment.hpp"
#include "kernel/wire/event_loop.hpp"
#include "kernel/wire/http_transport.hpp"

namespace snapstash::cli {

/// Gives every call the same timeout: --request-timeout.
class TimedTransport final : public wire::Transport {
 public:
  /// `timeout`: zero = no limit; nothing = as each request has it. `inner` must outlive this.
  TimedTransport(wire::Transport& inner, std::optional<Duration> timeout) : inner_(inner), timeout_(timeout) {}

  Task<Result<wire::Response>> call(wire::Request request) override { return inner_.call(timed(std::move(request))); }
  Task<Result<wire::StreamResponse>> open(wire::Request request) override {
    return inner_.open(timed(std::move(request)));
  }
  Task<Result<std::unique_ptr<wire::WebSocket>>> upgrade(wire::Request request, std::vector<std::string> protocols)
      override {
    return inner_.upgrade(timed(std::move(request)), std::move(protocols));
  }

 private:
  wire::Request timed(wire::Request request) const;
  wire::Transport& inner_;
  std::optional<Duration> timeout_;
};

/// The way from a terminal to one API server, as kubectl would find it; credential plugins are run. The loop and the
/// log outlive it.
class Connection {
 public:
  struct Options {
    kube::Environment environment;
    std::string user_agent;
    bool stdin_is_terminal = false;
  };

  /// Nothing is sent yet. Errors: kNotFound or kInvalid, naming file and remedy.
  static Result<std::unique_ptr<Connection>> make(
      wire::EventLoop& loop, Log& log, const CommandLine& line, Options options
  );

  kube::Client& client() { return *client_; }
  Random& random() { return random_; }
  const Clock& clock() const { return clock_; }
  const std::string& namespace_() const { return name_space_; }
  const std::string& server() const { return server_; }

 private:
  explicit Connection(wire::EventLoop& loop) : runner_(kube::make_process_runner(loop)) {}

  SystemClock clock_;
  SystemRandom random_;
  kube::DiskFiles files_;
  std::unique_ptr<kube::ProcessRunner> runner_;
  std::string name_space_, server_;
  std::unique_ptr<wire::HttpTransport> transport_;
  std::unique_ptr<TimedTransport> timed_;
  kube::Connection connection_;  // destroyed before the transport that its TLS files feed
  std::unique_ptr<kube::Client> client_;
};

}  // namespace snapstash::cli

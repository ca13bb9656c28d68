#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/event.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/api_server/exec.hpp"
#include "sim/network/connection.hpp"

namespace snapstash::sim {

/// A command's connection: what was written in the pod goes to the buffer that the program reads, when its time has
/// come and the network lets it. Held by the socket; the network only knows of it.
struct ExecConnection final : Connection {
  ExecConnection(NodeNetwork& owner, ExecMessages said);

  void stop(std::optional<Error> error) override;
  void on_isolated() override;
  void on_up() override;

  std::deque<std::string> buffer;
  std::optional<Error> broken;
  bool ended = false;
  Event more;

 private:
  void arrive();

  NodeNetwork* network_;  ///< nullptr once that is cut.
  ExecMessages said_;
  bool due_ = false;
  Executor::Ticket arrival_, silence_;
};

/// The program's end. What is sent to it goes nowhere: there is no stdin.
class ExecSocket final : public wire::WebSocket {
 public:
  ExecSocket(std::shared_ptr<ExecConnection> connection, std::string protocol)
      : connection_(std::move(connection)), protocol_(std::move(protocol)) {}

  std::string_view protocol() const override { return protocol_; }
  Task<Result<void>> send(std::string message) override;
  Task<Result<std::optional<std::string>>> receive() override;

 private:
  std::shared_ptr<ExecConnection> connection_;
  std::string protocol_;
};

}  // namespace snapstash::sim

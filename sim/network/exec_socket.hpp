#pragma once
#include <optional>
#include <string>

#include "kernel/base/executor.hpp"
#include "kernel/wire/transport.hpp"
#include "sim/api_server/exec.hpp"

namespace snapstash::sim {

/// The program's end of a command in a pod. Nothing is sent to it.
class ExecSocket final : public wire::WebSocket {
 public:
  ExecSocket(Executor& executor, std::string protocol, ExecMessages answer);

  std::string_view protocol() const override { return protocol_; }
  Task<Result<void>> send(std::string message) override;
  Task<Result<std::optional<std::string>>> receive() override;

 private:
  Executor& executor_;
  std::string protocol_;
  ExecMessages answer_;
  MonoTime ends_;
  std::size_t next_ = 0;
};

}  // namespace snapstash::sim

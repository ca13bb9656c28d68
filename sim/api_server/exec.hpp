#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/api_server/api_request.hpp"
#include "sim/api_server/storage.hpp"

/// pods/exec: what the API server and the kubelet behind it say to a WebSocket.
namespace snapstash::sim {

/// What becomes of a command.
struct ExecOutcome {
  int exit_code = 0;
  std::string out, err;
  Duration takes{};          ///< Until it ends.
  bool hangs = false;        ///< It never does.
  bool unreachable = false;  ///< The pod's node does not answer.
};

/// Carries out a command in a container of a running pod, at once.
using Runtime = std::function<
    ExecOutcome(const StoredObject& pod, const std::string& container, const std::vector<std::string>& command)>;

/// Returns the answer: status 101 and what `read_exec_answer` reads in the body, or a refusal.
wire::Response exec(
    const Storage& storage, const ApiRequest& asked, const wire::Request& request, const Runtime& runtime
);

/// What went over the WebSocket: messages as a kubelet sends them, and when.
struct ExecMessages {
  std::vector<std::string> messages;
  Duration after{};
  bool never = false;
};
ExecMessages read_exec_answer(const wire::Response& answer);

}  // namespace snapstash::sim

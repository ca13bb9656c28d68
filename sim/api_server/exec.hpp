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

/// Begins a command in a container of a running pod.
using Runtime = std::function<
    ExecOutcome(const StoredObject& pod, const std::string& container, const std::vector<std::string>& command)>;

/// What comes over the WebSocket once it is open: messages as a kubelet writes them, and its end after the last.
struct ExecMessages {
  std::vector<std::string> messages;
  Duration after{};    ///< How long nothing comes.
  bool never = false;  ///< Nothing ever comes.
};

/// Carries out `asked`, which is allowed. What the kubelet refuses is no failure: the API server opens the WebSocket
/// before it asks the kubelet (apiserver's StreamTranslatorHandler), and says so there.
Answer<ExecMessages> exec(
    const Storage& storage, const ApiRequest& asked, const wire::Request& request, const Runtime& runtime
);

}  // namespace snapstash::sim

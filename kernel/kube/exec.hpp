#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/task.hpp"
#include "kernel/kube/client.hpp"

/// Runs a command in a container of a pod, over a WebSocket (KEP-4006; subprotocols v5 and v4.channel.k8s.io). Binary
/// messages, whose first byte is the channel: 1 stdout, 2 stderr, 3 the outcome (a Status), 255 a channel is closed
/// (v5).
namespace snapstash::kube {

struct ExecSpec {
  std::string namespace_, pod;
  std::string container;  ///< "" = the pod's default container.
  std::vector<std::string> command;
  std::size_t output_limit = std::size_t{10} * 1024;  ///< Kept of each stream; the rest is dropped and counted as read.
};

struct ExecResult {
  int exit_code = 0;
  std::string out, err;
  bool truncated = false;  ///< Some output was over the limit.
  friend bool operator==(const ExecResult&, const ExecResult&) = default;
};

/// Returns the request that opens the WebSocket. Pure.
wire::Request exec_request(const ExecSpec& spec);

/// What has come so far. Pure: messages in, result out.
class ExecStream {
 public:
  explicit ExecStream(std::size_t output_limit) : limit_(output_limit) {}

  /// Takes one message. Errors: kMalformed for a channel that does not exist, or an outcome that is no Status.
  Result<void> take(std::string_view message);

  /// Returns the result once the peer has closed. Errors: kUnknownOutcome when it closed without saying how the command
  /// ended (that is not success); kInternal with the runtime's words when the command could not be run.
  Result<ExecResult> finish() &&;

 private:
  void keep(std::string& to, std::string_view data);
  Result<void> take_status(std::string_view text);

  std::size_t limit_;
  ExecResult result_;
  std::optional<Result<int>> outcome_;
};

/// Runs the command to its end. Errors: the API server's refusal by code (kForbidden without the verbs create and
/// get on pods/exec, kNotFound), kUnavailable when nothing was started, and those of ExecStream. Destroying the task
/// closes the connection; the command may go on in its pod.
Task<Result<ExecResult>> exec(Client& client, ExecSpec spec);

}  // namespace snapstash::kube

#include "kernel/kube/exec.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "kernel/kube/status.hpp"

namespace snapstash::kube {
namespace {

constexpr Resource kPods{"", "v1", "Pod", "pods", true};

enum Channel : unsigned char { kStdin = 0, kStdout = 1, kStderr = 2, kOutcome = 3, kResize = 4, kClose = 255 };

/// The exit code in a Status with reason NonZeroExitCode, which has it as a decimal in a cause.
std::optional<int> exit_code_of(const json::Value& status) {
  const json::Array* causes = json::find_array(status, "/details/causes");
  if (causes == nullptr) return std::nullopt;
  for (const json::Value& cause : *causes) {
    if (json::find_string(cause, "/reason") != "ExitCode") continue;
    const std::string_view text = json::find_string(cause, "/message");
    int code = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (failed == std::errc() && end == text.data() + text.size()) return code & 0xFF;
  }
  return std::nullopt;
}

/// The API server's answer to an upgrade, with the code that its status and reason mean.
Error refusal_of(Error refused) {
  if (refused.http_status == 0) return refused;
  Error error = error_of(wire::Response{refused.http_status, {}, refused.message});
  error.retry_after = refused.retry_after;
  return error;
}

}  // namespace

wire::Request exec_request(const ExecSpec& spec) {
  Query query;
  for (const std::string& word : spec.command) query.add("command", word);
  if (!spec.container.empty()) query.add("container", spec.container);
  query.add("stdout", "true").add("stderr", "true");
  wire::Request request;
  request.target = path_of(kPods, {spec.namespace_, spec.pod}, "exec") + query.text();
  return request;
}

void ExecStream::keep(std::string& to, std::string_view data) {
  const std::size_t room = limit_ - std::min(limit_, to.size());
  if (data.size() > room) result_.truncated = true;
  to += data.substr(0, room);
}

Result<void> ExecStream::take_status(std::string_view text) {
  const auto status = json::parse(text);
  if (!status) return fail(Code::kMalformed, "exec: the outcome is no Status: " + status.error().message);
  if (json::find_string(*status, "/status") == "Success") {
    outcome_.emplace(0);
  } else if (json::find_string(*status, "/reason") == "NonZeroExitCode") {
    const auto code = exit_code_of(*status);
    if (!code) return fail(Code::kMalformed, "exec: the outcome names no exit code");
    outcome_.emplace(*code);
  } else {
    Error error = error_of(*status, 0);
    error.code = Code::kInternal;
    outcome_.emplace(std::unexpected<Error>(std::move(error)));
  }
  return {};
}

Result<void> ExecStream::take(std::string_view message) {
  if (message.empty()) return fail(Code::kMalformed, "exec: a message without a channel");
  const auto channel = static_cast<unsigned char>(message.front());
  const std::string_view data = message.substr(1);
  switch (channel) {
    case kStdout: keep(result_.out, data); return {};
    case kStderr: keep(result_.err, data); return {};
    case kOutcome: return take_status(data);
    case kClose: return {};  // the peer has closed one channel; the outcome still comes
    default: return fail(Code::kMalformed, fmt::format("exec: there is no channel {}", channel));
  }
}

Result<ExecResult> ExecStream::finish() && {
  if (!outcome_) return fail(Code::kUnknownOutcome, "exec: the connection closed without saying how the command ended");
  if (!*outcome_) return fail(std::move(*outcome_).error());
  result_.exit_code = **outcome_;
  return std::move(result_);
}

Task<Result<ExecResult>> exec(Client& client, ExecSpec spec) {
  std::vector<std::string> protocols{"v5.channel.k8s.io", "v4.channel.k8s.io"};
  auto opened = co_await client.upgrade(exec_request(spec), std::move(protocols)).as_result();
  if (!opened) co_return fail(refusal_of(std::move(opened).error()));
  const auto socket = *std::move(opened);
  ExecStream stream(spec.output_limit);
  while (true) {
    const std::optional<std::string> message = co_await socket->receive();
    if (!message) break;
    co_await stream.take(*message);
  }
  co_return std::move(stream).finish();
}

}  // namespace snapstash::kube

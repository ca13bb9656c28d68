#include "kernel/kube/status.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace snapstash::kube {
namespace {

bool has_cause(const Error& error, std::string_view reason) {
  return std::ranges::any_of(error.causes, [&](const Cause& cause) { return cause.reason == reason; });
}

Code code_of(const Error& error) {
  const std::string& reason = error.reason;
  switch (error.http_status) {
    case 401: return Code::kUnauthorized;
    case 403: return Code::kForbidden;
    case 404: return Code::kNotFound;
    case 409: return reason == "AlreadyExists" ? Code::kAlreadyExists : Code::kConflict;
    case 410: return Code::kExpired;
    case 429: return Code::kTooManyRequests;
    case 503: return Code::kUnavailable;
    case 504: {
      // Servers before 1.20 send no cause, only the message.
      const bool too_large = has_cause(error, "ResourceVersionTooLarge") ||
                             error.message.find("Too large resource version") != std::string::npos;
      return too_large ? Code::kTooLargeVersion : Code::kUnknownOutcome;
    }
    default: return error.http_status >= 500 ? Code::kUnknownOutcome : Code::kInvalid;
  }
}

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
  int seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

void read_details(const json::Value& status, Error& error) {
  const json::Value* after = json::find(status, "/details/retryAfterSeconds");
  if (after != nullptr && after->is_int64() && after->get_int64() > 0) {
    error.retry_after = std::chrono::seconds(after->get_int64());
  }
  const json::Array* causes = json::find_array(status, "/details/causes");
  if (causes == nullptr) return;
  for (const json::Value& cause : *causes) {
    error.causes.push_back(
        {std::string(json::find_string(cause, "/reason")), std::string(json::find_string(cause, "/field")),
         std::string(json::find_string(cause, "/message"))}
    );
  }
}

Error plain_error(const wire::Response& response) {
  constexpr std::size_t kKept = 2048;
  std::string text = response.body.substr(0, kKept);
  if (text.empty()) text = "no text";
  Error error(Code::kInternal, fmt::format("HTTP {}: {}", response.status, text));
  error.http_status = response.status;
  return error;
}

}  // namespace

Error error_of(const json::Value& status, int http_status) {
  Error error(Code::kInternal, std::string(json::find_string(status, "/message")));
  error.reason = json::find_string(status, "/reason");
  error.http_status = http_status;
  if (const json::Value* code = json::find_key(status, "code"); code != nullptr && code->is_int64()) {
    error.http_status = static_cast<int>(code->get_int64());
  }
  read_details(status, error);
  if (error.message.empty()) error.message = fmt::format("HTTP {} {}", error.http_status, error.reason);
  error.code = code_of(error);
  return error;
}

Error error_of(const wire::Response& response) {
  auto body = json::parse(response.body);
  const bool is_status = body && json::find_string(*body, "/kind") == "Status";
  Error error = is_status ? error_of(*body, response.status) : plain_error(response);
  error.code = code_of(error);
  if (const auto after = response.headers.find("Retry-After")) {
    if (const auto seconds = seconds_in(*after)) error.retry_after = seconds;
  }
  return error;
}

bool is_refusal(const Error& error) { return error.is(Code::kForbidden) || error.is(Code::kInvalid); }

}  // namespace snapstash::kube

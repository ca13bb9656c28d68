#pragma once
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace snapstash {

/// What went wrong, as a closed set that code may branch on. The HTTP status and reason that lead to each are in
/// `kube/status.cpp`; nothing else maps them.
enum class Code {
  kNotFound,         ///< 404: the object (or its whole kind) does not exist.
  kAlreadyExists,    ///< 409 AlreadyExists: a POST met an object of that name.
  kConflict,         ///< 409 Conflict: a resourceVersion, UID or field ownership precondition did not hold.
  kExpired,          ///< 410: the resourceVersion or continue token is too old; list again.
  kUnauthorized,     ///< 401: who we are was not accepted.
  kForbidden,        ///< 403: RBAC, quota, admission, or a namespace that is being deleted.
  kInvalid,          ///< 422/400, or input of a user: will not work until it changes.
  kTooManyRequests,  ///< 429: the server asks us to wait; not processed.
  kTooLargeVersion,  ///< 504 ResourceVersionTooLarge: the server has not seen that version yet.
  kUnavailable,      ///< Not processed: connection refused, nothing sent, 503.
  kUnknownOutcome,   ///< Sent, and no answer or 500/504: may or may not have been carried out.
  kTimeout,          ///< Our own deadline passed before anything was sent, or while waiting for a condition.
  kMalformed,        ///< Bytes that are not what the protocol promises.
  kCancelled,        ///< We were asked to stop.
  kInternal,         ///< A fault of ours.
};

/// Returns the code's name as logs and metrics show it, e.g. "NotFound".
std::string_view name_of(Code code);

/// One entry of the API server's `details.causes`.
struct Cause {
  std::string reason, field, message;
  friend bool operator==(const Cause&, const Cause&) = default;
};

/// "Could not find out, or could not do": a closed code, a sentence for people, and what the server said.
/// A value; copies are cheap enough for the error path.
class Error {
 public:
  Error(Code code, std::string message) : code(code), message(std::move(message)) {}

  Code code;
  std::string message;                              ///< A sentence; for server errors the server's own.
  std::string reason;                               ///< Server's `reason` (CamelCase), "" when there was none.
  std::vector<Cause> causes;                        ///< Server's causes, in its order.
  std::optional<std::chrono::seconds> retry_after;  ///< Retry-After, when the server set it.
  int http_status = 0;                              ///< 0 when no HTTP answer was received.

  bool is(Code wanted) const { return code == wanted; }

  /// Returns this error with `context: ` before its message; code and server facts are kept.
  Error in(std::string_view context) &&;
};

/// A value, or why there is none.
template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for the error arm of a Result: `return fail(Code::kInvalid, "…");`
inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}

/// Passes an error on: `return fail(std::move(result).error());`
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace snapstash

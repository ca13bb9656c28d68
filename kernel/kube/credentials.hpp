#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "kernel/base/task.hpp"
#include "kernel/base/time.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::kube {

/// Who we are, as headers that the client puts on every request. Tokens change while the program runs, so the client
/// asks before each attempt and says when an answer was 401; it then asks again and repeats the request once.
/// Must outlive the tasks it hands out.
class Credentials {
 public:
  virtual ~Credentials() = default;

  /// Returns the headers of one attempt: Authorization, and Impersonate-* where configured. Empty for none.
  /// Errors: kUnauthorized when there is nothing to show (token file empty, plugin failed); nothing was sent then.
  virtual Task<Result<wire::Headers>> headers() = 0;

  /// The server answered 401 to an attempt that was sent at `sent`, after its `headers()` had come. Drops what is
  /// cached unless it was obtained after that, so that many failures at once lead to one renewal. Guarantees: no I/O;
  /// the renewal happens in the next `headers()`.
  virtual void rejected(MonoTime sent) = 0;
};

/// Returns credentials that never change: `headers` on every request.
std::unique_ptr<Credentials> make_fixed_credentials(wire::Headers headers);

/// Returns a bearer token's header. Errors: kInvalid when the token cannot stand in a header.
Result<wire::Headers> bearer_headers(std::string_view token);

/// Returns the header of HTTP basic authentication (RFC 7617). Errors: kInvalid when the user name contains a colon.
Result<wire::Headers> basic_headers(std::string_view username, std::string_view password);

/// Returns `inner` with `extra` added to the headers of every request; for impersonation.
std::unique_ptr<Credentials> with_headers(std::unique_ptr<Credentials> inner, wire::Headers extra);

}  // namespace snapstash::kube

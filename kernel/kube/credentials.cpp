#include "kernel/kube/credentials.hpp"

#include <algorithm>
#include <utility>

#include "kernel/kube/base64.hpp"

namespace snapstash::kube {
namespace {

class FixedCredentials final : public Credentials {
 public:
  explicit FixedCredentials(wire::Headers headers) : headers_(std::move(headers)) {}
  Task<Result<wire::Headers>> headers() override { co_return headers_; }
  void rejected(MonoTime) override {}

 private:
  wire::Headers headers_;
};

class ExtendedCredentials final : public Credentials {
 public:
  ExtendedCredentials(std::unique_ptr<Credentials> inner, wire::Headers extra)
      : inner_(std::move(inner)), extra_(std::move(extra)) {}

  Task<Result<wire::Headers>> headers() override {
    wire::Headers headers = co_await inner_->headers();
    for (const auto& [name, value] : extra_) headers.add(name, value);
    co_return headers;
  }
  void rejected(MonoTime sent) override { inner_->rejected(sent); }

 private:
  std::unique_ptr<Credentials> inner_;
  wire::Headers extra_;
};

}  // namespace

std::unique_ptr<Credentials> make_fixed_credentials(wire::Headers headers) {
  return std::make_unique<FixedCredentials>(std::move(headers));
}

Result<wire::Headers> bearer_headers(std::string_view token) {
  // Anything outside of visible ASCII would let a token add headers of its own, or is a broken file.
  const auto visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (token.empty()) return fail(Code::kInvalid, "the token is empty");
  if (!std::ranges::all_of(token, visible)) {
    return fail(Code::kInvalid, "the token contains spaces, line breaks or other characters that no token has");
  }
  return wire::Headers{{"Authorization", "Bearer " + std::string(token)}};
}

Result<wire::Headers> basic_headers(std::string_view username, std::string_view password) {
  if (username.contains(':')) return fail(Code::kInvalid, "a user name for basic authentication must not contain ':'");
  const std::string pair = std::string(username) + ":" + std::string(password);
  return wire::Headers{{"Authorization", "Basic " + encode_base64(pair)}};
}

std::unique_ptr<Credentials> with_headers(std::unique_ptr<Credentials> inner, wire::Headers extra) {
  return std::make_unique<ExtendedCredentials>(std::move(inner), std::move(extra));
}

}  // namespace snapstash::kube

#include "kernel/kube/token_file.hpp"

#include <string_view>
#include <utility>

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;

constexpr Duration kMaxAge = 50s;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

}  // namespace

TokenFileCredentials::TokenFileCredentials(
    Files& files, Executor& executor, Log& log, std::string path, std::string initial_token
)
    : files_(files), executor_(executor), log_(log), path_(std::move(path)), initial_token_(std::move(initial_token)) {}

Result<wire::Headers> TokenFileCredentials::read() const {
  const auto content = files_.read(path_);
  if (!content) return fail(Code::kUnauthorized, content.error().message);
  auto headers = bearer_headers(trimmed(*content));
  if (!headers) return fail(Error(Code::kUnauthorized, headers.error().message).in(path_));
  return headers;
}

Task<Result<wire::Headers>> TokenFileCredentials::headers() {
  const MonoTime now = executor_.now();
  if (cached_ && now - cached_->when < kMaxAge) co_return cached_->headers;
  auto fresh = read();
  if (fresh) {
    failing_ = false;
    cached_ = Read{*fresh, now};
    co_return fresh;
  }
  if (!std::exchange(failing_, true)) log_.warning("cannot renew the token", {{"error", fresh.error().message}});
  if (cached_) co_return cached_->headers;
  if (!initial_token_.empty()) co_return bearer_headers(initial_token_);
  co_return fresh;
}

void TokenFileCredentials::rejected(MonoTime sent) {
  if (cached_ && cached_->when <= sent) cached_.reset();
}

}  // namespace snapstash::kube

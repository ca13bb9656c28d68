#include "sim/api_server/continue_token.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/kube/base64.hpp"

namespace snapstash::sim {
namespace {

std::unexpected<Failure> invalid_token(std::string_view why) {
  return failures::bad_request(fmt::format("invalid continue token: {}", why));
}

}  // namespace

std::string encode(const ContinueToken& token) {
  const json::Object object{{"v", "meta.k8s.io/v1"}, {"rv", token.revision}, {"start", token.start}};
  std::string text = kube::encode_base64(json::serialize(object));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return text;
}

Answer<ContinueToken> decode_continue(std::string_view text) {
  std::string padded(text);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  while (padded.size() % 4 != 0) padded += '=';
  const auto bytes = kube::decode_base64(padded);
  auto value = bytes ? json::parse(*bytes) : Result<json::Value>(fail(Code::kMalformed, ""));
  if (!value) return invalid_token("continue key is not valid");
  const json::Value* revision = json::find_key(*value, "rv");
  ContinueToken token;
  if (revision != nullptr && revision->is_int64()) token.revision = revision->get_int64();
  token.start = json::find_string(*value, "/start");
  if (token.revision == 0) {
    return invalid_token("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (token.start.empty()) {
    return invalid_token("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
  }
  return token;
}

}  // namespace snapstash::sim

#include "features/cli/list_all.hpp"

namespace snapstash::cli {

Task<Result<json::Array>> list_all(kube::Client& client, kube::Resource resource, kube::Selection selection) {
  constexpr std::int64_t kPageSize = 500;
  json::Array all;
  std::string token;
  do {
    kube::RawPage page = co_await client.list_page(resource, selection, kPageSize, token);
    for (json::Value& item : page.items) all.push_back(std::move(item));
    token = std::move(page.continue_token);
  } while (!token.empty());
  co_return all;
}

}  // namespace snapstash::cli

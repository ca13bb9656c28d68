#include "sim/actors/services.hpp"

#include <chrono>

#include "kernel/base/event.hpp"

namespace snapstash::sim {
namespace {

constexpr std::chrono::milliseconds kOneWay{3};

}  // namespace

int Services::answer(const std::string& method, const std::string& path) {
  history_.push_back(path);
  if (method != "POST" || (path != "/close" && path != "/open")) return 404;
  closed_ = path == "/close";
  return 200;
}

Task<Result<int>> ServicesOutbound::ask(wire::Endpoint, wire::Request request) {
  co_await sleep_for(executor_, kOneWay);
  const int status = services_.answer(request.method, request.target);
  co_await sleep_for(executor_, kOneWay);
  co_return status;
}

Task<Result<void>> ServicesOutbound::knock(std::string, std::uint16_t) {
  co_await sleep_for(executor_, kOneWay);
  co_return {};
}

}  // namespace snapstash::sim

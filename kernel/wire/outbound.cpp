#include "kernel/wire/outbound.hpp"

#include "kernel/wire/http_transport.hpp"
#include "kernel/wire/tcp.hpp"

namespace snapstash::wire {
namespace {

constexpr Duration kConnectTimeout = std::chrono::seconds(10);

class NetworkOutbound final : public Outbound {
 public:
  explicit NetworkOutbound(EventLoop& loop) : loop_(loop) {}

  Task<Result<int>> ask(Endpoint endpoint, Request request) override {
    auto transport = HttpTransport::make(loop_, std::move(endpoint));
    if (!transport) co_return fail(std::move(transport).error());
    const StreamResponse answer = co_await (*transport)->open(std::move(request));
    co_return answer.status;
  }

  Task<Result<void>> knock(std::string host, std::uint16_t port) override {
    co_await connect_tcp(loop_, std::move(host), port, kConnectTimeout);
    co_return {};
  }

 private:
  EventLoop& loop_;
};

}  // namespace

std::unique_ptr<Outbound> make_outbound(EventLoop& loop) { return std::make_unique<NetworkOutbound>(loop); }

}  // namespace snapstash::wire

#include "kernel/wire/http_server.hpp"

#include <utility>

#include "kernel/wire/http_service.hpp"

namespace snapstash::wire {

struct HttpServer::Core {
  Core(EventLoop& loop, Handler handler) : loop(loop), service(loop, std::move(handler)) {}
  EventLoop& loop;
  HttpService service;
  std::uint16_t port = 0;
};

HttpServer::HttpServer(EventLoop& loop, Handler handler) : core_(std::make_unique<Core>(loop, std::move(handler))) {}
HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(const std::string& address) {
  auto listener = listen_tcp(core_->loop, address);
  if (!listener) return fail(std::move(listener).error());
  core_->port = (*listener)->port();
  core_->service.serve(*std::move(listener));
  return {};
}

std::uint16_t HttpServer::port() const { return core_->port; }

}  // namespace snapstash::wire

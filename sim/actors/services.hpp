#pragma once
#include <string>
#include <vector>

#include "kernel/base/executor.hpp"
#include "kernel/wire/outbound.hpp"

namespace snapstash::sim {

/// Everything that hooks speak to by its address: one gate that holds a system, whatever its host is called. POST
/// /close holds it, POST /open lets go; every other request is answered with 404.
class Services {
 public:
  /// Answers a request as it is now. Returns the HTTP status.
  int answer(const std::string& method, const std::string& path);

  bool is_closed() const { return closed_; }
  /// The paths that were asked for, in order.
  const std::vector<std::string>& history() const { return history_; }

 private:
  bool closed_ = false;
  std::vector<std::string> history_;
};

/// The way from a pod to them; it takes a moment.
class ServicesOutbound final : public wire::Outbound {
 public:
  ServicesOutbound(Services& services, Executor& executor) : services_(services), executor_(executor) {}
  Task<Result<int>> ask(wire::Endpoint endpoint, wire::Request request) override;
  Task<Result<void>> knock(std::string host, std::uint16_t port) override;

 private:
  Services& services_;
  Executor& executor_;
};

}  // namespace snapstash::sim

#pragma once
#include "kernel/wire/outbound.hpp"

namespace snapstash::wire {

/// For tests and simulations: a world without other servers. Whoever calls one gets no connection.
class NoOutbound final : public Outbound {
 public:
  Task<Result<int>> ask(Endpoint endpoint, Request) override {
    co_return fail(Code::kUnavailable, "connect to " + endpoint.host + ": connection refused");
  }
  Task<Result<void>> knock(std::string host, std::uint16_t) override {
    co_return fail(Code::kUnavailable, "connect to " + host + ": connection refused");
  }
};

}  // namespace snapstash::wire

#pragma once
#include "kernel/runtime/metrics.hpp"
#include "kernel/runtime/probes.hpp"
#include "kernel/wire/http_server.hpp"

namespace snapstash::runtime {

/// Answers one request of the kubelet or Prometheus: /metrics, and the paths of Probes. For wire::HttpServer.
wire::ServerResponse serve(const Probes& probes, const Registry& registry, const wire::ServerRequest& request);

}  // namespace snapstash::runtime

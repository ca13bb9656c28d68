#include "kernel/runtime/endpoints.hpp"

#include <string>
#include <utility>

namespace snapstash::runtime {

wire::ServerResponse serve(const Probes& probes, const Registry& registry, const wire::ServerRequest& request) {
  if (request.path == "/metrics") {
    return {.status = 200, .content_type = std::string(kExpositionType), .body = registry.expose()};
  }
  Probes::Answer answer = probes.answer(request.path, request.query);
  wire::ServerResponse response;
  response.status = answer.status;
  response.body = std::move(answer.body);
  return response;
}

}  // namespace snapstash::runtime

#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/wire/transport.hpp"
#include "sim/api_server/failure.hpp"

namespace snapstash::sim {

/// What a request asks for (apiserver's RequestInfo).
struct ApiRequest {
  const ResourceType* type = nullptr;  ///< nullptr: a path of no resource, such as /version.
  /// get, list, watch, create, update, patch, delete or deletecollection.
  std::string verb;
  std::string namespace_, name, subresource;
  std::map<std::string, std::string, std::less<>> query;
  std::string content_type;  ///< Without parameters; "" = none.
  std::string user_agent;
  std::string path;
  std::string_view body;  ///< Of the wire::Request, which must outlive this.

  /// Returns "" when it is not given.
  std::string_view parameter(std::string_view name) const;
  bool is_set(std::string_view name) const;  ///< "true", "1", or there without a value.
};

/// Errors: 404 for a path that leads nowhere, 405 for a method that means nothing there.
Answer<ApiRequest> read_request(const wire::Request& request);

/// Returns the request that a failed `read_request` would have been, for the log: only path and verb.
ApiRequest unknown_request(const wire::Request& request);

}  // namespace snapstash::sim

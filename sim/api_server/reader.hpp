#pragma once
#include <string>

#include "sim/api_server/api_request.hpp"
#include "sim/api_server/failure.hpp"
#include "sim/api_server/watch_cache.hpp"

/// GET of one object and of a collection (apiserver's cacher and etcd3 store).
namespace snapstash::sim {

/// Returns an object's JSON. Without resourceVersion it is the newest; with one, what the server's cache has.
/// Errors: 404; 504 (ResourceVersionTooLarge) for a version that the server has not seen.
Answer<std::string> get_object(const WatchCache& cache, const ApiRequest& request);

/// Returns a list, or a page of one. Without resourceVersion it is consistent; pages after the first show what was
/// there when the first was read.
/// Errors: 400 for parameters that make no sense; 410 for a revision that is compacted; 504 as above.
Answer<std::string> list_objects(const WatchCache& cache, const ApiRequest& request);

/// Reads a resourceVersion parameter; "" is nothing.
/// Errors: 400.
Answer<std::optional<std::int64_t>> read_version(std::string_view text);

}  // namespace snapstash::sim

#pragma once
#include <string_view>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/wire/transport.hpp"

namespace snapstash::kube {

/// Returns the error that an answer with status >= 400 means: a closed code from HTTP status and `reason`, the server's
/// message, causes and Retry-After. A body that is no `Status` (a proxy's page) gives its first 2 KiB as message.
Error error_of(const wire::Response& response);

/// Returns the error in a `Status` object, as a watch's ERROR event or exec's channel 3 carries it.
Error error_of(const json::Value& status, int http_status);

/// Whether the API server looked at a request and said no (quota, admission, validation), rather than was not reached:
/// it will not do it until something changes.
bool is_refusal(const Error& error);

}  // namespace snapstash::kube

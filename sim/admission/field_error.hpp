#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/error.hpp"
#include "kernel/json/value.hpp"
#include "kernel/kube/resource.hpp"

/// What is wrong with an object, in the API server's words (apimachinery's field.Error).
namespace snapstash::sim {

using Causes = std::vector<Cause>;

Cause required(std::string field, std::string_view detail = "");
Cause invalid_value(std::string field, const json::Value& value, std::string_view detail);
Cause type_invalid(std::string field, const json::Value& value, std::string_view detail);
Cause not_supported(std::string field, const json::Value& value, std::span<const std::string_view> supported);
Cause duplicate(std::string field, const json::Value& value);
Cause not_found(std::string field, const json::Value& value);
Cause forbidden(std::string field, std::string_view detail);
Cause too_long(std::string field, std::size_t limit);
Cause too_many(std::string field, std::size_t actual, std::size_t limit);

/// Returns the answer 422 Invalid: `CronJob.batch "x" is invalid: [spec.a: Required value, spec.b: …]`.
/// REQUIRES: !causes.empty().
Error invalid_object(const kube::Resource& resource, std::string_view name, Causes causes);

/// Returns an error with an HTTP status and a reason, as the server's `Status` has them.
Error status_error(int http_status, std::string reason, std::string message);

}  // namespace snapstash::sim

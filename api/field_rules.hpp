#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/handler.hpp"
#include "api/problem.hpp"
#include "api/target_ref.hpp"

/// Checks of single fields that several kinds share. Each adds what is wrong, at `field`, to `problems`.
namespace snapstash::api {

/// Kubernetes' names of objects (RFC 1123 subdomain: at most 253 of a-z 0-9 - . that begin and end with a-z 0-9).
void check_object_name(std::string_view name, std::string_view field, Problems& problems);

/// As above. Returns whether it is one.
bool is_object_name(std::string_view name);

/// A Go duration over zero. "" (absent) passes.
void check_positive_duration(std::string_view text, std::string_view field, Problems& problems);
/// A Go duration of zero or more. "" (absent) passes.
void check_delay(std::string_view text, std::string_view field, Problems& problems);

/// A number that must be at least `minimum`; absent passes.
void check_at_least(
    std::optional<std::int64_t> number, std::int64_t minimum, std::string_view field, Problems& problems
);

/// The namespace of a reference, if any, must be `own` (that of the object that holds it).
void check_same_namespace(const TargetRef& ref, std::string_view own, std::string_view field, Problems& problems);

/// A hook must have an action, and what each action needs.
void check_handler(const Handler& handler, const std::string& field, Problems& problems);

/// A batch's own hook must say itself whom it speaks to.
void check_global_handler(const Handler& handler, const std::string& field, Problems& problems);

}  // namespace snapstash::api

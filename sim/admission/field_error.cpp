#include "sim/admission/field_error.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace snapstash::sim {
namespace {

// Go's fmt prints numbers and booleans plainly, strings as %q, everything else as JSON: all three are JSON's text, as
// far as the strings here go.
std::string shown(const json::Value& value) { return json::serialize(value); }

Cause make(std::string_view reason, std::string field, std::string message, std::string_view detail) {
  if (!detail.empty()) message.append(": ").append(detail);
  return {std::string(reason), std::move(field), std::move(message)};
}

}  // namespace

Cause required(std::string field, std::string_view detail) {
  return make("FieldValueRequired", std::move(field), "Required value", detail);
}

Cause invalid_value(std::string field, const json::Value& value, std::string_view detail) {
  return make("FieldValueInvalid", std::move(field), "Invalid value: " + shown(value), detail);
}

Cause type_invalid(std::string field, const json::Value& value, std::string_view detail) {
  return make("FieldValueTypeInvalid", std::move(field), "Invalid value: " + shown(value), detail);
}

Cause not_supported(std::string field, const json::Value& value, std::span<const std::string_view> supported) {
  std::string detail;
  for (const std::string_view each : supported) {
    detail.append(detail.empty() ? "supported values: " : ", ").append(shown(json::make_string(each)));
  }
  return make("FieldValueNotSupported", std::move(field), "Unsupported value: " + shown(value), detail);
}

Cause duplicate(std::string field, const json::Value& value) {
  return make("FieldValueDuplicate", std::move(field), "Duplicate value: " + shown(value), "");
}

Cause not_found(std::string field, const json::Value& value) {
  return make("FieldValueNotFound", std::move(field), "Not found: " + shown(value), "");
}

Cause forbidden(std::string field, std::string_view detail) {
  return make("FieldValueForbidden", std::move(field), "Forbidden", detail);
}

Cause too_long(std::string field, std::size_t limit) {
  return make("FieldValueTooLong", std::move(field), "Too long", fmt::format("may not be more than {} bytes", limit));
}

Cause too_many(std::string field, std::size_t actual, std::size_t limit) {
  return make(
      "FieldValueTooMany", std::move(field), fmt::format("Too many: {}", actual),
      fmt::format("must have at most {} items", limit)
  );
}

Error invalid_object(const kube::Resource& resource, std::string_view name, Causes causes) {
  std::vector<std::string> sentences;
  for (const Cause& cause : causes) {
    std::string sentence = cause.field + ": " + cause.message;
    if (std::ranges::find(sentences, sentence) == sentences.end()) sentences.push_back(std::move(sentence));
  }
  const std::string kind =
      resource.group.empty() ? std::string(resource.kind) : fmt::format("{}.{}", resource.kind, resource.group);
  const std::string all = fmt::format("{}", fmt::join(sentences, ", "));
  Error error = status_error(
      422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", kind, name, sentences.size() == 1 ? all : "[" + all + "]")
  );
  error.causes = std::move(causes);
  return error;
}

Error status_error(int http_status, std::string reason, std::string message) {
  const Code code = http_status >= 500   ? Code::kUnknownOutcome
                    : http_status == 403 ? Code::kForbidden
                    : http_status == 409 ? Code::kConflict
                                         : Code::kInvalid;
  Error error(code, std::move(message));
  error.http_status = http_status;
  error.reason = std::move(reason);
  return error;
}

}  // namespace snapstash::sim

#include "sim/api_server/failure.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace snapstash::sim {
namespace {

Failure of_resource(int code, std::string_view reason, const ResourceType& type, std::string_view name) {
  Failure failure;
  failure.code = code;
  failure.reason = reason;
  failure.name = name;
  failure.group = type.resource.group;
  failure.kind = type.resource.plural;
  return failure;
}

std::unexpected<Failure> plain(int code, std::string_view reason, std::string message) {
  Failure failure;
  failure.code = code;
  failure.reason = reason;
  failure.message = std::move(message);
  return std::unexpected(std::move(failure));
}

json::Object details_of(const Failure& failure) {
  json::Object details;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) details.emplace(key, value);
  };
  add("name", failure.name);
  add("group", failure.group);
  add("kind", failure.kind);
  add("uid", failure.uid);
  json::Array causes;
  for (const Cause& cause : failure.causes) {
    json::Object one;
    if (!cause.reason.empty()) one.emplace("reason", cause.reason);
    one.emplace("message", cause.message);
    if (!cause.field.empty()) one.emplace("field", cause.field);
    causes.push_back(std::move(one));
  }
  if (!causes.empty()) details.emplace("causes", std::move(causes));
  if (failure.retry_after > 0) details.emplace("retryAfterSeconds", failure.retry_after);
  return details;
}

// field.ErrorList.ToAggregate: one error stands as it is, several stand in brackets; the same sentence is said once.
std::string aggregate(const std::vector<Cause>& causes) {
  std::vector<std::string> sentences;
  for (const Cause& cause : causes) {
    std::string sentence = cause.field.empty() ? cause.message : fmt::format("{}: {}", cause.field, cause.message);
    if (std::ranges::find(sentences, sentence) == sentences.end()) sentences.push_back(std::move(sentence));
  }
  return sentences.size() == 1 ? sentences.front() : fmt::format("[{}]", fmt::join(sentences, ", "));
}

}  // namespace

json::Object status_object(const Failure& failure) {
  json::Object metadata;
  if (!failure.continue_token.empty()) metadata.emplace("continue", failure.continue_token);
  json::Object status{
      {"kind", "Status"},    {"apiVersion", "v1"},         {"metadata", std::move(metadata)},
      {"status", "Failure"}, {"message", failure.message},
  };
  if (!failure.reason.empty()) status.emplace("reason", failure.reason);
  if (json::Object details = details_of(failure); failure.has_details || !details.empty()) {
    status.emplace("details", std::move(details));
  }
  status.emplace("code", failure.code);
  return status;
}

wire::Response response_of(const Failure& failure) {
  wire::Response response;
  response.status = failure.code;
  response.headers.add("Content-Type", failure.is_text ? "text/plain; charset=utf-8" : "application/json");
  if (failure.retry_after > 0) response.headers.add("Retry-After", fmt::format("{}", failure.retry_after));
  response.body = failure.is_text ? failure.message : json::serialize(status_object(failure));
  return response;
}

namespace failures {

std::unexpected<Failure> not_found(const ResourceType& type, std::string_view name) {
  Failure failure = of_resource(404, "NotFound", type, name);
  failure.message = fmt::format("{} \"{}\" not found", type.qualified(), name);
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> already_exists(const ResourceType& type, std::string_view name) {
  Failure failure = of_resource(409, "AlreadyExists", type, name);
  failure.message = fmt::format("{} \"{}\" already exists", type.qualified(), name);
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> conflict(const ResourceType& type, std::string_view name, std::string_view why) {
  Failure failure = of_resource(409, "Conflict", type, name);
  failure.message = fmt::format("Operation cannot be fulfilled on {} \"{}\": {}", type.qualified(), name, why);
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> modified(const ResourceType& type, std::string_view name) {
  return conflict(
      type, name, "the object has been modified; please apply your changes to the latest version and try again"
  );
}

std::unexpected<Failure> forbidden(const ResourceType& type, std::string_view name, std::string_view why) {
  Failure failure = of_resource(403, "Forbidden", type, name);
  failure.message = name.empty() ? fmt::format("{} is forbidden: {}", type.qualified(), why)
                                 : fmt::format("{} \"{}\" is forbidden: {}", type.qualified(), name, why);
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> invalid(const ResourceType& type, std::string_view name, std::vector<Cause> causes) {
  return invalid(type.resource.group, type.resource.kind, name, std::move(causes));
}

std::unexpected<Failure> invalid(
    std::string_view group, std::string_view kind, std::string_view name, std::vector<Cause> causes
) {
  Failure failure;
  failure.code = 422;
  failure.reason = "Invalid";
  failure.name = name;
  failure.group = group;
  failure.kind = kind;
  const std::string qualified = group.empty() ? std::string(kind) : fmt::format("{}.{}", kind, group);
  failure.message = fmt::format("{} \"{}\" is invalid: {}", qualified, name, aggregate(causes));
  failure.causes = std::move(causes);
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> bad_request(std::string message) { return plain(400, "BadRequest", std::move(message)); }
std::unexpected<Failure> expired(std::string message) { return plain(410, "Expired", std::move(message)); }

std::unexpected<Failure> too_large_version(std::int64_t wanted, std::int64_t current) {
  Failure failure;
  failure.code = 504;
  failure.reason = "Timeout";
  failure.message = fmt::format("Timeout: Too large resource version: {}, current: {}", wanted, current);
  failure.causes = {{"ResourceVersionTooLarge", "", "Too large resource version"}};
  failure.retry_after = 1;
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> method_not_supported(const ResourceType& type, std::string_view action) {
  Failure failure = of_resource(405, "MethodNotAllowed", type, "");
  failure.message = fmt::format("{} is not supported on resources of kind \"{}\"", action, type.qualified());
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> unsupported_media_type(std::string message) {
  return plain(415, "UnsupportedMediaType", std::move(message));
}

std::unexpected<Failure> too_many_requests(int seconds) {
  auto failure = plain(429, "TooManyRequests", "Too many requests, please try again later.\n");
  failure.error().is_text = true;
  failure.error().retry_after = seconds;
  return failure;
}

std::unexpected<Failure> no_such_path() {
  Failure failure;
  failure.code = 404;
  failure.is_text = true;
  failure.message = "404 page not found\n";
  return std::unexpected(std::move(failure));
}

std::unexpected<Failure> no_such_resource() {
  auto failure = plain(404, "NotFound", "the server could not find the requested resource");
  failure.error().has_details = true;
  return failure;
}

}  // namespace failures
}  // namespace snapstash::sim

#include "sim/network/faults.hpp"

#include <utility>

#include <fmt/format.h>

#include "kernel/json/value.hpp"

namespace snapstash::sim {
namespace {

struct Usual {
  int status;
  std::string_view reason, message;
};

// The words of apimachinery's NewGenericServerResponse and of the API server's filters.
constexpr Usual kUsual[] = {
    {400, "BadRequest", "the server rejected our request for an unknown reason"},
    {401, "Unauthorized", "Unauthorized"},
    {403, "Forbidden", "forbidden: User \"system:anonymous\" cannot do this"},
    {404, "NotFound", "the server could not find the requested resource"},
    {409, "Conflict",
     "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and "
     "try again"},
    {410, "Expired", "The resourceVersion for the provided watch is too old."},
    {422, "Invalid", "the server rejected our request due to an error in our request"},
    {429, "TooManyRequests", "the server has received too many requests and has asked us to try again later"},
    {500, "InternalError", "an error on the server has prevented the request from succeeding"},
    {503, "ServiceUnavailable", "the server is currently unable to handle the request"},
    {504, "Timeout", "Timeout: request did not complete within the allotted timeout"},
};

Usual usual(int status) {
  for (const Usual& each : kUsual) {
    if (each.status == status) return each;
  }
  return {status, "", "unknown"};
}

}  // namespace

wire::Response make_answer(const FakeAnswer& answer) {
  const Usual words = usual(answer.status);
  json::Object status{
      {"kind", "Status"},
      {"apiVersion", "v1"},
      {"metadata", json::Object{}},
      {"status", "Failure"},
      {"message", json::make_string(answer.message.empty() ? words.message : answer.message)},
      {"reason", json::make_string(answer.reason.empty() ? words.reason : answer.reason)},
      {"code", answer.status}
  };
  wire::Response response{.status = answer.status, .headers = {{"Content-Type", "application/json"}}, .body = {}};
  if (answer.retry_after) {
    status["details"] = json::Object{{"retryAfterSeconds", answer.retry_after->count()}};
    response.headers.add("Retry-After", fmt::format("{}", answer.retry_after->count()));
  }
  response.body = json::serialize(status);
  return response;
}

std::string_view name_of(RequestVerdict::Kind kind) {
  using enum RequestVerdict::Kind;
  switch (kind) {
    case kPass: return "pass";
    case kRefuse: return "refuse";
    case kReset: return "reset";
    case kSilence: return "silence";
    case kAnswer: return "answer";
    case kCrash: return "crash";
  }
  return "";
}

std::string_view name_of(ResponseVerdict::Kind kind) {
  using enum ResponseVerdict::Kind;
  switch (kind) {
    case kPass: return "pass";
    case kReset: return "reset";
    case kSilence: return "silence";
    case kAnswer: return "answer";
    case kCrash: return "crash";
    case kCrashAfter: return "crash after";
  }
  return "";
}

std::string_view name_of(FrameVerdict::Kind kind) {
  using enum FrameVerdict::Kind;
  switch (kind) {
    case kPass: return "pass";
    case kDrop: return "drop";
    case kDuplicate: return "duplicate";
    case kHold: return "hold";
    case kReplace: return "replace";
    case kInsert: return "insert";
    case kExpire: return "expire";
    case kEnd: return "end";
    case kBreak: return "break";
    case kCutInside: return "cut inside";
  }
  return "";
}

}  // namespace snapstash::sim

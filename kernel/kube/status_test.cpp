#include "kernel/kube/status.hpp"

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

using namespace std::chrono_literals;

wire::Response answer(int status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

std::string status_body(std::string_view reason, std::string_view more = "") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"what the server says","reason":")" +
         std::string(reason) + "\"" + std::string(more) + "}";
}

TEST(ErrorOf, MapsStatusAndReasonToAClosedCode) {
  struct Row {
    int http;
    std::string_view reason;
    Code code;
  };
  for (const Row& row : std::initializer_list<Row>{
           {400, "BadRequest", Code::kInvalid},
           {401, "Unauthorized", Code::kUnauthorized},
           {403, "Forbidden", Code::kForbidden},
           {404, "NotFound", Code::kNotFound},
           {409, "AlreadyExists", Code::kAlreadyExists},
           {409, "Conflict", Code::kConflict},
           {410, "Expired", Code::kExpired},
           {422, "Invalid", Code::kInvalid},
           {429, "TooManyRequests", Code::kTooManyRequests},
           {500, "InternalError", Code::kUnknownOutcome},
           {503, "ServiceUnavailable", Code::kUnavailable},
           {504, "Timeout", Code::kUnknownOutcome}
       }) {
    const Error error = error_of(answer(row.http, status_body(row.reason)));
    EXPECT_EQ(error.code, row.code) << row.http << row.reason;
    EXPECT_EQ(error.message, "what the server says");
    EXPECT_EQ(error.reason, row.reason);
    EXPECT_EQ(error.http_status, row.http);
  }
}

TEST(ErrorOf, KeepsTheCauses) {
  const Error error = error_of(answer(
      422, status_body(
               "Invalid", R"(,"details":{"causes":[{"reason":"FieldValueInvalid","message":"bad","field":"spec.x"}]})"
           )
  ));
  EXPECT_EQ(error.causes, (std::vector<Cause>{{"FieldValueInvalid", "spec.x", "bad"}}));
}

TEST(ErrorOf, AVersionFromTheFutureIsItsOwnCode) {
  const Error error = error_of(answer(
      504, status_body(
               "Timeout",
               R"(,"details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"m"}],"retryAfterSeconds":1})"
           )
  ));
  EXPECT_EQ(error.code, Code::kTooLargeVersion);
  EXPECT_EQ(error.retry_after, 1s);
}

TEST(ErrorOf, TheHeaderTellsWhenToComeBack) {
  wire::Response response = answer(429, status_body("TooManyRequests", R"(,"details":{"retryAfterSeconds":3})"));
  EXPECT_EQ(error_of(response).retry_after, 3s);
  response.headers.add("retry-after", "7");
  EXPECT_EQ(error_of(response).retry_after, 7s);
}

TEST(ErrorOf, APageOfAProxyBecomesTheMessage) {
  const Error error = error_of(answer(502, "<html>" + std::string(5000, 'x')));
  EXPECT_EQ(error.code, Code::kUnknownOutcome);
  EXPECT_TRUE(error.message.starts_with("HTTP 502: <html>xxx"));
  EXPECT_LT(error.message.size(), 2100U);
  EXPECT_EQ(error_of(answer(404, "")).message, "HTTP 404: no text");
}

TEST(ErrorOf, AWatchsErrorEventCarriesItsOwnCode) {
  const auto status =
      json::parse(R"({"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410})");
  const Error error = error_of(*status, 200);
  EXPECT_EQ(error.code, Code::kExpired);
  EXPECT_EQ(error.http_status, 410);
}

}  // namespace
}  // namespace snapstash::kube

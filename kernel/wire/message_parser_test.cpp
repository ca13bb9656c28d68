#include "kernel/wire/message_parser.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace snapstash::wire {
namespace {

using To = ResponseParser::To;

struct Parsed {
  Response response;
  bool done = false, keep_alive = false;
  std::string rest;
};

/// Feeds `pieces` one after the other.
Result<Parsed> parse(std::vector<std::string_view> pieces, To to = To::kRequest, bool then_end = false) {
  ResponseParser parser(to);
  Parsed parsed;
  std::string input;
  for (const auto piece : pieces) {
    input += piece;
    if (parser.done()) continue;
    if (auto fed = parser.feed(input); !fed) return fail(fed.error());
    parsed.response.body += parser.take_body();
  }
  if (then_end) parser.end_of_input();
  parsed.done = parser.done();
  if (parser.has_head()) {
    auto head = parser.head();
    parsed.response.status = head.status;
    parsed.response.headers = std::move(head.headers);
  }
  if (parsed.done) parsed.keep_alive = parser.keep_alive();
  parsed.rest = input;
  return parsed;
}

constexpr std::string_view kLength = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n";
constexpr std::string_view kInterim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";

class EveryBoundary : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryBoundary, GivesTheSame) {
  const std::string text(GetParam());
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const auto parsed = parse({std::string_view(text).substr(0, at), std::string_view(text).substr(at)});
    ASSERT_TRUE(parsed) << at << ": " << parsed.error().message;
    EXPECT_TRUE(parsed->done) << at;
    EXPECT_EQ(parsed->response.status, 200) << at;
    EXPECT_EQ(parsed->response.body, "hello") << at;
    EXPECT_EQ(parsed->rest, "") << at;
    EXPECT_TRUE(parsed->keep_alive) << at;
  }
}

TEST_P(EveryBoundary, ByteByByteGivesTheSame) {
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < GetParam().size(); ++at) bytes.push_back(GetParam().substr(at, 1));
  const auto parsed = parse(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->done);
  EXPECT_EQ(parsed->response.body, "hello");
}

TEST_P(EveryBoundary, APartIsNeverTheWhole) {
  for (std::size_t at = 0; at < GetParam().size(); ++at) {
    const auto parsed = parse({GetParam().substr(0, at)}, To::kRequest, true);
    ASSERT_TRUE(parsed) << at;
    EXPECT_FALSE(parsed->done) << at;
  }
}

const std::string kInterimThenLength = std::string(kInterim).append(kLength);
const std::string kInterimThenChunked = std::string(kInterim).append(kChunked);
INSTANTIATE_TEST_SUITE_P(
    ResponseParser, EveryBoundary,
    testing::Values(kLength, kChunked, std::string_view(kInterimThenLength), std::string_view(kInterimThenChunked))
);

TEST(ResponseParser, AnEmptyChunkedBodyMayEndByteByByte) {
  const std::string_view head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto parsed = parse({head, "0\r\n", "\r", "\n"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(parsed->done);
  EXPECT_EQ(parsed->response.body, "");
  EXPECT_EQ(parsed->rest, "");
  const auto cut = parse({head, "0\r\n", "\r"}, To::kRequest, true);
  ASSERT_TRUE(cut);
  EXPECT_FALSE(cut->done);
  // Looked at again when the connection has ended, with nothing new.
  const auto twice = parse({head, "0\r\n", ""}, To::kRequest, true);
  ASSERT_TRUE(twice);
  EXPECT_FALSE(twice->done);
  const auto plain = parse({"HTTP/1.1 200 OK\r\n\r\n", "0\r\n", "\r"}, To::kRequest, true);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->response.body, "0\r\n\r");
}

TEST(ResponseParser, LeavesWhatBelongsToTheNext) {
  const auto parsed = parse({kLength, "HTTP/1.1 500"});
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->done);
  EXPECT_EQ(parsed->rest, "HTTP/1.1 500");
}

TEST(ResponseParser, KeepsHeadersInOrder) {
  const auto parsed =
      parse({"HTTP/1.1 200 OK\r\nWarning: 299 - \"a\"\r\nX: y\r\nWarning: 299 - \"b\"\r\nContent-Length: 0\r\n\r\n"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(
      parsed->response.headers,
      (Headers{{"Warning", "299 - \"a\""}, {"Warning", "299 - \"b\""}, {"X", "y"}, {"Content-Length", "0"}})
  );
}

TEST(ResponseParser, SomeAnswersHaveNoBody) {
  for (const auto* head :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"}) {
    const auto parsed = parse({head});
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->done) << head;
    EXPECT_TRUE(parsed->keep_alive) << head;
  }
  const auto to_head = parse({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}, To::kHead);
  ASSERT_TRUE(to_head);
  EXPECT_TRUE(to_head->done);
  const auto to_connect = parse({"HTTP/1.1 200 OK\r\n\r\n"}, To::kConnect);
  ASSERT_TRUE(to_connect);
  EXPECT_TRUE(to_connect->done);
}

TEST(ResponseParser, WithoutALengthTheEndIsTheEndOfTheConnection) {
  const auto open = parse({"HTTP/1.1 200 OK\r\n\r\nhello"});
  ASSERT_TRUE(open);
  EXPECT_FALSE(open->done);
  const auto ended = parse({"HTTP/1.1 200 OK\r\n\r\nhello"}, To::kRequest, true);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->done);
  EXPECT_EQ(ended->response.body, "hello");
  EXPECT_FALSE(ended->keep_alive);
}

TEST(ResponseParser, ConnectionCloseIsHonoured) {
  for (const auto* head :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    const auto parsed = parse({head});
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->done);
    EXPECT_FALSE(parsed->keep_alive) << head;
  }
}

TEST(ResponseParser, WhatIsNotHttpIsMalformed) {
  for (const auto* text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    const auto parsed = parse({text});
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Code::kMalformed);
  }
}

TEST(ResponseParser, HeadsAreLimited) {
  const auto with_header_of = [](std::size_t size) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + std::string(size, 'x') + "\r\n\r\n";
  };
  const auto large = parse({with_header_of(60'000)});
  ASSERT_TRUE(large);
  EXPECT_TRUE(large->done);
  const auto too_large = parse({with_header_of(66'000)});
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().code, Code::kMalformed);
  const auto endless = parse({"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')});
  EXPECT_FALSE(endless);
}

TEST(ResponseParser, BelievesNoClaimedLength) {
  const auto parsed = parse({"HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nhello"});
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(parsed->done);
  EXPECT_EQ(parsed->response.body, "hello");
}

TEST(ResponseParser, BodiesMayBeLarge) {
  const std::string body(20 << 20, 'x');
  const auto parsed = parse({"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n", body});
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->done);
  EXPECT_EQ(parsed->response.body.size(), body.size());
}

TEST(RequestParser, ReadsAHead) {
  const std::string text = "GET /metrics?x=y HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    RequestParser parser;
    std::string input = text.substr(0, at);
    ASSERT_TRUE(parser.feed(input));
    EXPECT_EQ(parser.done(), at == text.size());
    input += text.substr(at);
    if (!parser.done()) ASSERT_TRUE(parser.feed(input));
    ASSERT_TRUE(parser.done());
    EXPECT_EQ(parser.method(), "GET");
    EXPECT_EQ(parser.target(), "/metrics?x=y");
    EXPECT_FALSE(parser.has_body());
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(RequestParser, RefusesWhatIsTooLargeOrNotHttp) {
  RequestParser large;
  std::string input = "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
  EXPECT_EQ(large.feed(input).error().code, Code::kMalformed);
  RequestParser wrong;
  input = "\x16\x03\x01\x02";
  EXPECT_EQ(wrong.feed(input).error().code, Code::kMalformed);
}

}  // namespace
}  // namespace snapstash::wire

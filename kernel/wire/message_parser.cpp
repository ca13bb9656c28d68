#include "kernel/wire/message_parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

namespace snapstash::wire {

namespace http = boost::beast::http;
using boost::beast::error_code;

namespace {

/// A body that piles up in a string until somebody takes it. Beast's string_body reserves whatever length the peer
/// claims; this one believes only what arrives.
struct PiledBody {
  using value_type = std::string;
  class Reader {
   public:
    template <bool isRequest, class Fields>
    Reader(http::header<isRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>& length, error_code& error) {
      error = {};
      if (length) body_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 65'536)));
    }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      std::size_t size = 0;
      for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(buffer.data()), buffer.size());
        size += buffer.size();
      }
      return size;
    }
    void finish(error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
  using reader = Reader;
};

/// Beast 1.81, once it has seen "0\r\n", the beginning of an empty chunked body's end, asserts that it is not shown
/// less than the five bytes of it again (basic_parser::parse_chunk_header). So it is not shown less at all.
bool is_cut_end(std::string_view rest) { return rest.size() < 5 && rest.starts_with("0\r\n"); }

/// Feeds until the message is done, or nothing more can be used.
template <class Parser, class Done>
Result<void> feed_until(Parser& parser, std::string& input, Done done) {
  std::size_t used = 0;
  error_code error;
  while (!done(parser) && used < input.size()) {
    if (parser.chunked() && is_cut_end(std::string_view(input).substr(used))) break;
    used += parser.put(boost::asio::buffer(input.data() + used, input.size() - used), error);
    if (error) break;
  }
  input.erase(0, used);
  if (!error || error == http::error::need_more) return {};
  return fail(Code::kMalformed, fmt::format("the peer does not speak HTTP/1.1: {}", error.message()));
}

}  // namespace

struct ResponseParser::Beast {
  explicit Beast(To to) : to(to) { renew(); }
  void renew() {
    parser.emplace();
    parser->header_limit(kHeadLimit);
    parser->body_limit(boost::none);
    parser->eager(true);
    parser->skip(to != To::kRequest);
  }
  bool interim() const {
    const unsigned status = parser->get().result_int();
    return parser->is_done() && status / 100 == 1 && status != 101;
  }
  To to;
  std::optional<http::response_parser<PiledBody>> parser;
};

ResponseParser::ResponseParser(To to) : beast_(std::make_unique<Beast>(to)) {}
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;
ResponseParser::~ResponseParser() = default;

Result<void> ResponseParser::feed(std::string& input) {
  for (;;) {
    auto fed = feed_until(*beast_->parser, input, [](const auto& parser) { return parser.is_done(); });
    if (!fed) return fed;
    // Three digits are all that Beast asks for.
    if (beast_->parser->is_header_done() && beast_->parser->get().result_int() < 100) {
      return fail(Code::kMalformed, "the peer does not speak HTTP/1.1: its status is below 100");
    }
    if (!beast_->interim()) return fed;
    beast_->renew();
  }
}

bool ResponseParser::end_of_input() {
  if (!beast_->parser->is_done() && beast_->parser->got_some()) {
    error_code error;
    beast_->parser->put_eof(error);
  }
  return beast_->parser->is_done();
}

bool ResponseParser::has_head() const { return beast_->parser->is_header_done(); }
bool ResponseParser::done() const { return beast_->parser->is_done(); }

Response ResponseParser::head() const {
  const auto& message = beast_->parser->get();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) response.headers.add(std::string(field.name_string()), std::string(field.value()));
  return response;
}

std::string ResponseParser::take_body() { return std::exchange(beast_->parser->get().body(), {}); }
bool ResponseParser::keep_alive() const { return beast_->parser->keep_alive(); }

struct RequestParser::Beast {
  Beast() { parser.header_limit(kHeadLimit); }
  http::request_parser<http::empty_body> parser;
};

RequestParser::RequestParser() : beast_(std::make_unique<Beast>()) {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

Result<void> RequestParser::feed(std::string& input) {
  return feed_until(beast_->parser, input, [](const auto& parser) { return parser.is_header_done(); });
}

bool RequestParser::done() const { return beast_->parser.is_header_done(); }
std::string RequestParser::method() const { return std::string(beast_->parser.get().method_string()); }
std::string RequestParser::target() const { return std::string(beast_->parser.get().target()); }
bool RequestParser::has_body() const { return !beast_->parser.is_done(); }
bool RequestParser::keep_alive() const { return beast_->parser.keep_alive(); }

}  // namespace snapstash::wire

// HTTP answers and requests, chunked bodies among them: how the bytes are cut changes nothing.
#include <algorithm>
#include <string>

#include "kernel/wire/message_parser.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

namespace {

struct Read {
  bool malformed = false, complete = false;
  int status = 0;
  std::string body;
  bool is_whole() const { return complete && !malformed; }
  friend bool operator==(const Read&, const Read&) = default;
};

Read read(std::string_view bytes, std::size_t step, wire::ResponseParser::To to) {
  wire::ResponseParser parser(to);
  Read result;
  std::string pending;
  while (!bytes.empty() && !parser.done()) {
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    if (!parser.feed(pending)) {
      result.malformed = true;
      return result;
    }
    result.body += parser.take_body();
  }
  result.complete = parser.done() || parser.end_of_input();
  if (parser.has_head()) result.status = parser.head().status;
  result.body += parser.take_body();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t how = input.byte();
  const auto to = static_cast<wire::ResponseParser::To>(how % 3);
  const Read whole = read(input.rest(), input.rest().size() + 1, to);
  const Read cut = read(input.rest(), 1U + how / 3, to);
  // A mistake in a head that never ends may be seen sooner or later; a whole message is the same either way.
  fuzz::check(whole.is_whole() == cut.is_whole());
  fuzz::check(!whole.is_whole() || whole == cut);

  wire::RequestParser request;
  std::string text(input.rest());
  if (request.feed(text) && request.done()) fuzz::check(!request.method().empty());
  return 0;
}

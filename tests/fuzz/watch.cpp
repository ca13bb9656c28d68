// A watch's bytes, in pieces of a size that the first byte names: the frames are those of the lines, and each is read
// as an event or refused.
#include <algorithm>
#include <string>
#include <vector>

#include "kernel/runtime/watcher.hpp"
#include "tests/fuzz/input.hpp"

using namespace snapstash;

namespace {

std::vector<std::string> frames_of(std::string_view bytes, std::size_t step) {
  std::vector<std::string> frames;
  runtime::FrameSplitter splitter;
  while (!bytes.empty()) {
    splitter.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    for (;;) {
      const auto frame = splitter.next();
      if (!frame || !*frame) break;
      frames.emplace_back(**frame);
    }
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t step = 1U + input.byte();
  const auto frames = frames_of(input.rest(), step);
  fuzz::check(frames == frames_of(input.rest(), input.rest().size() + 1));
  for (const std::string& frame : frames) {
    const auto document = json::parse(frame);
    if (document) static_cast<void>(runtime::read_frame(*document));
  }
  return 0;
}

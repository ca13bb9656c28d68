#include "kernel/runtime/frame_splitter.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

std::vector<std::string> drain(FrameSplitter& splitter) {
  std::vector<std::string> frames;
  for (;;) {
    const auto frame = splitter.next();
    if (!frame || !*frame) return frames;
    frames.emplace_back(**frame);
  }
}

TEST(FrameSplitter, CutsAtEveryPairOfPlacesGiveTheSameFrames) {
  const std::string bytes = "{\"a\":1}\n\n{\"b\":\"\\n\"}\r\n{}\n";
  const std::vector<std::string> expected{"{\"a\":1}", "{\"b\":\"\\n\"}", "{}"};
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      FrameSplitter splitter;
      std::vector<std::string> frames;
      for (const auto& part : {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        splitter.feed(part);
        for (std::string& frame : drain(splitter)) frames.push_back(std::move(frame));
      }
      ASSERT_EQ(frames, expected) << first << " " << second;
      ASSERT_EQ(splitter.pending(), 0U);
    }
  }
}

TEST(FrameSplitter, KnowsWhenAFrameIsUnfinished) {
  FrameSplitter splitter;
  splitter.feed("{}\n{\"type\"");
  EXPECT_EQ(drain(splitter), std::vector<std::string>{"{}"});
  EXPECT_EQ(splitter.pending(), 7U);
  splitter.reset();
  EXPECT_EQ(splitter.pending(), 0U);
  splitter.feed("[]\n");
  EXPECT_EQ(drain(splitter), std::vector<std::string>{"[]"});
}

TEST(FrameSplitter, RefusesAFrameThatIsTooLongWhetherFinishedOrNot) {
  FrameSplitter unfinished(10);
  unfinished.feed("0123456789");
  EXPECT_TRUE(unfinished.next().has_value());
  unfinished.feed("0");
  EXPECT_EQ(unfinished.next().error().code, Code::kMalformed);
  FrameSplitter finished(10);
  finished.feed("0123456789\n01234567890\n");
  EXPECT_EQ(**finished.next(), "0123456789");
  EXPECT_EQ(finished.next().error().code, Code::kMalformed);
}

}  // namespace
}  // namespace snapstash::runtime

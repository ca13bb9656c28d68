#include "kernel/runtime/backoff.hpp"

#include <gtest/gtest.h>

namespace snapstash::runtime {
namespace {

using namespace std::chrono_literals;

constexpr MonoTime at(Duration since) { return MonoTime(std::chrono::duration_cast<MonoTime::duration>(since)); }

TEST(Backoff, DoublesUpToTheCap) {
  Backoff backoff;
  std::vector<Duration> delays;
  for (int i = 0; i < 8; ++i) delays.push_back(backoff.next(at(1h)));
  EXPECT_EQ(delays, (std::vector<Duration>{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s}));
  EXPECT_EQ(backoff.failures(), 8U);
}

TEST(Backoff, StartsAgainAfterTwoHealthyMinutes) {
  Backoff backoff;
  backoff.next(at(1h));
  backoff.next(at(1h));                                 // waits at most 3.2 s
  EXPECT_EQ(backoff.next(at(1h + 2min + 3s)), 3200ms);  // not yet healthy for two minutes
  EXPECT_EQ(backoff.next(at(1h + 5min)), 800ms);
  EXPECT_EQ(backoff.failures(), 1U);
}

TEST(Backoff, JitterAddsLessThanTheDelayItself) {
  const Backoff backoff;
  SeededRandom random(7);
  Duration least = 1h;
  Duration most = 0s;
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = backoff.jittered(30s, random);
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, 30s);
  EXPECT_LT(least, 31s);
  EXPECT_GT(most, 59s);
  EXPECT_LT(most, 60s);
}

TEST(KeyBackoff, ReachesItsCapAtTheEighteenthFailure) {
  KeyBackoff backoff;
  EXPECT_EQ(backoff.next("a"), 5ms);
  EXPECT_EQ(backoff.next("a"), 10ms);
  EXPECT_EQ(backoff.next("b"), 5ms);
  for (int i = 2; i < 17; ++i) backoff.next("a");
  EXPECT_EQ(backoff.next("a"), 655360ms);
  EXPECT_EQ(backoff.next("a"), 1000s);
  EXPECT_EQ(backoff.failures("a"), 19U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(backoff.next("a"), 1000s);
}

TEST(KeyBackoff, ForgettingStartsAgain) {
  KeyBackoff backoff;
  backoff.next("a");
  backoff.next("a");
  backoff.forget("a");
  backoff.forget("never seen");
  EXPECT_EQ(backoff.failures("a"), 0U);
  EXPECT_EQ(backoff.next("a"), 5ms);
}

}  // namespace
}  // namespace snapstash::runtime

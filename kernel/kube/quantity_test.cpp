#include "kernel/kube/quantity.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace snapstash::kube {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(Quantity, ReadsWhatTheApiReads) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("128974848"), 128974848);
  EXPECT_EQ(parse_bytes("1Ki"), 1024);
  EXPECT_EQ(parse_bytes("1Gi"), 1073741824);
  EXPECT_EQ(parse_bytes("1.5Gi"), 1610612736);
  EXPECT_EQ(parse_bytes("7Ei"), 8070450532247928832);
  EXPECT_EQ(parse_bytes("1k"), 1000);
  EXPECT_EQ(parse_bytes("1G"), 1000000000);
  EXPECT_EQ(parse_bytes("2E"), 2000000000000000000);
  EXPECT_EQ(parse_bytes("123e6"), 123000000);
  EXPECT_EQ(parse_bytes("1E3"), 1000);
  EXPECT_EQ(parse_bytes("15e-1"), 2);
  EXPECT_EQ(parse_bytes(".5Ki"), 512);
  EXPECT_EQ(parse_bytes("5.Ki"), 5120);
  EXPECT_EQ(parse_bytes("+1Mi"), 1048576);
}

TEST(Quantity, RoundsUp) {
  EXPECT_EQ(parse_bytes("128974848000m"), 128974848);
  EXPECT_EQ(parse_bytes("1m"), 1);
  EXPECT_EQ(parse_bytes("1001m"), 2);
  EXPECT_EQ(parse_bytes("1n"), 1);
  EXPECT_EQ(parse_bytes("0.0001"), 1);
  EXPECT_EQ(parse_bytes("0.000"), 0);
  EXPECT_EQ(parse_bytes("1e-300"), 1);
}

TEST(Quantity, WhatIsTooLargeIsTheLargest) {
  EXPECT_EQ(parse_bytes("8Ei"), kMost);
  EXPECT_EQ(parse_bytes("9223372036854775807"), kMost);
  EXPECT_EQ(parse_bytes("99999999999999999999Ei"), kMost);
  EXPECT_EQ(parse_bytes("99999999999999999999E"), kMost);
  EXPECT_EQ(parse_bytes("1e999"), kMost);
}

TEST(Quantity, LeadingZerosDoNotCount) { EXPECT_EQ(parse_bytes("00000000000000000000000001Ki"), 1024); }

TEST(Quantity, RefusesEverythingElse) {
  for (const char* text :
       {"", "-1", "Gi", "1gi", "1KI", "1Kib", "1 Gi", "1.2.3", "1e", "1e1.5", "x", ".", "1e99999", "1ki",
        "123456789012345678901"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace snapstash::kube

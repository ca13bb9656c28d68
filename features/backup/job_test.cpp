#include "features/backup/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/sample_objects.hpp"

namespace snapstash::backup {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Errand errand() {
  api::BackupSession session = api::sample_session();
  session.metadata.uid = "s1";
  session.metadata.creation_timestamp = WallTime{1'700'000'000s};
  return errand_of(session, api::sample_configuration(), {{"data", "fast"}, {"config", ""}}, WallTime{1'700'000'600s});
}

std::string why_not(const json::Value& order) {
  const auto decoded = decode_errand(json::serialize(order));
  EXPECT_FALSE(decoded);
  return decoded ? "" : decoded.error().message;
}

TEST(Errand, IsReadAsItIsWritten) { EXPECT_EQ(decode_errand(encode_errand(errand())).value(), errand()); }

TEST(Errand, NamesWhatIsMissing) {
  const json::Value whole = *json::parse(encode_errand(errand()));
  for (const auto& [field, words] : {
           std::pair{"session", "session and sessionUid are required"},
           std::pair{"sessionUid", "session and sessionUid are required"},
           std::pair{"createBefore", "createBefore is required"},
           std::pair{"items", "items is empty, nothing to snapshot"},
       }) {
    json::Value without = whole;
    without.as_object().erase(field);
    EXPECT_THAT(why_not(without), HasSubstr(words)) << field;
  }
  json::Value nameless = whole;
  nameless.at("items").at(1).as_object().erase("pvc");
  EXPECT_THAT(why_not(nameless), HasSubstr("every item needs pvc and name"));
  EXPECT_FALSE(decode_errand("{"));
}

/// A pod that has nothing to do must not end as if all were done.
TEST(Errand, AnEmptyOrderIsRefused) {
  json::Value idle = *json::parse(encode_errand(errand()));
  idle.as_object()["items"] = json::Array{};
  EXPECT_THAT(why_not(idle), HasSubstr("items is empty, nothing to snapshot"));
}

}  // namespace
}  // namespace snapstash::backup

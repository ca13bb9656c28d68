#include "kernel/json/codec.hpp"

#include <memory>

#include <boost/json/monotonic_resource.hpp>
#include <gmock/gmock.h>

#include "kernel/json/test_kinds.hpp"

namespace snapstash::json {
namespace {

using testing::Colour;
using testing::Leaf;
using testing::Plant;

Result<Plant> read(std::string_view text, std::string_view path = "") {
  return decode<Plant>(parse(text).value(), path);
}

std::string error_of(std::string_view text, std::string_view path = "") {
  const auto plant = read(text, path);
  return plant ? "no error" : plant.error().message;
}

TEST(Decode, GivesAbsentMembersTheirDefaults) {
  const auto plant = read(R"({"title":"oak"})");
  ASSERT_TRUE(plant);
  Plant expected;
  expected.title = "oak";
  expected.fallback = Colour::kGreen;
  EXPECT_EQ(*plant, expected);
  EXPECT_EQ(plant->pace, "slow");
  EXPECT_EQ(plant->tries, 1);
}

TEST(Decode, IgnoresUnknownKeysAndTakesNullAsAbsent) {
  const auto plant = read(R"({"title":"oak","alias":null,"tries":null,"labels":null,"new":{"deep":[1]}})");
  ASSERT_TRUE(plant);
  EXPECT_EQ(plant->alias, std::nullopt);
  EXPECT_EQ(plant->tries, 1);
}

TEST(Decode, TellsPresentFromAbsent) {
  const auto plant = read(R"({"title":"oak","alias":"","limit":0,"spare":{"name":""},"tries":0})");
  ASSERT_TRUE(plant);
  EXPECT_EQ(plant->alias, "");
  EXPECT_EQ(plant->limit, 0);
  EXPECT_TRUE(plant->spare.has_value());
  EXPECT_EQ(plant->tries, 0);
}

TEST(Decode, ReadsNullItemsAsEmptyOnes) {
  const auto plant = read(R"({"title":"oak","tags":[null,"a"],"labels":{"k":null}})");
  ASSERT_TRUE(plant);
  EXPECT_THAT(plant->tags, ::testing::ElementsAre("", "a"));
  EXPECT_THAT(plant->labels, ::testing::ElementsAre(::testing::Pair("k", "")));
}

TEST(Decode, NamesThePathOfWhatIsWrong) {
  EXPECT_EQ(error_of("{}"), ".title: required");
  EXPECT_EQ(error_of("{}", ".spec"), ".spec.title: required");
  EXPECT_EQ(error_of(R"({"title":null})"), ".title: required");
  EXPECT_EQ(error_of(R"({"title":"a","leaves":[{"name":"b"},{}]})"), ".leaves[1].name: required");
  EXPECT_EQ(
      error_of(R"({"title":"a","by_name":{"x":{"name":7}}})"), ".by_name.x.name: expected a string, found the number 7"
  );
  EXPECT_EQ(error_of("[]", ".spec"), ".spec: expected an object, found an array");
  EXPECT_EQ(read("{}").error().code, Code::kMalformed);
}

TEST(Decode, SaysWhatItExpectedAndWhatItFound) {
  const auto with = [](std::string_view member) { return error_of(R"({"title":"a",)" + std::string(member) + "}"); };
  EXPECT_EQ(with(R"("height":"three")"), R"(.height: expected an integer, found the string "three")");
  EXPECT_EQ(with(R"("height":1.5)"), ".height: expected an integer, found the number 1.5");
  EXPECT_EQ(with(R"("height":3000000000)"), ".height: expected an integer of 32 bits, found the number 3000000000");
  EXPECT_EQ(
      with(R"("seeds":18446744073709551615)"), ".seeds: expected an integer, found the number 18446744073709551615"
  );
  EXPECT_EQ(with(R"("evergreen":"true")"), R"(.evergreen: expected a boolean, found the string "true")");
  EXPECT_EQ(with(R"("colour":"Blue")"), R"(.colour: expected one of "Red", "Green", found the string "Blue")");
  EXPECT_EQ(with(R"("planted":"today")"), R"(.planted: expected a time (RFC 3339), found the string "today")");
  EXPECT_EQ(with(R"("port":true)"), ".port: expected an integer or a string, found the boolean true");
  EXPECT_EQ(with(R"("labels":[])"), ".labels: expected an object, found an array");
  EXPECT_EQ(with(R"("tags":{})"), ".tags: expected an array, found an object");
  EXPECT_EQ(with(R"("affinity":"x")"), R"(.affinity: expected an object, found the string "x")");
  EXPECT_EQ(with(R"("probes":{})"), ".probes: expected an array, found an object");
}

TEST(Decode, ReadsWholeNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(read(R"({"title":"a","height":1E0,"seeds":2.0})")->height, 1);
  EXPECT_EQ(read(R"({"title":"a","seeds":9007199254740993})")->seeds, 9007199254740993);
  EXPECT_EQ(read(R"({"title":"a","share":2})")->share, 2.0);
}

TEST(Decode, ReadsTimesAndPorts) {
  const auto plant =
      read(R"({"title":"a","planted":"2026-07-20T02:00:11Z","watered":"2026-07-20T02:00:11.123456Z","port":"http"})");
  ASSERT_TRUE(plant);
  EXPECT_EQ(format_time(*plant->planted), "2026-07-20T02:00:11Z");
  EXPECT_EQ(format_micro_time(plant->watered->time), "2026-07-20T02:00:11.123456Z");
  EXPECT_EQ(std::get<std::string>(plant->port->value), "http");
}

TEST(Decode, KeepsNothingInTheStorageOfTheDocument) {
  auto arena = std::make_unique<boost::json::monotonic_resource>();
  std::optional<Plant> plant;
  {
    const auto value =
        parse(R"({"title":"a","affinity":{"k":["deep"]},"probes":[{"p":1}],"anything":{"x":[1]}})", arena.get())
            .value();
    plant = decode<Plant>(value).value();
  }
  arena.reset();  // under AddressSanitizer, a leftover reference would be fatal below
  EXPECT_EQ(serialize(plant->affinity), R"({"k":["deep"]})");
  EXPECT_EQ(serialize(plant->probes), R"([{"p":1}])");
  EXPECT_EQ(serialize(plant->anything), R"({"x":[1]})");
}

TEST(Encode, LeavesOutWhatAnAbsentMemberMeans) {
  Plant plant;
  plant.title = "oak";
  EXPECT_EQ(serialize(encode(plant)), R"({"apiVersion":"example.io/v1","kind":"Plant","title":"oak"})");
}

TEST(Encode, WritesRequiredAndAlwaysMembers) { EXPECT_EQ(serialize(encode(Leaf{})), R"({"name":"","weight":0})"); }

TEST(Encode, WritesZeroWhereTheDefaultIsAnother) {
  Plant plant;
  plant.tries = 0;
  plant.pace = "";
  EXPECT_EQ(
      serialize(encode(plant)), R"({"apiVersion":"example.io/v1","kind":"Plant","title":"","pace":"","tries":0})"
  );
}

TEST(Encode, WritesMembersInTheOrderOfTheTable) {
  Plant plant;
  plant.note = "n";
  plant.fallback = Colour::kRed;
  plant.alias = "";
  plant.leaves = {{"l", 2}};
  plant.labels = {{"b", "1"}, {"a", "2"}};
  plant.port = IntOrString{80};
  plant.affinity = {{"k", 1}};
  EXPECT_EQ(
      serialize(encode(plant)),
      R"({"apiVersion":"example.io/v1","kind":"Plant","note":"n","title":"","fallback":"Red","alias":"",)"
      R"("leaves":[{"name":"l","weight":2}],"labels":{"a":"2","b":"1"},"port":80,"affinity":{"k":1}})"
  );
}

TEST(EnumNames, AreFoundBothWays) {
  static_assert(name_of(Colour::kGreen) == "Green");
  static_assert(find_enumerator<Colour>("Green") == Colour::kGreen);
  static_assert(!find_enumerator<Colour>("green"));
}

}  // namespace
}  // namespace snapstash::json

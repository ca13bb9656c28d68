#pragma once
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernel/json/fields.hpp"
#include "kernel/json/scalars.hpp"
#include "kernel/json/value.hpp"

/// A struct with a member of every kind a field table can hold; for the tests of this folder.
namespace snapstash::json::testing {

enum class Colour { kRed, kGreen };

struct Leaf {
  std::string name;
  std::int32_t weight = 0;
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

struct FakeResource {
  std::string_view kind;
  std::string api_version() const { return "example.io/v1"; }
};

struct Named {
  std::string note;
  friend bool operator==(const Named&, const Named&) = default;
};

struct Plant : Named {
  static constexpr FakeResource kResource{"Plant"};
  std::string title;
  std::string pace = "slow";
  bool evergreen = false;
  std::int32_t height = 0;
  std::int32_t tries = 1;
  std::int64_t seeds = 0;
  double share = 0;
  Colour colour = Colour::kRed;
  std::optional<Colour> fallback;
  std::optional<std::string> alias;
  std::optional<std::int64_t> limit;
  std::vector<std::string> tags;
  std::vector<Leaf> leaves;
  std::map<std::string, std::string> labels;
  std::map<std::string, Leaf> by_name;
  Leaf top;
  std::optional<Leaf> spare;
  std::optional<WallTime> planted;
  std::optional<MicroTime> watered;
  std::optional<IntOrString> port;
  Object affinity;
  Array probes;
  Value anything;
  friend bool operator==(const Plant&, const Plant&) = default;
};

}  // namespace snapstash::json::testing

namespace snapstash::json {

template <>
struct EnumNames<testing::Colour> {
  static constexpr std::array<std::string_view, 2> values{"Red", "Green"};
};

template <>
struct Description<testing::Leaf> {
  using T = testing::Leaf;
  static constexpr std::tuple fields{
      field("name", &T::name, "Name of the leaf.").required().max_length(63),
      field("weight", &T::weight, "In grams.").always().at_least(0),
  };
};

template <>
struct Description<testing::Plant> {
  using T = testing::Plant;
  static constexpr std::tuple fields{
      field<T>("note", &testing::Named::note, "Inlined from the base."),
      field("title", &T::title, "Title.").required(),
      field("pace", &T::pace, "Pace.").default_value("slow").pattern("^[a-z]+$"),
      field("evergreen", &T::evergreen, "Whether it keeps its leaves."),
      field("height", &T::height, "Height."),
      field("tries", &T::tries, "Tries.").default_value(1).at_least(0).at_most(9),
      field("seeds", &T::seeds, "Seeds."),
      field("share", &T::share, "Share."),
      field("colour", &T::colour, "Colour.").default_value("Red"),
      field("fallback", &T::fallback, "Fallback.").default_value("Green"),
      field("alias", &T::alias, "Alias."),
      field("limit", &T::limit, "Limit."),
      field("tags", &T::tags, "Tags.").max_items(5).atomic(),
      field("leaves", &T::leaves, "Leaves.").list_map("name"),
      field("labels", &T::labels, "Labels.").max_properties(3),
      field("by_name", &T::by_name, "By name."),
      field("top", &T::top, "Top."),
      field("spare", &T::spare, "Spare.").rule("self.weight > 0", "a spare leaf weighs something"),
      field("planted", &T::planted, "Planted."),
      field("watered", &T::watered, "Watered."),
      field("port", &T::port, "Port."),
      field("affinity", &T::affinity, "Affinity."),
      field("probes", &T::probes, "Probes."),
      field("anything", &T::anything, "Anything.").raw_schema(R"({"x-kubernetes-preserve-unknown-fields":true})"),
  };
  static constexpr std::array rules{Rule{"has(self.top)", "a plant needs a top", ".top", "'no top'"}};
};

}  // namespace snapstash::json

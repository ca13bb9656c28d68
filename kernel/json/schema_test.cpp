#include "kernel/json/schema.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "kernel/json/test_kinds.hpp"

namespace snapstash::json {
namespace {

std::string field_schema(std::string_view name) {
  const Value whole = schema<testing::Plant>();
  const Value* found = find(whole, "/properties/" + std::string(name));
  return found == nullptr ? "absent" : serialize(*found);
}

TEST(Schema, DescribesScalars) {
  EXPECT_EQ(field_schema("pace"), R"({"type":"string","description":"Pace.","default":"slow","pattern":"^[a-z]+$"})");
  EXPECT_EQ(field_schema("evergreen"), R"({"type":"boolean","description":"Whether it keeps its leaves."})");
  EXPECT_EQ(
      field_schema("tries"),
      R"({"type":"integer","format":"int32","description":"Tries.","default":1,"minimum":0,"maximum":9})"
  );
  EXPECT_EQ(field_schema("limit"), R"({"type":"integer","format":"int64","description":"Limit."})");
  EXPECT_EQ(field_schema("share"), R"({"type":"number","format":"double","description":"Share."})");
  EXPECT_EQ(
      field_schema("fallback"),
      R"({"type":"string","enum":["Red","Green"],"description":"Fallback.","default":"Green"})"
  );
  EXPECT_EQ(field_schema("planted"), R"({"type":"string","format":"date-time","description":"Planted."})");
  EXPECT_EQ(field_schema("port"), R"({"x-kubernetes-int-or-string":true,"description":"Port."})");
  EXPECT_EQ(field_schema("note"), R"({"type":"string","description":"Inlined from the base."})");
}

TEST(Schema, DescribesListsAndMaps) {
  EXPECT_EQ(
      field_schema("tags"),
      R"({"type":"array","items":{"type":"string"},"description":"Tags.","maxItems":5,"x-kubernetes-list-type":"atomic"})"
  );
  EXPECT_THAT(
      field_schema("leaves"),
      ::testing::HasSubstr(R"("x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"])")
  );
  EXPECT_EQ(
      field_schema("labels"),
      R"({"type":"object","additionalProperties":{"type":"string"},"description":"Labels.","maxProperties":3})"
  );
}

TEST(Schema, PassesOpaquePartsThrough) {
  EXPECT_EQ(
      field_schema("affinity"),
      R"({"type":"object","x-kubernetes-preserve-unknown-fields":true,"description":"Affinity."})"
  );
  EXPECT_EQ(
      field_schema("probes"),
      R"({"type":"array","items":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"description":"Probes."})"
  );
  EXPECT_EQ(field_schema("anything"), R"({"x-kubernetes-preserve-unknown-fields":true,"description":"Anything."})");
}

TEST(Schema, DescribesStructsWithRules) {
  EXPECT_EQ(
      field_schema("spare"),
      R"({"type":"object","required":["name"],"properties":{"name":{"type":"string","description":"Name of the leaf.",)"
      R"("maxLength":63},"weight":{"type":"integer","format":"int32","description":"In grams.","minimum":0}},)"
      R"("description":"Spare.","x-kubernetes-validations":[{"rule":"self.weight > 0","message":"a spare leaf weighs something"}]})"
  );
  const Value whole = schema<testing::Plant>();
  EXPECT_EQ(serialize(*find(whole, "/required")), R"(["title"])");
  EXPECT_EQ(
      serialize(*find(whole, "/x-kubernetes-validations")),
      R"json([{"rule":"has(self.top)","message":"a plant needs a top","messageExpression":"'no top'","fieldPath":".top"}])json"
  );
}

TEST(RowsOf, ListsFieldsParentsFirst) {
  const auto rows = rows_of(schema<testing::Plant>());
  const auto row = [&](std::string_view path) {
    const auto found = std::ranges::find(rows, path, &FieldRow::path);
    return found == rows.end() ? FieldRow{} : *found;
  };
  EXPECT_EQ(row("title"), (FieldRow{"title", "string", "", "Title.", true}));
  EXPECT_EQ(row("pace"), (FieldRow{"pace", "string", "\"slow\"", "Pace.", false}));
  EXPECT_EQ(row("colour").type, "`Red`, `Green`");
  EXPECT_EQ(row("tags").type, "[]string");
  EXPECT_EQ(row("leaves").type, "[]object");
  EXPECT_EQ(row("leaves[].name"), (FieldRow{"leaves[].name", "string", "", "Name of the leaf.", true}));
  EXPECT_EQ(row("by_name{}.weight").type, "integer");
  EXPECT_EQ(row("labels").type, "map[string]string");
  EXPECT_EQ(row("planted").type, "time");
  EXPECT_EQ(row("port").type, "integer or string");
  EXPECT_EQ(row("anything").type, "any");
  EXPECT_LT(std::ranges::find(rows, "top", &FieldRow::path), std::ranges::find(rows, "top.name", &FieldRow::path));
}

}  // namespace
}  // namespace snapstash::json

#include "features/blueprint/variables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace snapstash::blueprint {
namespace {

std::string resolved(std::string_view json) {
  json::Value value = json::parse(json).value();
  substitute(value, {{"TARGET_NAME", "web"}, {"TARGET_KIND", "deployment"}, {"EVIL", "${TARGET_NAME}"}});
  return json::serialize(value);
}

TEST(Substitute, PutsValuesIntoEveryText) {
  EXPECT_EQ(resolved(R"("${TARGET_NAME}")"), R"("web")");
  EXPECT_EQ(
      resolved(R"({"a":["x-${TARGET_KIND}-${TARGET_NAME}-y",5,null,true]})"),
      R"({"a":["x-deployment-web-y",5,null,true]})"
  );
}

TEST(Substitute, LeavesWhatIsNoVariable) {
  for (const std::string_view text :
       {R"("$TARGET_NAME")", R"("${POD_ORDINAL}")", R"("${TARGET_NAME")", R"("${}")", R"("$")", R"("")",
        R"("${target_name}")"}) {
    EXPECT_EQ(resolved(text), text);
  }
  EXPECT_EQ(resolved(R"("${${TARGET_NAME}}")"), R"("${web}")");
}

TEST(Substitute, DoesNotLookAtWhatItPutIn) { EXPECT_EQ(resolved(R"("${EVIL}")"), R"("${TARGET_NAME}")"); }

TEST(Substitute, LeavesTheNamesOfMembers) {
  EXPECT_EQ(resolved(R"({"${TARGET_NAME}":"${TARGET_NAME}"})"), R"({"${TARGET_NAME}":"web"})");
}

TEST(TargetVariables, AreFoundInEveryTextOnce) {
  const auto value = json::parse(
      R"({"a":["${TARGET_B} ${TARGET_A}","${TARGET_B}"],"b":{"c":"x${TARGET_}"},"${TARGET_D}":"${POD} ${TARGET_E $TARGET_F"})"
  );
  EXPECT_THAT(target_variables(value.value()), testing::ElementsAre("TARGET_B", "TARGET_A", "TARGET_"));
}

}  // namespace
}  // namespace snapstash::blueprint

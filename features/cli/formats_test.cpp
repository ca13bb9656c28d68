#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/cli/age.hpp"
#include "features/cli/documents.hpp"
#include "features/cli/explain.hpp"
#include "features/cli/table.hpp"
#include "features/cli/version.hpp"

namespace snapstash::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Age, IsKubectls) {
  EXPECT_EQ(format_age(-5s), "0s");
  EXPECT_EQ(format_age(0s), "0s");
  EXPECT_EQ(format_age(119s), "119s");
  EXPECT_EQ(format_age(2min), "2m");
  EXPECT_EQ(format_age(3min + 20s), "3m20s");
  EXPECT_EQ(format_age(10min + 59s), "10m");
  EXPECT_EQ(format_age(179min), "179m");
  EXPECT_EQ(format_age(3h), "3h");
  EXPECT_EQ(format_age(5h + 10min), "5h10m");
  EXPECT_EQ(format_age(8h + 10min), "8h");
  EXPECT_EQ(format_age(47h), "47h");
  EXPECT_EQ(format_age(76h), "3d4h");
  EXPECT_EQ(format_age(24h * 8), "8d");
  EXPECT_EQ(format_age(24h * 729), "729d");
  EXPECT_EQ(format_age(24h * 760), "2y30d");
  EXPECT_EQ(format_age(24h * 365 * 9), "9y");
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(format_table({}), "");
  EXPECT_EQ(
      format_table({{"NAME", "PHASE", "AGE"}, {"web-1", "Succeeded", "3m"}, {"", "", ""}, {"a", "", "1s"}}),
      "NAME    PHASE       AGE\n"
      "web-1   Succeeded   3m\n"
      "\n"
      "a                   1s\n"
  );
}

TEST(Table, CountsCharacters) { EXPECT_EQ(format_table({{"ä", "x"}, {"ab", "y"}}), "ä    x\nab   y\n"); }

TEST(Document, IsIndentedJson) {
  const auto value = *json::parse(R"({"a":[1,{"b":"c\"d"}],"e":{},"f":[],"g":null})");
  EXPECT_EQ(
      format_document(value, Output::kJson),
      "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"c\\\"d\"\n        }\n    ],\n    \"e\": {},\n"
      "    \"f\": [],\n    \"g\": null\n}\n"
  );
  EXPECT_EQ(*json::parse(format_document(value, Output::kJson)), value);
}

TEST(Document, IsYamlToo) { EXPECT_THAT(format_document(list_of({}), Output::kYaml), HasSubstr("kind: List\n")); }

TEST(Explain, NamesTheRemedy) {
  Error error(Code::kNotFound, "HTTP 404: 404 page not found\n");
  error.http_status = 404;
  EXPECT_THAT(explain(error, "https://k:6443"), HasSubstr("The cluster at https://k:6443 does not know"));
  error = Error(Code::kUnavailable, "connection refused");
  EXPECT_EQ(
      explain(error, "https://k:6443"),
      "connection refused. Is the cluster at https://k:6443 running, and reachable from here?"
  );
  error.http_status = 503;
  EXPECT_EQ(explain(error, "https://k:6443"), "connection refused");
  error = Error(Code::kForbidden, "you may not");
  error.reason = "Forbidden";
  EXPECT_THAT(explain(error, ""), HasSubstr("ends in -edit"));
  EXPECT_THAT(explain(Error(Code::kUnauthorized, "Unauthorized"), ""), HasSubstr("log in again"));
  EXPECT_EQ(explain(Error(Code::kInvalid, "bad"), ""), "bad");
}

TEST(Version, OfClientAndOperators) {
  const json::Value operators = json::Array{json::Object{
      {"namespace", "snapstash"}, {"name", "snapstash"}, {"image", "registry/snapstash:0.1.0"}, {"ready", "1/1"}
  }};
  EXPECT_EQ(
      format_version("0.1.0", operators, Version{.output = Output::kTable}),
      "Client: 0.1.0\nOperator: registry/snapstash:0.1.0 (Deployment snapstash/snapstash, 1/1 ready)\n"
  );
  EXPECT_EQ(format_version("0.1.0", {}, Version{.output = Output::kTable}), "Client: 0.1.0\n");
  EXPECT_THAT(format_version("0.1.0", json::Array{}, Version{.output = Output::kTable}), HasSubstr("none found"));
  EXPECT_THAT(format_version("0.1.0", operators, Version{.output = Output::kJson}), HasSubstr("\"client\": \"0.1.0\""));
  EXPECT_EQ(format_version("0.1.0 (commit abc)", {}, Version{.brief = true}), "0.1.0\n");
}

}  // namespace
}  // namespace snapstash::cli

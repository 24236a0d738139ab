#include "sim/config/json_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "sim/config/testing/sample_schema.hpp"

namespace lparsim::config {
namespace {

using Json = nlohmann::json;

class JsonSchema : public testing::Test {
 protected:
  Json schema = Json::parse(json_schema(sample::plant_schema().info()));
  Json& property(const char* key) { return schema["properties"][key]; }
  bool matches(const char* key, const char* text) {
    return std::regex_search(text, std::regex(property(key)["pattern"].get<std::string>(), std::regex::ECMAScript));
  }
};

TEST_F(JsonSchema, AllowsOnlyTheDeclaredKeys) {
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], Json::parse(R"(["name"])"));
  EXPECT_EQ(schema["properties"].size(), sample::plant_schema().info().keys.size());
}

TEST_F(JsonSchema, DescribesValuesWithTypesRangesAndDefaults) {
  EXPECT_EQ(property("seed")["type"], Json::parse(R"(["integer", "null"])"));
  EXPECT_EQ(property("seed")["minimum"], 0);
  EXPECT_EQ(property("seed")["default"], 1);
  EXPECT_EQ(property("ratio")["maximum"], 1);
  EXPECT_EQ(property("verbose")["default"], false);
  EXPECT_EQ(property("colour")["enum"], Json::parse(R"(["red", "green", null])"));
  EXPECT_EQ(property("duration")["default"], "1 s");
  EXPECT_EQ(property("name")["type"], "string");
}

TEST_F(JsonSchema, HasPatternsThatAgreeWithTheReader) {
  for (const char* good : {"10 ms", "10ms", "0.5 s", ".5 s", "0 ns"}) {
    EXPECT_TRUE(matches("duration", good)) << good;
    EXPECT_TRUE(parse_time(good).has_value()) << good;
  }
  for (const char* bad : {"10", "ms", "10 GHz", "-1 s", "010 s", "1e3 s", "1. s", "10 ms x", ""}) {
    EXPECT_FALSE(matches("duration", bad)) << bad;
    EXPECT_FALSE(parse_time(bad).has_value()) << bad;
  }
  EXPECT_TRUE(matches("name", "web-1"));
  EXPECT_FALSE(matches("name", "1web"));
}

TEST_F(JsonSchema, BranchesOnTheSelectorOfPolymorphicSections) {
  const Json& processors = schema["definitions"]["processors"]["allOf"];
  ASSERT_EQ(processors.size(), 2U);
  EXPECT_EQ(processors[0]["if"], Json::parse(R"({"properties": {"mode": {"enum": ["shared", null]}}})")) << "shared is the default";
  EXPECT_EQ(processors[1]["if"], Json::parse(R"({"properties": {"mode": {"const": "dedicated"}}, "required": ["mode"]})"));
  EXPECT_EQ(processors[1]["then"]["required"], Json::parse(R"(["cores"])"));
  EXPECT_EQ(processors[1]["then"]["additionalProperties"], false);
  EXPECT_TRUE(processors[1]["then"]["properties"].contains("mode"));
  EXPECT_FALSE(processors[1]["then"]["properties"].contains("weight"));
}

TEST_F(JsonSchema, WantsExactlyOneKeyWhereTheSchemaDoes) {
  EXPECT_EQ(schema["definitions"]["step"]["minProperties"], 1);
  EXPECT_EQ(schema["definitions"]["step"]["maxProperties"], 1);
}

TEST_F(JsonSchema, RefersOnlyToDefinitionsThatAreThere) {
  std::size_t references = 0;
  const std::function<void(const Json&)> visit = [&](const Json& node) {
    if (node.is_object() && node.contains("$ref")) {
      ++references;
      EXPECT_TRUE(schema.contains(Json::json_pointer(node["$ref"].get<std::string>().substr(1)))) << node["$ref"];
    }
    if (!node.is_structured()) return;
    for (const auto& child : node) visit(child);
  };
  visit(schema);
  EXPECT_GE(references, 5U);
}

}  // namespace
}  // namespace lparsim::config

#include "gui/runs/scenario_keys.hpp"

#include <gtest/gtest.h>

namespace lparsim::gui {
namespace {

const QByteArray kSchema = R"({
  "properties": {
    "name": {"type": "string", "description": "What it is called."},
    "server": {"anyOf": [{"$ref": "#/definitions/server"}, {"type": "null"}]}
  },
  "definitions": {
    "server": {"properties": {"partitions": {"type": "array", "items": {"$ref": "#/definitions/partition"}}}},
    "partition": {
      "properties": {"type": {"enum": ["aix", "linux"], "description": "What runs in it."}, "capped": {"type": "boolean"}},
      "anyOf": [{"properties": {"weight": {"description": "Its share."}}}]
    }
  }
})";

QStringList namesOf(const std::vector<KeyHint>& hints) {
  QStringList names;
  for (const KeyHint& hint : hints) names << hint.key;
  return names;
}

TEST(ScenarioKeys, ListsWhatMayStandUnderAKey) {
  const ScenarioKeys keys{kSchema};
  EXPECT_EQ(namesOf(keys.keysUnder({})), (QStringList{"name", "server"}));
  EXPECT_EQ(namesOf(keys.keysUnder({"server", "partitions"})), (QStringList{"capped", "type", "weight"}));
  EXPECT_EQ(keys.keysUnder({}).front().description, "What it is called.");
}

TEST(ScenarioKeys, ListsTheWordsThatAValueMayBe) {
  const ScenarioKeys keys{kSchema};
  EXPECT_EQ(keys.wordsOf({"server", "partitions", "type"}), (QStringList{"aix", "linux"}));
  EXPECT_EQ(keys.wordsOf({"server", "partitions", "capped"}), (QStringList{"true", "false"}));
  EXPECT_TRUE(keys.wordsOf({"name"}).isEmpty());
}

TEST(ScenarioKeys, AreNoneOfAKeyOrSchemaThatIsNotThere) {
  EXPECT_TRUE(ScenarioKeys{kSchema}.keysUnder({"nothing"}).empty());
  EXPECT_TRUE(ScenarioKeys{"no json"}.keysUnder({}).empty());
  EXPECT_TRUE(ScenarioKeys{}.isEmpty());
}

TEST(ScenarioKeys, EndWhereASchemaRefersToItself) {
  const ScenarioKeys keys{
      R"({"anyOf": [{"$ref": "#/definitions/a"}], "definitions": {"a": {"$ref": "#/definitions/a", "properties": {"x": {}}}}})"};
  EXPECT_EQ(namesOf(keys.keysUnder({})), QStringList{"x"});
}

}  // namespace
}  // namespace lparsim::gui

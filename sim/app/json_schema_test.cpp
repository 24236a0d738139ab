// Editors check scenario files by the JSON Schema that `lparsim schema` prints: every scenario of the project must pass.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/app/lparsim_process.hpp"
#include "sim/base/decimal.hpp"
#include "sim/config/document.hpp"

namespace lparsim::app {
namespace {

using Json = nlohmann::ordered_json;

// What a YAML reader with YAML's own types (the core schema) gives an editor.
Json plain(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text.starts_with('-')) {
    const Json positive = plain(text.substr(1));
    return positive.is_number_integer() ? Json(-positive.get<std::int64_t>()) : Json(text);
  }
  const auto number = parse_leading_decimal(text);
  if (!number || !number->rest.empty()) return text;
  return number->value.decimals == 0 ? Json(number->value.digits) : Json(number->value.approximately());
}

Json to_json(const config::Node& node) {
  Json out;
  switch (node.type) {
    case config::Node::Type::null:
      break;
    case config::Node::Type::scalar:
      out = node.quoted ? Json(node.text) : plain(node.text);
      break;
    case config::Node::Type::sequence:
      out = Json::array();
      for (const auto& child : node.children) out.push_back(to_json(child));
      break;
    case config::Node::Type::mapping:
      out = Json::object();
      for (const auto& child : node.children) out[child.key] = to_json(child);
      break;
  }
  return out;
}

TEST(JsonSchemaOfScenarios, AcceptsEveryScenarioAndRefusesMistakes) {
  if (std::system("python3 -c 'import jsonschema' 2> /dev/null") != 0) GTEST_SKIP() << "python3-jsonschema is not installed";
  const LparsimProcess lparsim;
  lparsim.write("schema.json", lparsim("schema").out);

  Json documents = Json::object();
  Json mistakes = Json::array();
  for (const auto& entry : std::filesystem::directory_iterator(LPARSIM_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    config::Diagnostics diagnostics;
    const auto document = config::Document::load(entry.path(), {}, diagnostics);
    ASSERT_TRUE(document) << diagnostics.text();
    documents[entry.path().filename()] = to_json(document->root());
  }
  ASSERT_GE(documents.size(), 10U);
  Json wrong = documents.front();
  wrong["duration"] = 20;
  mistakes.push_back(wrong);
  wrong = documents.front();
  wrong["durations"] = "20 s";
  mistakes.push_back(wrong);
  wrong = documents.front();
  wrong["server"]["partitions"][0]["processors"]["weight"] = 256;
  mistakes.push_back(wrong);
  wrong = documents.front();
  wrong["server"]["partitions"][0]["workloads"] = {{{"name", "a"}, {"type", "spin"}, {"users", 3}}};
  mistakes.push_back(wrong);
  lparsim.write("documents.json", Json{{"right", documents}, {"wrong", mistakes}}.dump());

  lparsim.write("validate.py", R"(
import json, jsonschema
schema = json.load(open('schema.json'))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
cases = json.load(open('documents.json'))
for name, document in cases['right'].items():
    for error in validator.iter_errors(document):
        print(name, list(error.absolute_path), error.message)
for i, document in enumerate(cases['wrong']):
    if validator.is_valid(document):
        print('mistake', i, 'is not seen')
)");
  const std::string command = "cd '" + lparsim.folder().string() + "' && python3 validate.py > found.txt 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(lparsim.read("found.txt"), "");
}

}  // namespace
}  // namespace lparsim::app

#include "sim/scenario/read_scenario.hpp"

#include <utility>

#include "sim/scenario/checks.hpp"
#include "sim/scenario/recordings.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/vsp_plugins.hpp"

namespace lparsim::scenario {
namespace {

std::vector<ExpectationLine> expectation_lines(const config::Node& root) {
  std::vector<ExpectationLine> lines;
  const config::Node* list = root.find("expect");
  if (list == nullptr || list->type != config::Node::Type::sequence) return lines;
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    const config::Node& line = list->children[i];
    if (line.type == config::Node::Type::scalar && !line.text.empty()) lines.push_back({i, line.text});
  }
  return lines;
}

bool check_server_keys(const config::Document& document, config::Diagnostics& diagnostics) {
  const auto given = [&](std::string_view key) {
    const config::Node* node = document.root().find(key);
    return node != nullptr && !node->is_null();
  };
  if (given("server") && given("servers")) {
    diagnostics.error_at("servers", "stands beside `server`; allowed: one of the two");
    return false;
  }
  if (given("server"))
    return !diagnostics.has_errors_under("server") || document.root().find("server")->type == config::Node::Type::mapping;
  if (!given("servers")) {
    diagnostics.error_at("", "the key `server` is missing; allowed: `server`, or `servers` with a list of them");
    return false;
  }
  const config::Node& list = *document.root().find("servers");
  if (list.type == config::Node::Type::sequence && list.children.empty())
    diagnostics.error_at("servers", "the list is empty; allowed: at least one server");
  return list.type == config::Node::Type::sequence;
}

ScenarioReading read(const std::optional<config::Document>& document, const std::vector<config::Override>& overrides,
                     config::Diagnostics diagnostics) {
  ScenarioReading reading;
  reading.diagnostics = std::move(diagnostics);
  if (!document) return reading;
  reading.document = document;
  const ScenarioKeys keys = scenario_schema().read(*document, reading.diagnostics);
  if (!check_server_keys(*document, reading.diagnostics)) return reading;
  const Places places(*document);
  ResolvedScenario resolved = resolve(keys, places, reading.diagnostics);
  reading.scenario = std::move(resolved.config);
  reading.scenario.text = document->text();
  reading.scenario.file = document->file();
  for (const config::Override& changed : overrides) reading.scenario.overrides += changed.path + "=" + changed.value + "\n";
  load_recordings(reading.scenario, places, *document, reading.diagnostics);
  check_plugins(reading.scenario, places, *document, reading.diagnostics);
  Checking checking(reading.scenario, places, resolved.event_places, reading.diagnostics);
  check_times(checking);
  if (!check_counts(checking)) return reading;
  check_duration(checking);
  check_names(checking);
  check_partitions(checking);
  check_capacity(checking);
  check_io(checking);
  check_vsps(checking);
  check_kernel_policies(checking);
  check_expectations(checking, expectation_lines(document->root()));
  return reading;
}

}  // namespace

ScenarioReading read_scenario(const std::string& file, const std::vector<config::Override>& overrides) {
  config::Diagnostics diagnostics;
  const auto document = config::Document::load(file, overrides, diagnostics);
  return read(document, overrides, std::move(diagnostics));
}

ScenarioReading read_scenario_text(const std::string& file, std::string text, const std::vector<config::Override>& overrides) {
  config::Diagnostics diagnostics;
  const auto document = config::Document::parse(file, std::move(text), overrides, diagnostics);
  return read(document, overrides, std::move(diagnostics));
}

}  // namespace lparsim::scenario

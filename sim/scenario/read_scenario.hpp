#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/config/document.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

struct ScenarioReading {
  ScenarioConfig scenario;  ///< fit to be simulated unless the diagnostics have errors
  config::Diagnostics diagnostics;
  std::optional<config::Document> document;  ///< absent: it was no YAML mapping
};

/// Reads and checks a scenario file with the overrides of the command line. Bad input never throws: every problem that can be found is in
/// the diagnostics, each with its place.
ScenarioReading read_scenario(const std::string& file, const std::vector<config::Override>& overrides = {});

/// The same for a text; `file` is what diagnostics call it.
ScenarioReading read_scenario_text(const std::string& file, std::string text, const std::vector<config::Override>& overrides = {});

}  // namespace lparsim::scenario

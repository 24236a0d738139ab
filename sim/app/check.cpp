#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/app/requests.hpp"
#include "sim/config/yaml_reader.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace lparsim::app {
namespace {

/// Standard input; of what is too long a little more than is allowed, so that the reader sees it.
std::string read_all_input() {
  std::string text;
  std::string block(std::size_t{1} << 16, '\0');
  while (text.size() <= config::kMostBytes) {
    const std::size_t count = std::fread(block.data(), 1, block.size(), stdin);
    if (count == 0) break;
    text.append(block, 0, count);
  }
  return text;
}

scenario::ScenarioReading read(const CheckRequest& request) {
  if (request.scenario != "-") return scenario::read_scenario(request.scenario, request.overrides);
  return scenario::read_scenario_text(request.name.value_or("standard input"), read_all_input(), request.overrides);
}

std::string as_json(const config::Diagnostics& diagnostics) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const config::Diagnostic& d : diagnostics.sorted()) {
    nlohmann::ordered_json& entry = list.emplace_back();
    entry["file"] = d.place.file;
    entry["line"] = d.place.line;
    entry["column"] = d.place.column;
    entry["severity"] = d.severity == config::Severity::error ? "error" : "warning";
    entry["path"] = d.path;
    if (!d.place.override_path.empty()) entry["override"] = d.place.override_path;
    entry["text"] = d.message;
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

ExitCode check(const CheckRequest& request, Console& console) {
  const auto reading = read(request);
  const ExitCode code = reading.diagnostics.has_errors() ? ExitCode::wrong_input : ExitCode::all_hold;
  if (request.json) {
    console.print(as_json(reading.diagnostics));
    return code;
  }
  console.show(reading.diagnostics);
  if (code == ExitCode::all_hold) console.print(fmt::format("{}: correct\n", request.name.value_or(request.scenario)));
  return code;
}

}  // namespace lparsim::app

#include "validation/harness/run_text.hpp"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "sim/base/check.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::validation {

report::MetricTable run_text(const std::string& yaml, trace::Level level) {
  const auto reading = scenario::read_scenario_text("claim.yaml", yaml);
  if (reading.diagnostics.has_errors()) throw std::runtime_error(reading.diagnostics.text(20));
  const auto path = std::filesystem::temp_directory_path() / fmt::format("lparsim-claim-{}.db", getpid());
  scenario::RunOptions options;
  options.output = path;
  options.level = level;
  scenario::simulate(reading.scenario, options);
  auto reader = trace::Reader::open(path);
  if (!reader) throw std::runtime_error(reader.error());
  auto metrics = reader->metrics();
  if (!metrics) throw std::runtime_error(metrics.error());
  std::filesystem::remove(path);
  return report::MetricTable{*std::move(metrics)};
}

double value_of(const report::MetricTable& metrics, const std::string& name) {
  const trace::MetricValue* metric = metrics.find(name);
  LPARSIM_CHECK(metric != nullptr, "the run has no metric {}", name);
  return metric->value;
}

}  // namespace lparsim::validation

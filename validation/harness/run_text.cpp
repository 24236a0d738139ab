#include "validation/harness/run_text.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"

namespace lparsim::validation {

report::MetricTable run_text(const std::string& yaml, trace::Level level) {
  return TextRun{yaml, level}.metrics();
}

TextRun::TextRun(const std::string& yaml, trace::Level level)
    : path_{std::filesystem::temp_directory_path() / fmt::format("lparsim-claim-{}.db", getpid())} {
  const auto reading = scenario::read_scenario_text("claim.yaml", yaml);
  if (reading.diagnostics.has_errors()) throw std::runtime_error(reading.diagnostics.text(20));
  scenario::RunOptions options;
  options.output = path_;
  options.level = level;
  scenario::simulate(reading.scenario, options);
  auto reader = trace::Reader::open(path_);
  if (!reader) throw std::runtime_error(reader.error());
  reader_.emplace(*std::move(reader));
}

TextRun::~TextRun() {
  reader_.reset();
  std::error_code nothing_to_do;
  std::filesystem::remove(path_, nothing_to_do);
}

report::MetricTable TextRun::metrics() const {
  auto metrics = reader_->metrics();
  if (!metrics) throw std::runtime_error(metrics.error());
  return report::MetricTable{*std::move(metrics)};
}

double value_of(const report::MetricTable& metrics, const std::string& name) {
  const trace::MetricValue* metric = metrics.find(name);
  LPARSIM_CHECK(metric != nullptr, "the run has no metric {}", name);
  return metric->value;
}

}  // namespace lparsim::validation

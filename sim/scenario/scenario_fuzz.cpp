#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/base/text.hpp"
#include "sim/report/expectation.hpp"
#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/read_scenario.hpp"

// The first line is an override, if it has a `=`; the rest is a scenario. Whatever they are, there are either diagnostics or a scenario
// that keeps what the simulation relies on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lparsim;
  std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<config::Override> overrides;
  if (const auto line_end = text.find('\n'); line_end != std::string::npos) {
    if (const auto override = config::parse_override(text.substr(0, line_end))) {
      overrides.push_back(*override);
      text.erase(0, line_end + 1);
    }
  }
  const auto reading = scenario::read_scenario_text("fuzz.yaml", text, overrides);
  const auto& [scenario, diagnostics, document] = reading;
  if (!document && !diagnostics.has_errors()) std::abort();
  const std::string printed = diagnostics.text();
  for (const char c : printed)
    if (c != '\n' && static_cast<unsigned char>(c) < 0x20) std::abort();
  if (find_invalid_utf8(printed) != std::string::npos) std::abort();
  if (diagnostics.has_errors()) return 0;

  if (scenario.servers.empty() || scenario.duration <= scenario.warmup) std::abort();
  for (const auto& server : scenario.servers) {
    ProcessingUnits entitled;
    for (const auto& partition : server.partitions) {
      const auto& processors = partition.processors;
      const bool dedicated = processors.mode == scenario::ProcessorMode::dedicated;
      if (dedicated) entitled += ProcessingUnits::cores(processors.cores);
      if (!dedicated && partition.running) entitled += processors.entitlement;
      if (!dedicated && processors.entitlement > ProcessingUnits::cores(processors.virtual_processors)) std::abort();
      for (const auto& workload : partition.workloads)
        if (workload::problem_of(workload)) std::abort();
    }
    if (entitled > ProcessingUnits::cores(server.processor.cores)) std::abort();
  }
  const auto metrics = metric_names(scenario);
  for (const std::string& line : scenario.expect) {
    const auto expectation = report::parse_expectation(line);
    if (!expectation || !report::check_names(*expectation, metrics)) std::abort();
  }
  return 0;
}

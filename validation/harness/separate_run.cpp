#include "validation/harness/separate_run.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "validation/harness/run_text.hpp"

namespace lparsim::validation {

namespace {

int simulate(const std::string& yaml, const std::filesystem::path& path, trace::Level level) {
  try {
    const auto reading = scenario::read_scenario_text("claim.yaml", yaml);
    if (reading.diagnostics.has_errors()) throw std::runtime_error(reading.diagnostics.text(20));
    scenario::RunOptions options;
    options.output = path;
    options.level = level;
    scenario::simulate(reading.scenario, options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

std::filesystem::path fresh_path() {
  static int runs = 0;
  return std::filesystem::temp_directory_path() / fmt::format("lparsim-claim-{}-{}.db", getpid(), ++runs);
}

}  // namespace

SeparateRun::SeparateRun(const std::string& yaml, trace::Level level) : path_{fresh_path()} {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("there is no process for another simulation");
  if (child == 0) _exit(simulate(yaml, path_, level));
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error("the simulation failed");
  auto reader = trace::Reader::open(path_);
  if (!reader) throw std::runtime_error(reader.error());
  reader_.emplace(*std::move(reader));
  auto metrics = reader_->metrics();
  if (!metrics) throw std::runtime_error(metrics.error());
  metrics_ = report::MetricTable{*std::move(metrics)};
}

SeparateRun::~SeparateRun() {
  reader_.reset();
  std::error_code nothing_to_do;
  std::filesystem::remove(path_, nothing_to_do);
}

double SeparateRun::operator[](const std::string& name) const {
  return value_of(metrics_, name);
}

}  // namespace lparsim::validation

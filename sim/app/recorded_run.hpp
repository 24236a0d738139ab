#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/config/document.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::app {

/// What a run file holds of what its run was asked to do.
struct RecordedRun {
  std::string scenario_file;  ///< where it lay; the text is the one below
  std::string scenario_text;
  std::vector<config::Override> overrides;
  std::vector<scenario::PrecisionGoal> precision;
  std::optional<SimTime> precision_limit;
  trace::Level level = trace::Level::summary;
  std::vector<trace::ControlChange> changes;
  std::string version;  ///< of the lparsim that simulated it
};
Result<RecordedRun> read_recorded_run(const std::filesystem::path& run_file);

}  // namespace lparsim::app

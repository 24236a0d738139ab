#pragma once
#include "sim/config/document.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/places.hpp"

namespace lparsim::scenario {

/// Reads the files of all workloads of `type: recording`, beside the scenario's file or with a path from there, into the scenario. Their
/// problems are reported by file and line. What was read becomes part of the scenario's overrides, as if the demand had been written on the
/// command line: the run file then has all that the run depends on, and the run can be repeated without the files.
void load_recordings(ScenarioConfig& scenario, const Places& places, const config::Document& document, config::Diagnostics& diagnostics);

}  // namespace lparsim::scenario

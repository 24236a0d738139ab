#pragma once
#include "sim/config/diagnostics.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/places.hpp"

namespace lparsim::scenario {

/// Loads the shared objects that Virtual Service Partitions run, and has them look at their configuration. Paths become those from the
/// present folder; they are written from the scenario's.
void check_plugins(ScenarioConfig& scenario, const Places& places, const config::Document& document, config::Diagnostics& diagnostics);

}  // namespace lparsim::scenario

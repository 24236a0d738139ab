#pragma once
#include <cstddef>
#include <vector>

#include "sim/config/diagnostics.hpp"
#include "sim/scenario/keys.hpp"
#include "sim/scenario/places.hpp"

namespace lparsim::scenario {

/// A scenario with everything filled in: the catalogue's figures, defaults that depend on other keys. Missing processor keys are reported;
/// they stay 0.
struct ResolvedScenario {
  ScenarioConfig config;
  std::vector<std::size_t> event_places;  ///< for each event, which has been put in order of time, its index in the file
};

/// `keys.server` and `keys.servers` are not both given.
ResolvedScenario resolve(const ScenarioKeys& keys, const Places& places, config::Diagnostics& diagnostics);

}  // namespace lparsim::scenario

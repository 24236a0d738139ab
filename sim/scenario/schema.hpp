#pragma once
#include "sim/config/schema.hpp"
#include "sim/scenario/keys.hpp"

namespace lparsim::scenario {

/// All keys of a scenario file. `lparsim explain` and `lparsim schema` print what it says about itself.
const config::Schema<ScenarioKeys>& scenario_schema();

// Its components, a file each.

const config::Schema<ServerKeys>& server_schema();
const config::Schema<PartitionKeys>& partition_schema();
const config::Schema<workload::Config>& workload_schema();
const config::Schema<EventKeys>& event_schema();

/// Hardware threads per core: 1, 2, 4 or 8.
config::Value<std::uint32_t> threads_per_core();

}  // namespace lparsim::scenario

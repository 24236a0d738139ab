#pragma once
#include "models/vsp/config.hpp"
#include "sim/config/schema.hpp"
#include "sim/scenario/keys_vsp.hpp"

namespace lparsim::scenario {

// The schemas of Virtual Service Partitions, and what schema.hpp's take of them.

const config::Schema<VspKeys>& vsp_schema();
const config::Schema<VspHookKeys>& vsp_hook_schema();
const config::Schema<VspBehaviourKeys>& vsp_behaviour_schema();
const config::Schema<VspFaultKeys>& vsp_fault_schema();
const config::Schema<vsp::VspCosts>& vsp_costs_schema();

/// A word for each, with what it means.
config::Value<vsp::FaultKind> vsp_fault_kind();
config::Value<vsp::Violation> vsp_violation();
config::Value<double> vsp_share();

}  // namespace lparsim::scenario

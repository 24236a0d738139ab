#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/scenario/document.hpp"
#include "sim/scenario/keys_vsp.hpp"
#include "vsp/behaviour/declared.hpp"

namespace lparsim::scenario {

VspPartitionConfig resolve(const VspKeys& keys);

/// Sentences about assumed figures that a server with Virtual Service Partitions uses.
std::vector<std::string> vsp_assumptions(const ServerConfig& server, bool costs_given);

// What the models take, of a scenario without errors.

/// The numbers of a hook's clients on the server; empty: all but itself.
std::vector<PartitionId> clients_of(const ServerConfig& server, const VspHookConfig& hook);
/// What the platform lets the partition do.
vsp::VspConfig vsp_config(const ServerConfig& server, std::size_t partition);
/// The behaviour of one that has no plugin.
vsp::DeclaredConfig declared_behaviour(const ServerConfig& server, std::size_t partition);
/// Its faults until `end`, those by lot included: the same for the same seed.
std::vector<vsp::Fault> vsp_faults(const PartitionConfig& partition, std::uint64_t seed, SimTime end);
/// The fault of an event.
vsp::Fault vsp_fault(const VspFaultConfig& fault);

}  // namespace lparsim::scenario

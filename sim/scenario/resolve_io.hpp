#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/scenario/keys.hpp"

namespace lparsim::scenario {

// Virtual I/O with its defaults filled in.

StorageConfig resolve(const StorageKeys& keys);
/// Of each storage by its name: the longest command.
using TransferSizes = std::map<std::string, Bytes>;
PartitionIoConfig resolve(const PartitionIoKeys& keys, PartitionType type, const TransferSizes& sizes);
EventConfig resolve(const EventKeys& keys);

/// Figures of its virtual I/O in use that no public source gives, a sentence each. `costs_given`: `hypervisor.virtual_io` is written.
std::vector<std::string> io_assumptions(const ServerConfig& server, bool costs_given);

}  // namespace lparsim::scenario

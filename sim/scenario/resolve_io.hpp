#pragma once
#include <vector>

#include "sim/scenario/keys.hpp"

namespace lparsim::scenario {

// Virtual I/O with its defaults filled in.

StorageConfig resolve(const StorageKeys& keys);
PartitionIoConfig resolve(const PartitionIoKeys& keys, PartitionType type, const std::vector<StorageConfig>& storage);
EventConfig resolve(const EventKeys& keys);

}  // namespace lparsim::scenario

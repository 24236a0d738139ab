#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "models/io/command_queue.hpp"
#include "models/io/ethernet_port.hpp"
#include "sim/base/time.hpp"

namespace lparsim::scenario {

/// What a physical device has done since the beginning.
struct DeviceCounts {
  std::uint64_t transfers = 0;
  std::uint64_t bytes = 0;
  std::array<SimTime, 2> busy{};  ///< of an Ethernet adapter in each direction
};

inline DeviceCounts counts_of(const io::EthernetPort& port) {
  const io::EthernetCounters& c = port.counters();
  return {c.sent + c.received, c.sent_bytes + c.received_bytes, {c.sending, c.receiving}};
}

inline DeviceCounts counts_of(const io::DeviceStatistics& s) {
  return {s.reads + s.writes, s.bytes_read + s.bytes_written, {s.working, SimTime{}}};
}

}  // namespace lparsim::scenario

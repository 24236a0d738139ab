#pragma once
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vnic {

/// Processor cycles of a VIOS for a vNIC, its hypervisor calls apart. Nobody has published them: assumed (docs/models/vnic.md). There is
/// none for each byte: the adapter moves the data.
struct VnicServerCosts {
  Cycles sent{3'000};      ///< a frame: from the client's descriptor to the adapter, and telling the client that it was sent
  Cycles received{3'000};  ///< a frame: from the adapter to the client's descriptor
  Cycles buffer{300};      ///< an empty buffer goes to the adapter
  Cycles message{20'000};  ///< a message on the command/response queue
  Cycles heartbeat{5'000};
  SimTime interrupt = SimTime::from_ns(500);  ///< to enter and leave the handler
};

struct VnicServerConfig {
  Hertz clock{4e9};  ///< nominal frequency of the server's cores
  VnicServerCosts costs{};
  SimTime heartbeat = SimTime::from_ms(100);  ///< between two reports to the hypervisor; assumed
};

}  // namespace lparsim::vnic

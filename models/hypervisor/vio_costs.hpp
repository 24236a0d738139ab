#pragma once
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// What the hypervisor's own work in a call costs the caller, at nominal frequency. Nobody has published latencies of hypervisor calls:
/// the defaults are assumed (docs/models/virtual-io-transports.md).
struct VioCosts {
  SimTime call = SimTime::from_ns(500);          ///< any virtual I/O call
  SimTime copy_call = SimTime::from_ns(500);     ///< beside: a copy between partitions
  SimTime copy_per_kib = SimTime::from_ns(100);  ///< about 10 GB/s
  SimTime lan_send = SimTime::from_ns(1500);     ///< beside: the virtual switch finds the receiver and its buffer, for each frame delivered
};

}  // namespace lparsim::hypervisor

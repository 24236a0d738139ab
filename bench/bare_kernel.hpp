#pragma once
#include <cstdint>

namespace lparsim::bench {

/// What the bare SystemC kernel did.
struct BareKernelRate {
  std::uint64_t events = 0;  ///< activations of a process
  double wall_s = 0;
  double events_per_second() const { return static_cast<double>(events) / wall_s; }
};

/// Runs `processes` SC_METHODs that do nothing but notify their own timed event again, each at a period of its own, for about `seconds` of
/// wall time: the most that any model on this kernel can reach on this machine. SystemC elaborates once a process, so this may be called
/// once.
BareKernelRate bare_kernel_rate(int processes, double seconds);

}  // namespace lparsim::bench

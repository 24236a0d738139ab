#pragma once
#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// Why a virtual processor was given a core: the codes of the dispatch trace log (LoPAR, table "Dispatch Trace Log Buffer Entry",
/// offset 0x0).
enum class DispatchReason : std::uint8_t {
  external_interrupt = 0,  ///< a device, or another processor's interrupt
  firmware = 1,
  prod = 2,
  decrementer = 3,
  boot = 4,
  conferred = 6,
  entitled_slice = 7,  ///< goes on after a preemption
  page_fault = 8,
  doorbell = 10,
};

/// Why it lost the core (same table, offset 0x1).
enum class PreemptReason : std::uint8_t {
  none = 0,
  firmware = 1,
  cede = 2,
  confer = 3,
  end_of_slice = 4,  ///< HDEC: the slice ended or somebody with the better right was ready
};

/// What the platform tells a partition's operating system about its processors: hardware state rather than calls. `vp` counts from 0
/// within the partition. The callbacks may issue hypervisor calls at once; the dispatcher acts on them after it returns.
class PartitionListener {
 public:
  virtual ~PartitionListener() = default;
  /// The partition is activated with `online` virtual processors, all ceded; those that have work are woken with an interrupt.
  virtual void activated(std::uint32_t online, SimTime now) = 0;
  /// It is shut down: its processors have been taken away, nothing more runs.
  virtual void deactivated(SimTime now) = 0;
  /// DLPAR: from now on it has `online` virtual processors; those beyond have already lost their core.
  virtual void online_processors_changed(std::uint32_t online, SimTime now) = 0;
  /// The virtual processor runs on a core; its own instructions start at `useful_from` (the dispatch cost lies before) and get on from
  /// `warm_from` only: in between they wait for the caches to be filled again.
  virtual void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) = 0;
  /// It no longer runs. Not called for a cede or confer of its own.
  virtual void preempted(std::uint32_t vp, SimTime now) = 0;
  /// An interrupt of one of its virtual adapters (VirtualAdapter::interrupt), also from within a call that another partition makes.
  virtual void virtual_interrupt(std::uint32_t source, SimTime now) { (void)source, (void)now; }
};

/// What an operating system can ask of the platform for its processors. Implemented over TLM-2.0 sockets by HypercallPort; a test
/// implements it directly. Errors of the calls are LoPAR return codes, checked by the port.
class ProcessorControl {
 public:
  virtual ~ProcessorControl() = default;
  /// H_CEDE by the running `vp`: it has nothing to do. Returns false when a prod was pending: the processor keeps the core.
  virtual bool cede(std::uint32_t vp) = 0;
  /// H_PROD of `vp` by another processor of the partition.
  virtual void prod(std::uint32_t vp) = 0;
  /// H_CONFER by the running `vp` to `target`, which was preempted: what is left of its turn goes there, and it does not run again before
  /// `target` has. Returns false when `target` runs again: the caller keeps the core. The trap: a target that ceded is not dispatched
  /// before something wakes it, and neither is the caller.
  virtual bool confer(std::uint32_t vp, std::uint32_t target) = 0;
  /// An interrupt for `vp`, raised by a device (external_interrupt), its own decrementer (decrementer) or at boot (boot).
  virtual void interrupt(std::uint32_t vp, DispatchReason reason) = 0;
};

}  // namespace lparsim::hypervisor

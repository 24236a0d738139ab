#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// Raises virtual interrupts.
class VirtualInterrupts {
 public:
  virtual ~VirtualInterrupts() = default;
  virtual void virtual_interrupt(PartitionId partition, std::uint32_t source) = 0;
};

/// The interrupt sources of the virtual adapters of one server. An interrupt is a pulse: it comes at the instant something arrives, if the
/// source is enabled then, and not later because something is still there. At most one is outstanding until H_EOI; what arrives meanwhile
/// raises it once more with that call (LoPAR, "CRQ Interrupt Notification").
class InterruptSources {
 public:
  explicit InterruptSources(VirtualInterrupts& interrupts) : interrupts_{interrupts} {}

  /// A new source of the partition, disabled. Numbers are unique within the server and never 0.
  std::uint32_t add(PartitionId partition);
  bool belongs(std::uint32_t source, PartitionId partition) const;

  /// Something has arrived.
  void raise(std::uint32_t source);
  void enable(std::uint32_t source) { at(source).enabled = true; }
  /// What was held back until H_EOI is forgotten.
  void disable(std::uint32_t source);
  bool enabled(std::uint32_t source) const { return sources_[source - kFirst].enabled; }
  /// H_Parameter: no source of this partition.
  HcallStatus eoi(PartitionId partition, std::uint32_t source);
  /// As after a reset: disabled, nothing outstanding.
  void reset(std::uint32_t source);

 private:
  static constexpr std::uint32_t kFirst = 0x1000;
  struct Source {
    PartitionId partition{};
    bool enabled = false;
    bool outstanding = false;
    bool again = false;  ///< raised while it was outstanding
  };
  Source& at(std::uint32_t source) { return sources_[source - kFirst]; }

  VirtualInterrupts& interrupts_;
  std::vector<Source> sources_;
};

}  // namespace lparsim::hypervisor

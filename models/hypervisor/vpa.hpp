#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "models/hypervisor/partition_memory.hpp"
#include "models/hypervisor/protocol.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// One entry of the dispatch trace log: 48 bytes, big-endian (LoPAR, "Dispatch Trace Log Buffer Entry"). Deltas in time base ticks, modulo
/// 2^32 (8.4 s) as the field is 4 bytes; the fault address and the two save/restore registers are 0, since no instruction addresses are
/// simulated.
struct DtlEntry {
  static constexpr std::size_t kSize = 48;
  DispatchReason dispatch_reason{};
  PreemptReason preempt_reason{};
  std::uint16_t processor = 0;
  std::uint32_t enqueue_to_dispatch = 0;
  std::uint32_t ready_to_enqueue = 0;
  std::uint32_t waiting_to_ready = 0;
  std::uint64_t timebase = 0;

  std::array<std::uint8_t, kSize> encode() const;
};

/// What the hypervisor counts of one virtual processor (LoPAR, "Per Virtual Processor Area"), since the simulation began.
struct VpAccount {
  std::uint32_t dispatch_count = 1;  ///< even while dispatched, odd while not
  std::uint32_t dispersion = 0;      ///< dispatches on another core than the last one
  SimTime waited_ready;              ///< wait interval 1: until it had something to do
  SimTime waited_capacity;           ///< interval 2: until it had the right to run
  SimTime waited_processor;          ///< interval 3: until it had a core
};

/// The areas in partition memory that the operating system registered for one virtual processor with H_REGISTER_VPA. The hypervisor keeps
/// its own fields in them up to date byte for byte and leaves the operating system's alone, the descriptor at offset 0 among them.
class VirtualProcessorArea {
 public:
  static constexpr std::uint64_t kSize = 640;      ///< of the least per virtual processor area
  static constexpr std::uint64_t kMostLog = 4096;  ///< bytes of a dispatch trace log buffer

  bool has_vpa() const { return vpa_.has_value(); }
  bool has_dtl() const { return dtl_.has_value(); }
  bool has_slb() const { return slb_.has_value(); }
  void register_vpa(PartitionMemory& memory, std::uint64_t address, const VpAccount& account);
  /// Needs a registered area, and room for one entry: `size` is rounded down to whole entries.
  void register_dtl(PartitionMemory& memory, std::uint64_t address, std::uint64_t size);
  void register_slb(std::uint64_t address) { slb_ = address; }
  void deregister_vpa() { vpa_.reset(); }
  void deregister_dtl() { dtl_.reset(); }
  void deregister_slb() { slb_.reset(); }

  void update(PartitionMemory& memory, const VpAccount& account) const;
  /// Appends to the log if one is registered and the mask in the area asks for what ended the stay before (`entry.preempt_reason`):
  /// 1 voluntary waits, 2 ends of time slice. Where the entry goes is what the index counter in the area says, which the operating system
  /// may have set back to 0.
  void log(PartitionMemory& memory, const DtlEntry& entry) const;

 private:
  std::optional<std::uint64_t> vpa_, dtl_, slb_;
  std::uint64_t dtl_entries_ = 0;  ///< room in the log
};

}  // namespace lparsim::hypervisor

#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/vsp/exchange.hpp"
#include "sim/base/ids.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::hypervisor {

/// Two clocks of a partition.
class DispatchClock {
 public:
  virtual ~DispatchClock() = default;
  /// How long it has had at least one virtual processor on a core.
  virtual SimTime dispatched(PartitionId partition, SimTime now) const = 0;
  /// Stands still only while one of its virtual processors at least wants a core and none of them has one. The zero does not matter.
  virtual SimTime unstarved(PartitionId partition, SimTime now) const = 0;
};

/// What is done to partitions at the management console; takes effect when those who ask have returned.
class Console {
 public:
  virtual ~Console() = default;
  virtual void suspend(PartitionId partition) = 0;
  virtual void resume(PartitionId partition) = 0;
  /// `failed`: it crashed; its partners in virtual I/O are told so.
  virtual void deactivate(PartitionId partition, bool failed) = 0;
};

/// The hypervisor's end of the channels of Virtual Service Partitions: the calls H_VSP_SEND, H_VSP_RECEIVE and H_VSP_COPY on bytes in the
/// partitions' memory, and their interrupts. What messages mean is the exchange's (models/vsp). Knows no simulation kernel.
class ServicePartitions final : public vsp::ExchangeHost {
 public:
  /// All outlive it; `observer` may be null.
  ServicePartitions(const vsp::VspCosts& costs, VirtualIo& virtual_io, const DispatchClock& clock, Console& console,
                    kernel::Calendar& calendar, vsp::ExchangeObserver* observer);

  vsp::Exchange& exchange() { return exchange_; }
  /// Returns the interrupt source of its channel. It is enabled while the operating system runs.
  std::uint32_t add(const vsp::VspConfig& vsp);

  /// H_Function for other calls, H_Authority for partitions that are none.
  HcallStatus answer(PartitionId caller, HcallExtension& call, SimTime now);

  // What happens to partitions, all of them.
  void started(PartitionId partition, SimTime now);
  /// Its operating system runs: interrupts may come. What came before raises it now.
  void up(PartitionId partition);
  void stopped(PartitionId partition, bool failed, SimTime now);

  void ring(PartitionId vsp, SimTime now) override;
  SimTime unstarved(PartitionId vsp, SimTime now) const override { return clock_.unstarved(vsp, now); }
  void suspend(PartitionId vsp, SimTime) override { console_.suspend(vsp); }
  void resume(PartitionId vsp, SimTime) override { console_.resume(vsp); }
  void stop(PartitionId vsp, SimTime) override { console_.deactivate(vsp, false); }
  bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const override;
  bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) override;

 private:
  struct Channel {
    std::uint32_t interrupt = 0;  ///< 0: none
    bool up = false;
    bool rang = false;  ///< before it was
  };
  Channel* channel(PartitionId partition);
  HcallStatus send(PartitionId caller, HcallExtension& call, SimTime now);
  HcallStatus receive(PartitionId caller, HcallExtension& call, SimTime now);
  HcallStatus copy(PartitionId caller, HcallExtension& call, SimTime now);

  VirtualIo& virtual_io_;
  const DispatchClock& clock_;
  Console& console_;
  vsp::Exchange exchange_;
  std::vector<Channel> channels_;  ///< by partition
};

}  // namespace lparsim::hypervisor

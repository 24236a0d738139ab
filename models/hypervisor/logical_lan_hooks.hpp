#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/hypervisor/hooked_frame.hpp"
#include "models/hypervisor/logical_lan_sending.hpp"
#include "models/vsp/ordered_holds.hpp"

namespace lparsim::hypervisor {

/// The hook switch.frame: frames that wait for a Virtual Service Partition's verdict. A flow is what one adapter sends to one address: its
/// frames are delivered in the order in which they were sent (IEEE 802.1Q, "Frame ordering", asks for no more).
class LogicalLan::Hooked final : private vsp::Caller {
 public:
  /// Of one adapter; more are dropped. Assumed.
  static constexpr std::uint64_t kMostHeld = 512;

  Hooked(LogicalLan& lan, vsp::Hooks& hooks, std::function<SimTime()> clock);

  /// Whether the frame must go this way: somebody hooks it, or one of its flow waits.
  bool concerns(std::uint32_t port, const Sending& sending) const {
    return hooks_.armed(vsp::Hook::switch_frame, lan_.ports_[port].partition()) || (!holds_.empty() && holds_.holds(flow(port, sending)));
  }
  /// H_SEND_LOGICAL_LAN of it.
  HcallStatus send(std::uint32_t port, Sending sending, SimTime& cost);
  /// The partition has stopped: what it sent and waits is gone.
  void partition_stopped(PartitionId partition);

  std::uint64_t held(std::uint32_t port) const { return port < counts_.size() ? counts_[port].held : 0; }
  std::uint64_t denied(std::uint32_t port) const { return port < counts_.size() ? counts_[port].denied : 0; }

 private:
  using Flow = std::pair<std::uint32_t, std::uint64_t>;  // port of the sender, address
  struct Thing {
    Sending sending;
    std::uint64_t head = kNoHead;
  };
  static constexpr std::uint64_t kNoHead = ~0ULL;
  struct Counts {
    std::uint64_t held = 0;
    std::uint64_t denied = 0;
  };
  static Flow flow(std::uint32_t port, const Sending& sending) { return {port, sending.frame.destination().bits}; }
  void decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) override;
  HcallStatus settle(std::uint32_t port, std::uint64_t ticket, Thing& thing, const vsp::Outcome& outcome, SimTime& cost);
  bool take_changes(const LogicalLanPort& sender, Thing& thing);

  LogicalLan& lan_;
  vsp::Hooks& hooks_;
  std::function<SimTime()> clock_;
  PartitionMemory memory_;
  std::uint64_t next_page_ = 0;
  HeldHeads heads_;
  vsp::OrderedHolds<Flow, Thing> holds_;
  std::vector<Counts> counts_;  // by port
  std::uint64_t tickets_ = 0;

 public:
  PartitionMemory& memory() { return memory_; }
};

}  // namespace lparsim::hypervisor

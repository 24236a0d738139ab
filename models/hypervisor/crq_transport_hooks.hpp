#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "models/hypervisor/crq_transport.hpp"
#include "models/vsp/ordered_holds.hpp"

namespace lparsim::hypervisor {

/// The hook crq.send: elements that wait for a Virtual Service Partition's verdict, each queue's in the order in which they were sent. They
/// keep their places in the receiver's queue; a connection that ends takes them along, as it does with what lies in the queue.
class CrqTransport::Hooked final : private vsp::Caller {
 public:
  Hooked(CrqTransport& transport, vsp::Hooks& hooks, std::function<SimTime()> clock);

  /// Whether what the adapter sends must go this way: somebody hooks it, or something waits.
  bool concerns(std::uint32_t adapter) const {
    return hooks_.armed(vsp::Hook::crq_send, transport_.adapters_[adapter].partition) || (!holds_.empty() && holds_.holds(adapter));
  }
  /// H_SEND_CRQ. `cost` grows by what the hook takes from the caller.
  HcallStatus send(std::uint32_t adapter, const CrqElement& element, SimTime& cost);
  /// The connection of the adapter has ended.
  void cut(const Adapter& adapter);

  std::uint64_t held(std::uint32_t adapter) const { return holds_.empty() ? 0 : holds_.size(adapter); }
  std::uint64_t denied(std::uint32_t adapter) const { return adapter < denied_.size() ? denied_[adapter] : 0; }

 private:
  struct Thing {
    CrqElement element{};
    bool asked = false;
  };
  void decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) override;
  void settle(std::uint32_t adapter, std::uint64_t ticket, Thing& thing, const vsp::Outcome& outcome);

  CrqTransport& transport_;
  vsp::Hooks& hooks_;
  std::function<SimTime()> clock_;
  vsp::OrderedHolds<std::uint32_t, Thing> holds_;  // by sending adapter
  std::vector<std::uint64_t> denied_;              // likewise
  std::uint64_t tickets_ = 0;
};

}  // namespace lparsim::hypervisor

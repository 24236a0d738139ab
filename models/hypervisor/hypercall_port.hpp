#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <systemc>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/protocol.hpp"

namespace lparsim::hypervisor {

/// What a partition has of the platform beside the calls. Interrupts for its virtual processors: `external_interrupt` ones count as phantom
/// when they hit a core that another partition uses at the moment. And what the hypervisor keeps in the virtual processor areas.
class InterruptController {
 public:
  virtual ~InterruptController() = default;
  virtual void interrupt(PartitionId partition, std::uint32_t vp, DispatchReason reason) = 0;
  /// Of the virtual processor area, offset 0x100: even while it runs, odd while it does not.
  virtual std::uint32_t dispatch_count(PartitionId partition, std::uint32_t vp) const = 0;
};

/// A partition's end of the hypervisor call interface: typed calls on a TLM-2.0 initiator socket. A call that fails where the protocol
/// says that it cannot (the guest model is wrong then) fails a CHECK.
class HypercallPort final : public sc_core::sc_module, public ProcessorControl {
 public:
  tlm_utils::simple_initiator_socket<HypercallPort> socket;

  /// `partition` and `interrupts` tell where its interrupts go; the hypervisor knows the caller by the binding of `socket`.
  HypercallPort(const sc_core::sc_module_name& name, InterruptController& interrupts);
  ~HypercallPort() override;
  void set_partition(PartitionId partition) { partition_ = partition; }

  /// Any call; the extension carries arguments in and results out until the next call. `asked`: HcallExtension::asked.
  HcallExtension& call(std::uint32_t vp, Hcall call, std::span<const std::uint64_t> arguments, bool interrupts_enabled = true,
                       bool asked = false);
  HcallExtension& call(std::uint32_t vp, Hcall which, std::initializer_list<std::uint64_t> arguments = {}, bool interrupts_enabled = true) {
    return call(vp, which, std::span{arguments.begin(), arguments.size()}, interrupts_enabled);
  }

  bool cede(std::uint32_t vp) override;
  void prod(std::uint32_t vp) override;
  bool confer(std::uint32_t vp, std::uint32_t target) override;
  void interrupt(std::uint32_t vp, DispatchReason reason) override { interrupts_.interrupt(partition_, vp, reason); }

 private:
  InterruptController& interrupts_;
  PartitionId partition_{};
  tlm::tlm_generic_payload payload_;
  HcallExtension extension_;
};

}  // namespace lparsim::hypervisor

#pragma once
#include <cstdint>
#include <optional>
#include <systemc>

#include "lpars/guest/guest.hpp"
#include "lpars/guest/partition_timers.hpp"
#include "models/hypervisor/hypercall_port.hpp"

namespace lparsim::guest {

/// A partition in the simulation: its operating system (Guest), its end of the hypervisor call interface, and the timer that
/// wakes the one for the other. Bind `hypercalls().socket` to the hypervisor in the order in which partitions are added there.
class Partition final : public sc_core::sc_module, public hypervisor::PartitionListener {
 public:
  /// `observer` may be null; it, the timers and the services (see Guest) outlive the partition.
  Partition(const sc_core::sc_module_name& name, hypervisor::InterruptController& interrupts, PartitionTimers& timers, const Config& config,
            Guest::Workloads workloads, Observer* observer = nullptr, Guest::Services services = {});

  hypervisor::HypercallPort& hypercalls() { return hypercalls_; }
  const Guest& guest() const { return guest_; }

  void activated(std::uint32_t online, SimTime now) override;
  void deactivated(SimTime now) override;
  void online_processors_changed(std::uint32_t online, SimTime now) override;
  void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) override;
  void preempted(std::uint32_t vp, SimTime now) override;
  void virtual_interrupt(std::uint32_t source, SimTime now) override;

  // What the operator does, at the present instant; see Guest.
  void set_frequency(std::int64_t ppm, SimTime now);
  void set_smt(std::optional<std::uint32_t> vp, std::uint32_t threads, SimTime now);
  void set_policy(Policy policy, SimTime time_slice, SimTime now);
  /// The run is over.
  void finish(SimTime now) { guest_.finish(now); }

 private:
  void on_timer(SimTime now);
  void set_timer();

  hypervisor::HypercallPort hypercalls_;
  Guest guest_;
  PartitionTimers& timers_;
  std::uint32_t timer_;
  SimTime timer_at_ = SimTime::never();
};

}  // namespace lparsim::guest

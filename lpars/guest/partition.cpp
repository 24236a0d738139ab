#include "lpars/guest/partition.hpp"

#include <utility>

#include "sim/kernel/sim_time.hpp"

namespace lparsim::guest {

Partition::Partition(const sc_core::sc_module_name& name, hypervisor::InterruptController& interrupts, const Config& config,
                     Guest::Workloads workloads, Observer* observer, Guest::Services services)
    : sc_module{name},
      hypercalls_{"hypercalls", interrupts},
      guest_{hypercalls_, config, std::move(workloads), observer, std::move(services)} {
  SC_HAS_PROCESS(Partition);
  SC_METHOD(on_timer);
  sensitive << timer_;
  dont_initialize();
  guest_.on_change([this] { set_timer(kernel::now()); });
}

void Partition::activated(std::uint32_t online, SimTime now) {
  guest_.activated(online, now);
  set_timer(now);
}

void Partition::deactivated(SimTime now) {
  guest_.deactivated(now);
  set_timer(now);
}

void Partition::online_processors_changed(std::uint32_t online, SimTime now) {
  guest_.online_processors_changed(online, now);
  set_timer(now);
}

void Partition::dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) {
  guest_.dispatched(vp, core, now, useful_from, warm_from);
  set_timer(now);
}

void Partition::preempted(std::uint32_t vp, SimTime now) {
  guest_.preempted(vp, now);
  set_timer(now);
}

void Partition::virtual_interrupt(std::uint32_t source, SimTime now) {
  guest_.virtual_interrupt(source, now);
  set_timer(now);
}

void Partition::set_frequency(std::int64_t ppm, SimTime now) {
  guest_.set_frequency(ppm, now);
  set_timer(now);
}

void Partition::set_smt(std::optional<std::uint32_t> vp, std::uint32_t threads, SimTime now) {
  guest_.set_smt(vp, threads, now);
  set_timer(now);
}

void Partition::on_timer() {
  const SimTime now = kernel::now();
  timer_at_ = SimTime::never();
  if (guest_.next_timer() <= now) guest_.on_timer(now);
  set_timer(now);
}

// A timer that has become too early is left to run out: one idle activation is cheaper than cancelling it at every preemption.
void Partition::set_timer(SimTime now) {
  const SimTime next = guest_.next_timer();
  if (next >= timer_at_) return;
  timer_at_ = next;
  timer_.notify(kernel::to_sc_time(next - now));
}

}  // namespace lparsim::guest

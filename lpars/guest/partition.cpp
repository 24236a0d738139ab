#include "lpars/guest/partition.hpp"

#include <utility>

namespace lparsim::guest {

Partition::Partition(const sc_core::sc_module_name& name, hypervisor::InterruptController& interrupts, PartitionTimers& timers,
                     const Config& config, Guest::Workloads workloads, Observer* observer, Guest::Services services)
    : sc_module{name},
      hypercalls_{"hypercalls", interrupts},
      guest_{hypercalls_, config, std::move(workloads), observer, std::move(services)},
      timers_{timers},
      timer_{timers.add([this](SimTime now) { on_timer(now); })} {
  guest_.on_change([this] { set_timer(); });
}

void Partition::activated(std::uint32_t online, SimTime now) {
  guest_.activated(online, now);
  set_timer();
}

void Partition::deactivated(SimTime now) {
  guest_.deactivated(now);
  set_timer();
}

void Partition::online_processors_changed(std::uint32_t online, SimTime now) {
  guest_.online_processors_changed(online, now);
  set_timer();
}

void Partition::dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) {
  guest_.dispatched(vp, core, now, useful_from, warm_from);
  set_timer();
}

void Partition::preempted(std::uint32_t vp, SimTime now) {
  guest_.preempted(vp, now);
  set_timer();
}

void Partition::virtual_interrupt(std::uint32_t source, SimTime now) {
  guest_.virtual_interrupt(source, now);
  set_timer();
}

void Partition::set_frequency(std::int64_t ppm, SimTime now) {
  guest_.set_frequency(ppm, now);
  set_timer();
}

void Partition::set_smt(std::optional<std::uint32_t> vp, std::uint32_t threads, SimTime now) {
  guest_.set_smt(vp, threads, now);
  set_timer();
}

void Partition::set_policy(Policy policy, SimTime time_slice, SimTime now) {
  guest_.set_policy(policy, time_slice, now);
  set_timer();
}

void Partition::on_timer(SimTime now) {
  timer_at_ = SimTime::never();
  guest_.on_timer(now);
  set_timer();
}

void Partition::set_timer() {
  const SimTime next = guest_.next_timer();
  if (next == timer_at_) return;
  timer_at_ = next;
  timers_.set(timer_, next);
}

}  // namespace lparsim::guest

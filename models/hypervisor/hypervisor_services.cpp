// Hypervisor: Virtual Service Partitions, and what those who hook the hypervisor's own functions are told (docs/models/vsp-hooks.md).
#include <algorithm>
#include <utility>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor {

using kernel::now;

namespace {

constexpr std::uint64_t nanoseconds(SimTime time) {
  return static_cast<std::uint64_t>(time.ps() / 1000);
}

}  // namespace

vsp::Exchange& Hypervisor::enable_services(const vsp::VspCosts& costs, kernel::Calendar& calendar, vsp::ExchangeObserver* observer) {
  LPARSIM_CHECK(services_ == nullptr, "{}: Virtual Service Partitions are enabled twice", name());
  services_ = std::make_unique<ServicePartitions>(costs, virtual_io_, static_cast<const DispatchClock&>(*this),
                                                  static_cast<Console&>(*this), calendar, observer);
  set_hooks(services_->exchange());
  return services_->exchange();
}

std::uint32_t Hypervisor::add_vsp(const vsp::VspConfig& vsp) {
  LPARSIM_CHECK(services_ != nullptr, "{}: Virtual Service Partitions are not enabled", name());
  return services_->add(vsp);
}

void Hypervisor::set_hooks(vsp::Hooks& hooks) {
  hooks_ = &hooks;
  virtual_io_.set_hooks(hooks, [] { return now(); });
}

SimTime Hypervisor::dispatched(PartitionId id, SimTime at) const {
  const Partition& partition = partition_at(id);
  return partition.running > 0 ? partition.dispatched + (at - partition.running_since) : partition.dispatched;
}

SimTime Hypervisor::unstarved(PartitionId id, SimTime at) const {
  const Partition& partition = partition_at(id);
  const bool starves = partition.ready > 0 && partition.running == 0;
  return at - partition.starved - (starves ? at - partition.starved_until : SimTime{});
}

// Before `ready` or `running` changes.
void Hypervisor::settle_starved(Partition& partition, SimTime at) {
  if (partition.ready > 0 && partition.running == 0) partition.starved += at - partition.starved_until;
  partition.starved_until = at;
}

// The dispatcher is within a call of its own: told when it has returned.
void Hypervisor::note_dispatch(std::uint32_t function, VpId id, CoreId core, SimTime waited, SimTime stay) {
  const VirtualProcessor& vp = vps_[index(id)];
  if (!hooks_->armed(vsp::Hook::dispatch, vp.partition)) return;
  vsp::Call event;
  event.hook = vsp::Hook::dispatch;
  event.function = function;
  event.client = event.owner = vp.partition;
  event.processor = vp.number;
  event.arguments = {vp.number, index(core), nanoseconds(waited), nanoseconds(stay)};
  dispatches_to_tell_.push_back(event);
}

void Hypervisor::count_running(Partition& partition, bool more, SimTime at) {
  settle_starved(partition, at);
  if (more) {
    if (partition.running++ == 0) partition.running_since = at;
  } else if (--partition.running == 0) {
    partition.dispatched += at - partition.running_since;
  }
}

HcallStatus Hypervisor::answer_and_tell(PartitionId caller, HcallExtension& call) {
  vsp::Call event;
  event.hook = vsp::Hook::hypervisor_call;
  event.function = static_cast<std::uint32_t>(call.call);
  event.client = event.owner = caller;
  event.processor = call.vp;
  std::copy_n(call.registers.begin(), event.arguments.size(), event.arguments.begin());
  const HcallStatus status = answer(caller, call);
  hooks_->tell(event, now());
  return status;
}

void Hypervisor::tell_accounting() {
  if (hooks_ == nullptr) return;
  const SimTime at = now();
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto id = id_of<PartitionId>(i);
    if (!hooks_->armed(vsp::Hook::accounting, id)) continue;
    Partition& partition = partition_at(id);
    const PartitionUsage usage = this->usage(id);
    const PartitionUsage part = usage - std::exchange(partition.told, usage);
    vsp::Call event;
    event.hook = vsp::Hook::accounting;
    event.function = 1;
    event.client = event.owner = id;
    event.arguments = {nanoseconds(at - accounted_),
                       nanoseconds(part.consumed),
                       nanoseconds(std::max(SimTime{}, part.consumed - part.entitled)),
                       nanoseconds(part.wait_capacity + part.wait_processor),
                       part.dispatches,
                       static_cast<std::uint64_t>(partition.entitlement.hundredths())};
    hooks_->tell(event, at);
  }
  accounted_ = at;
}

}  // namespace lparsim::hypervisor

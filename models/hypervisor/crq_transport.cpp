#include "models/hypervisor/crq_transport.hpp"

#include "models/hypervisor/crq_transport_hooks.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kElement = std::tuple_size_v<CrqElement>;
constexpr std::uint64_t kQueueAccess = kTceRead | kTceWrite;

}  // namespace

CrqTransport::CrqTransport(TceTables& tables, InterruptSources& interrupts) : tables_{tables}, interrupts_{interrupts} {}
CrqTransport::~CrqTransport() = default;

void CrqTransport::set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock) {
  hooked_ = std::make_unique<Hooked>(*this, hooks, std::move(clock));
}

void CrqTransport::add(PartitionId partition, const VirtualAdapter& adapter) {
  const std::size_t slot = slot_of(adapter.unit);
  if (slots_.size() <= index(partition)) slots_.resize(index(partition) + 1);
  std::vector<std::uint32_t>& slots = slots_[index(partition)];
  if (slots.size() <= slot) slots.resize(slot + 1, kNone);
  slots[slot] = static_cast<std::uint32_t>(adapters_.size());
  adapters_.push_back({partition, adapter});
  adapters_.back().queue.interrupt = adapter.interrupt;
}

void CrqTransport::connect(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers) {
  const std::uint32_t one = find(client, clients), other = find(server, servers);
  adapters_[one].partner = other;
  adapters_[other].partner = one;
}

void CrqTransport::add_standby(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers) {
  adapters_[find(server, servers)].partner = find(client, clients);
}

std::uint32_t CrqTransport::find(PartitionId partition, UnitAddress unit) const {
  const std::size_t slot = slot_of(unit);
  if (index(partition) >= slots_.size() || slot >= slots_[index(partition)].size()) return kNone;
  return slots_[index(partition)][slot];
}

/// Whether it is its partner's partner: a server that stands by is not.
bool CrqTransport::linked(const Adapter& adapter) const {
  return adapter.partner != kNone && adapters_[adapter.partner].partner == static_cast<std::uint32_t>(&adapter - adapters_.data());
}
/// And whether both sides have registered their queues.
bool CrqTransport::joined(const Adapter& adapter) const {
  return linked(adapter) && adapter.queue.registered() && adapters_[adapter.partner].queue.registered();
}
bool CrqTransport::open(const Adapter& adapter) const {
  return joined(adapter) && adapter.enabled && adapters_[adapter.partner].enabled;
}

bool CrqTransport::can_hold_queue(const Adapter& adapter, std::uint64_t ioba, std::uint64_t length) const {
  return ioba % TceTables::kPage == 0 && length % TceTables::kPage == 0 && length != 0 &&
         tables_.accessible(adapter.as_configured.liobn, ioba, length, kQueueAccess);
}

/// By which the server of this pair reaches the client.
Liobn CrqTransport::remote_window(const Adapter& adapter) const {
  if (adapter.as_configured.remote_liobn != Liobn{} || adapter.partner == kNone) return adapter.as_configured.remote_liobn;
  return adapters_[adapter.partner].as_configured.remote_liobn;
}

HcallStatus CrqTransport::reg(PartitionId caller, UnitAddress unit, std::uint64_t ioba, std::uint64_t length) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  Adapter& adapter = adapters_[found];
  if (!can_hold_queue(adapter, ioba, length)) return HcallStatus::parameter;
  if (adapter.partner == kNone) return HcallStatus::not_found;
  if (adapter.queue.registered() || adapter.freeing) return HcallStatus::resource;
  adapter.queue = {ioba, length, 0, adapter.queue.interrupt};
  adapter.enabled = true;
  interrupts_.reset(adapter.queue.interrupt);
  if (!joined(adapter)) return HcallStatus::closed;
  tables_.join(remote_window(adapter));
  return HcallStatus::success;
}

HcallStatus CrqTransport::free(PartitionId caller, UnitAddress unit) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  Adapter& adapter = adapters_[found];
  const bool was_registered = adapter.queue.registered() || adapter.freeing;
  close(adapter);
  if (!linked(adapter)) return HcallStatus::success;
  adapter.freeing = was_registered && tables_.holds_redirected(remote_window(adapter));
  if (adapter.freeing) return HcallStatus::resource;
  tables_.cut(remote_window(adapter));
  if (was_registered) tell_partner(adapter, TransportEvent::partner_deregistered);
  return HcallStatus::success;
}

HcallStatus CrqTransport::send(PartitionId caller, UnitAddress unit, std::uint64_t high, std::uint64_t low, SimTime& cost) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  const auto header = static_cast<std::uint8_t>(high >> 56);
  if ((header & kCrqCommand) == 0 || header == kCrqTransportEvent) return HcallStatus::parameter;
  const Adapter& adapter = adapters_[found];
  if (!open(adapter)) return HcallStatus::closed;
  Adapter& receiver = adapters_[adapter.partner];
  CrqElement element{};
  put_big_endian(std::span{element}.first(8), high);
  put_big_endian(std::span{element}.subspan(8), low);
  if (hooked_ && hooked_->concerns(found)) return hooked_->send(found, element, cost);
  if (room(receiver, receiver.queue, kElement, 1) == 0) return HcallStatus::dropped;
  put_element(receiver, element);
  return HcallStatus::success;
}

void CrqTransport::put_element(Adapter& receiver, const CrqElement& element) {
  put(receiver, receiver.queue, element);
  interrupts_.raise(receiver.queue.interrupt);
}

HcallStatus CrqTransport::enable(PartitionId caller, UnitAddress unit) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  if (!adapters_[found].pages_present) return HcallStatus::long_busy_10_ms;
  adapters_[found].enabled = true;
  return HcallStatus::success;
}

void CrqTransport::close(Queue& queue) {
  queue.length = 0;
  interrupts_.reset(queue.interrupt);
}

void CrqTransport::close(Adapter& adapter) {
  if (hooked_) hooked_->cut(adapter);
  close(adapter.queue);
  for (Queue& sub : adapter.subs) close(sub);
}

void CrqTransport::tell_partner(const Adapter& adapter, TransportEvent event) {
  post(adapters_[adapter.partner], event);
}

/// Over the last valid element if the queue is full.
void CrqTransport::post(Adapter& adapter, TransportEvent event) {
  Queue& queue = adapter.queue;
  if (!queue.registered()) return;
  if (room(adapter, queue, kElement, 1) == 0) queue.next = (queue.next == 0 ? queue.length : queue.next) - kElement;
  if (tables_.accessible(adapter.as_configured.liobn, queue.ioba + queue.next, kElement, kQueueAccess)) {
    const CrqElement element{kCrqTransportEvent, static_cast<std::uint8_t>(event)};
    put(adapter, queue, element);
  }
  interrupts_.raise(queue.interrupt);
}

/// How many of the next `wanted` elements are free; no queue is so short that they go round.
std::uint64_t CrqTransport::room(const Adapter& receiver, const Queue& queue, std::uint64_t element, std::uint64_t wanted) const {
  const Liobn liobn = receiver.as_configured.liobn;
  std::uint64_t at = queue.next;
  for (std::uint64_t free = 0; free < wanted; ++free) {
    const std::uint64_t place = queue.ioba + at;
    // The owner may have taken the translation away: then there is no room for anything.
    if (!tables_.accessible(liobn, place, element, kQueueAccess) || tables_.read(liobn, place, 1) != kCrqFree) return free;
    at = (at + element) % queue.length;
  }
  return wanted;
}

void CrqTransport::put(const Adapter& receiver, Queue& queue, std::span<const std::uint8_t> element) {
  tables_.write(receiver.as_configured.liobn, queue.ioba + queue.next, element);
  queue.next = (queue.next + element.size()) % queue.length;
}

void CrqTransport::partition_stopped(PartitionId partition, bool failed) {
  for (Adapter& adapter : adapters_) {
    if (adapter.partition != partition) continue;
    const bool was_registered = adapter.queue.registered() || adapter.freeing;
    close(adapter);
    adapter.freeing = false;
    adapter.pages_present = true;
    if (!linked(adapter)) continue;
    tables_.cut(remote_window(adapter));
    if (was_registered) tell_partner(adapter, failed ? TransportEvent::partner_failed : TransportEvent::partner_deregistered);
  }
}

void CrqTransport::transport_event(PartitionId partition, UnitAddress unit, TransportEvent event) {
  const std::uint32_t found = find(partition, unit);
  LPARSIM_CHECK(found != kNone, "partition {} has no adapter {:#x}", index(partition), static_cast<std::uint64_t>(unit));
  Adapter& adapter = adapters_[found];
  post(adapter, event);
  if (event != TransportEvent::partner_suspended && event != TransportEvent::device_failover) return;
  adapter.enabled = false;
  if (hooked_) hooked_->cut(adapter);
}

void CrqTransport::switch_partner(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers) {
  const std::uint32_t one = find(client, clients), other = find(server, servers);
  LPARSIM_CHECK(one != kNone && other != kNone && adapters_[other].partner == one, "adapter {:#x} is no partner of {:#x}",
                static_cast<std::uint64_t>(servers), static_cast<std::uint64_t>(clients));
  Adapter& adapter = adapters_[one];
  if (adapter.partner == other) return;
  Adapter& before = adapters_[adapter.partner];
  tables_.cut(remote_window(before));
  if (hooked_) hooked_->cut(adapter);
  if (adapter.queue.registered()) post(before, TransportEvent::partner_deregistered);
  adapter.partner = other;
  if (joined(adapter)) tables_.join(remote_window(adapter));
  if (adapter.queue.registered()) transport_event(client, clients, TransportEvent::device_failover);
}

VnicServerStatus CrqTransport::server_status(PartitionId partition, UnitAddress unit) const {
  const std::uint32_t found = find(partition, unit);
  LPARSIM_CHECK(found != kNone, "partition {} has no adapter {:#x}", index(partition), static_cast<std::uint64_t>(unit));
  return {adapters_[found].queue.registered(), adapters_[found].heartbeats};
}

std::uint64_t CrqTransport::elements_denied(PartitionId partition, UnitAddress unit) const {
  return hooked_ ? hooked_->denied(find(partition, unit)) : 0;
}
std::uint64_t CrqTransport::elements_held(PartitionId partition, UnitAddress unit) const {
  return hooked_ ? hooked_->held(find(partition, unit)) : 0;
}

void CrqTransport::set_pages_present(PartitionId partition, UnitAddress unit, bool present) {
  const std::uint32_t found = find(partition, unit);
  LPARSIM_CHECK(found != kNone, "partition {} has no adapter {:#x}", index(partition), static_cast<std::uint64_t>(unit));
  adapters_[found].pages_present = present;
}

}  // namespace lparsim::hypervisor

// CrqTransport: sub-CRQs, and H_VIOCTL.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "models/hypervisor/crq_transport.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kElement = std::tuple_size_v<SubCrqElement>;

/// Subfunctions of H_VIOCTL that there are for these adapters (LoPAR, "Semantics for H_VIOCTL subfunction parameter values").
enum class Subfunction : std::uint64_t {
  get_partner_info = 0x8,
  disable_all_vio_interrupts = 0xA,
  disable_vio_interrupt = 0xB,
  enable_vio_interrupt = 0xC,
  vnic_server_status = 0x18,
};

}  // namespace

HcallStatus CrqTransport::reg_sub(PartitionId caller, UnitAddress unit, std::uint64_t ioba, std::uint64_t length, std::uint64_t& number,
                                  std::uint64_t& interrupt) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  Adapter& adapter = adapters_[found];
  if (!can_hold_queue(adapter, ioba, length)) return HcallStatus::parameter;
  auto queue = std::find_if(adapter.subs.begin(), adapter.subs.end(), [](const Queue& sub) { return !sub.registered(); });
  if (queue == adapter.subs.end()) {
    if (adapter.subs.size() == kMostSubCrqs) return HcallStatus::resource;
    queue = adapter.subs.insert(queue, Queue{});
    queue->interrupt = interrupts_.add(caller);
  }
  *queue = {ioba, length, 0, queue->interrupt};
  for (std::uint64_t at = 0; at < length; at += kElement) tables_.write(adapter.as_configured.liobn, ioba + at, 1, kCrqFree);
  number = static_cast<std::uint64_t>(queue - adapter.subs.begin()) + 1;
  interrupt = queue->interrupt;
  return joined(adapter) ? HcallStatus::success : HcallStatus::closed;
}

HcallStatus CrqTransport::free_sub(PartitionId caller, UnitAddress unit, std::uint64_t number) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  std::vector<Queue>& subs = adapters_[found].subs;
  if (number == 0 || number > subs.size() || !subs[number - 1].registered()) return HcallStatus::parameter;
  close(subs[number - 1]);
  return HcallStatus::success;
}

CrqTransport::Queue* CrqTransport::sub_of_partner(const Adapter& sender, std::uint64_t number) {
  if (sender.partner == kNone) return nullptr;
  std::vector<Queue>& subs = adapters_[sender.partner].subs;
  return number == 0 || number > subs.size() || !subs[number - 1].registered() ? nullptr : &subs[number - 1];
}

HcallStatus CrqTransport::send_sub(PartitionId caller, UnitAddress unit, std::uint64_t number, std::span<const std::uint64_t, 4> message) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  const Adapter& adapter = adapters_[found];
  Queue* queue = sub_of_partner(adapter, number);
  if (queue == nullptr || message[0] >> 56 != kCrqCommand) return HcallStatus::parameter;
  if (!open(adapter)) return HcallStatus::closed;
  const Adapter& receiver = adapters_[adapter.partner];
  if (room(receiver, *queue, kElement, 1) == 0) return HcallStatus::dropped;
  SubCrqElement element{};
  for (std::size_t i = 0; i < message.size(); ++i) put_big_endian(std::span{element}.subspan(i * 8, 8), message[i]);
  put(receiver, *queue, element);
  interrupts_.raise(queue->interrupt);
  return HcallStatus::success;
}

HcallStatus CrqTransport::send_sub_indirect(PartitionId caller, UnitAddress unit, std::uint64_t number, std::uint64_t ioba,
                                            std::uint64_t count) {
  const std::uint32_t found = find(caller, unit);
  if (found == kNone) return HcallStatus::parameter;
  const Adapter& adapter = adapters_[found];
  Queue* queue = sub_of_partner(adapter, number);
  if (queue == nullptr || count == 0 || count > kMostIndirect ||
      !tables_.accessible(adapter.as_configured.liobn, ioba, count * kElement, kTceRead))
    return HcallStatus::parameter;
  if (!open(adapter)) return HcallStatus::closed;
  std::vector<std::uint8_t> elements(count * kElement);
  tables_.read(adapter.as_configured.liobn, ioba, elements);
  for (std::size_t at = 0; at < elements.size(); at += kElement) {
    if (elements[at] != kCrqCommand) return HcallStatus::parameter;
  }
  const Adapter& receiver = adapters_[adapter.partner];
  if (room(receiver, *queue, kElement, count) < count) return HcallStatus::dropped;
  for (std::size_t at = 0; at < elements.size(); at += kElement) put(receiver, *queue, std::span{elements}.subspan(at, kElement));
  interrupts_.raise(queue->interrupt);
  return HcallStatus::success;
}

HcallStatus CrqTransport::control(PartitionId caller, UnitAddress unit, std::span<std::uint64_t, 9> registers) {
  const auto function = static_cast<Subfunction>(registers[1]);
  const std::uint64_t parameter = registers[2];
  const bool others_are_zero = registers[3] == 0 && registers[4] == 0;
  const bool all_are_zero = parameter == 0 && others_are_zero;
  const std::uint32_t found = find(caller, unit);
  switch (function) {
    case Subfunction::get_partner_info:
      if (found == kNone || !others_are_zero) return HcallStatus::parameter;
      return partner_info(adapters_[found], parameter);
    case Subfunction::disable_all_vio_interrupts:
      if (found == kNone || !all_are_zero) return HcallStatus::parameter;
      interrupts_.disable(adapters_[found].queue.interrupt);
      for (const Queue& sub : adapters_[found].subs) interrupts_.disable(sub.interrupt);
      return HcallStatus::success;
    case Subfunction::disable_vio_interrupt:
    case Subfunction::enable_vio_interrupt:
      if (found == kNone || !others_are_zero) return HcallStatus::parameter;
      return switch_interrupt(adapters_[found], parameter, function == Subfunction::enable_vio_interrupt);
    case Subfunction::vnic_server_status:
      if (found == kNone || adapters_[found].as_configured.remote_liobn == Liobn{} || !others_are_zero) return HcallStatus::parameter;
      ++adapters_[found].heartbeats;
      return HcallStatus::success;
  }
  return HcallStatus::not_found;
}

HcallStatus CrqTransport::switch_interrupt(Adapter& adapter, std::uint64_t source, bool on) {
  const bool own = source == adapter.queue.interrupt || std::any_of(adapter.subs.begin(), adapter.subs.end(), [&](const Queue& sub) {
                     return sub.registered() && sub.interrupt == source;
                   });
  if (!own) return HcallStatus::parameter;
  const auto number = static_cast<std::uint32_t>(source);
  on ? interrupts_.enable(number) : interrupts_.disable(number);
  return HcallStatus::success;
}

/// Partition, unit address and location code (without the server's part) of the partner in a buffer: control byte 0, length of 3 bytes, bus
/// address of 4.
HcallStatus CrqTransport::partner_info(const Adapter& adapter, std::uint64_t descriptor) {
  const std::uint64_t length = descriptor >> 32 & 0xFF'FFFF;
  const std::uint64_t ioba = descriptor & 0xFFFF'FFFF;
  const Liobn liobn = adapter.as_configured.liobn;
  if (descriptor >> 56 != 0 || !tables_.accessible(liobn, ioba, length, kTceWrite)) return HcallStatus::parameter;
  if (adapter.partner == kNone) return HcallStatus::closed;
  const Adapter& partner = adapters_[adapter.partner];
  const auto unit = static_cast<std::uint64_t>(partner.as_configured.unit);
  const std::string location = fmt::format("V{}-C{}-T1", index(partner.partition) + 1, unit & 0xFFFF);
  std::vector<std::uint8_t> info(16 + location.size() + 1);
  put_big_endian(std::span{info}.first(8), index(partner.partition) + 1);
  put_big_endian(std::span{info}.subspan(8, 8), unit);
  std::copy(location.begin(), location.end(), info.begin() + 16);
  if (info.size() > length) return HcallStatus::constrained;
  info.resize(length);
  tables_.write(liobn, ioba, info);
  return HcallStatus::success;
}

}  // namespace lparsim::hypervisor

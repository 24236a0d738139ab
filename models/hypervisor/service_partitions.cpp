#include "models/hypervisor/service_partitions.hpp"

#include <lparsim/vsp.h>

#include <array>
#include <vector>

#include "models/hypervisor/partition_memory.hpp"
#include "models/hypervisor/vsp_port.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

HcallStatus status_of(std::int32_t status) {
  switch (status) {
    case LPARSIM_VSP_OK:
      return HcallStatus::success;
    case LPARSIM_VSP_FAULT:
      return HcallStatus::permission;
    case LPARSIM_VSP_STALE:
      return HcallStatus::rescinded;
    default:
      return HcallStatus::parameter;
  }
}

}  // namespace

ServicePartitions::ServicePartitions(const vsp::VspCosts& costs, VirtualIo& virtual_io, const DispatchClock& clock, Console& console,
                                     kernel::Calendar& calendar, vsp::ExchangeObserver* observer)
    : virtual_io_{virtual_io}, clock_{clock}, console_{console}, exchange_{costs, *this, calendar, observer} {}

std::uint32_t ServicePartitions::add(const vsp::VspConfig& vsp) {
  const std::size_t number = index(vsp.partition);
  if (channels_.size() <= number) channels_.resize(number + 1);
  LPARSIM_CHECK(channels_[number].interrupt == 0, "partition {} is two Virtual Service Partitions", number);
  channels_[number].interrupt = virtual_io_.add_channel(vsp.partition);
  exchange_.add(vsp);
  return channels_[number].interrupt;
}

ServicePartitions::Channel* ServicePartitions::channel(PartitionId partition) {
  if (index(partition) >= channels_.size() || channels_[index(partition)].interrupt == 0) return nullptr;
  return &channels_[index(partition)];
}

HcallStatus ServicePartitions::answer(PartitionId caller, HcallExtension& call, SimTime now) {
  if (!is_channel_call(call.call)) return HcallStatus::function;
  if (channel(caller) == nullptr) return HcallStatus::authority;
  if (call.call == Hcall::vsp_send) return send(caller, call, now);
  return call.call == Hcall::vsp_receive ? receive(caller, call, now) : copy(caller, call, now);
}

// What a message sets in motion may make calls of the same partition before this one returns: registers are read before, cost and results
// set after.
HcallStatus ServicePartitions::send(PartitionId caller, HcallExtension& call, SimTime now) {
  const std::uint64_t address = call.registers[0], length = call.registers[1];
  const PartitionMemory& memory = virtual_io_.memory(caller);
  if (length > vsp::Message::kMost || !memory.contains(address, length)) return HcallStatus::parameter;
  std::array<std::uint8_t, vsp::Message::kMost> bytes{};
  const std::span<std::uint8_t> message = std::span{bytes}.first(length);
  memory.read(address, message);
  SimTime cost;
  const HcallStatus status = status_of(exchange_.send(caller, message, cost, now));
  call.cost = cost;
  return status;
}

HcallStatus ServicePartitions::receive(PartitionId caller, HcallExtension& call, SimTime now) {
  const std::uint64_t address = call.registers[0], capacity = call.registers[1];
  PartitionMemory& memory = virtual_io_.memory(caller);
  if (capacity < vsp::Message::kMost || !memory.contains(address, capacity)) return HcallStatus::parameter;
  SimTime cost;
  const auto message = exchange_.receive(caller, cost, now);
  call.cost = cost;
  if (!message) return HcallStatus::not_found;
  memory.write(address, message->view());
  call.registers[0] = message->length;
  return HcallStatus::success;
}

HcallStatus ServicePartitions::copy(PartitionId caller, HcallExtension& call, SimTime now) {
  const auto [grant, offset, address, length, direction, r9, r10, r11, r12] = call.registers;
  PartitionMemory& memory = virtual_io_.memory(caller);
  if (length > kMostVspCopied || offset > 0xFFFF'FFFF || direction > kVspToGrant || !memory.contains(address, length))
    return HcallStatus::parameter;
  std::vector<std::uint8_t> bytes(length);
  const auto at = static_cast<std::uint32_t>(offset);
  SimTime cost;
  std::int32_t status = LPARSIM_VSP_OK;
  if (direction == kVspFromGrant) {
    status = exchange_.read(caller, grant, at, bytes, cost, now);
    if (status == LPARSIM_VSP_OK) memory.write(address, bytes);
  } else {
    memory.read(address, bytes);
    status = exchange_.write(caller, grant, at, bytes, cost, now);
  }
  call.cost = cost;
  return status_of(status);
}

void ServicePartitions::started(PartitionId partition, SimTime now) {
  if (Channel* const its = channel(partition)) its->up = its->rang = false;
  exchange_.started(partition, now);
}

void ServicePartitions::up(PartitionId partition) {
  Channel* const its = channel(partition);
  if (its == nullptr) return;
  its->up = true;
  virtual_io_.enable_channel(its->interrupt, true);
  if (its->rang) virtual_io_.ring(its->interrupt);
}

void ServicePartitions::stopped(PartitionId partition, bool failed, SimTime now) {
  if (Channel* const its = channel(partition)) {
    its->up = false;
    virtual_io_.enable_channel(its->interrupt, false);
  }
  exchange_.stopped(partition, failed, now);
}

void ServicePartitions::ring(PartitionId vsp, SimTime) {
  Channel* const its = channel(vsp);
  its->rang = true;
  if (its->up) virtual_io_.ring(its->interrupt);
}

bool ServicePartitions::read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const {
  const PartitionMemory& memory = virtual_io_.memory(owner);
  if (!memory.contains(address, bytes.size())) return false;
  memory.read(address, bytes);
  return true;
}

bool ServicePartitions::write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) {
  PartitionMemory& memory = virtual_io_.memory(owner);
  if (!memory.contains(address, bytes.size())) return false;
  memory.write(address, bytes);
  return true;
}

}  // namespace lparsim::hypervisor

#include "models/hypervisor/vsp_port.hpp"

#include <lparsim/vsp.h>

#include <algorithm>
#include <utility>

#include "models/hypervisor/io_page.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

std::int32_t status_of(HcallStatus status) {
  switch (status) {
    case HcallStatus::success:
      return LPARSIM_VSP_OK;
    case HcallStatus::permission:
      return LPARSIM_VSP_FAULT;
    case HcallStatus::rescinded:
      return LPARSIM_VSP_STALE;
    default:
      return LPARSIM_VSP_INVALID;
  }
}

}  // namespace

VspPort::VspPort(VirtualIo& virtual_io, PartitionId partition, std::uint32_t interrupt)
    : virtual_io_{virtual_io},
      partition_{partition},
      interrupt_{interrupt},
      message_{virtual_io.allocate(partition, 1)},
      data_{virtual_io.allocate(partition, static_cast<std::uint32_t>(kMostVspCopied / kIoPage))} {}

HcallExtension& VspPort::call(Hcall which, std::initializer_list<std::uint64_t> arguments) {
  HcallExtension& result = port_->call(0, which, arguments, false);
  cost_ += result.cost;
  return result;
}

std::int32_t VspPort::send(std::span<const std::uint8_t> message, SimTime) {
  if (message.size() > vsp::Message::kMost) return LPARSIM_VSP_INVALID;
  virtual_io_.memory(partition_).write(message_, message);
  return status_of(call(Hcall::vsp_send, {message_, message.size()}).status);
}

std::optional<vsp::Message> VspPort::receive(SimTime) {
  const HcallExtension& result = call(Hcall::vsp_receive, {message_, vsp::Message::kMost});
  if (result.status == HcallStatus::not_found) {
    call(Hcall::eoi, {interrupt_});
    return std::nullopt;
  }
  LPARSIM_CHECK(result.status == HcallStatus::success, "H_VSP_RECEIVE answers {}", static_cast<std::int64_t>(result.status));
  vsp::Message message;
  message.length = static_cast<std::uint32_t>(result.registers[0]);
  virtual_io_.memory(partition_).read(message_, std::span{message.bytes}.first(message.length));
  return message;
}

std::int32_t VspPort::copy(std::uint64_t grant, std::uint64_t offset, std::uint64_t length, std::uint64_t direction) {
  return status_of(call(Hcall::vsp_copy, {grant, offset, data_, length, direction}).status);
}

std::int32_t VspPort::read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime) {
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t length = std::min<std::size_t>(bytes.size() - done, kMostVspCopied);
    if (const std::int32_t status = copy(grant, offset + done, length, kVspFromGrant); status != LPARSIM_VSP_OK) return status;
    virtual_io_.memory(partition_).read(data_, bytes.subspan(done, length));
    done += length;
  }
  return LPARSIM_VSP_OK;
}

std::int32_t VspPort::write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime) {
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t length = std::min<std::size_t>(bytes.size() - done, kMostVspCopied);
    virtual_io_.memory(partition_).write(data_, bytes.subspan(done, length));
    if (const std::int32_t status = copy(grant, offset + done, length, kVspToGrant); status != LPARSIM_VSP_OK) return status;
    done += length;
  }
  return LPARSIM_VSP_OK;
}

SimTime VspPort::take_cost() {
  return std::exchange(cost_, {});
}

}  // namespace lparsim::hypervisor

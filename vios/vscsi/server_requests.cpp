#include <algorithm>
#include <array>

#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

using hypervisor::HcallStatus;
using hypervisor::ScsiOperation;
using hypervisor::SrpCommand;
using hypervisor::SrpDescriptor;

namespace {

// ibmvscsi_tgt: MAX_H_COPY_RDMA; the least value that `ibm,max-virtual-dma-size` may have (LoPAR).
constexpr std::uint64_t kLongestCopy = 128 * 1024;

}  // namespace

std::optional<SimTime> VscsiServer::State::receive(std::uint32_t number, SimTime now) {
  Request& request = requests[number];
  Adapter& adapter = adapters[request.adapter];
  const hypervisor::VscsiElement& element = request.arrival.element;
  calls.take_cost();
  std::array<std::uint8_t, hypervisor::kSrpLongestIu> unit{};
  const std::span<std::uint8_t> bytes = std::span{unit}.first(element.length);
  const bool understood = calls.copy_rdma(element.length, adapter.config.remote_liobn, element.data, adapter.config.liobn, adapter.unit) ==
                              HcallStatus::success &&
                          (adapter.area.read(adapter.unit, bytes), understand(request, number, bytes, now));
  if (!understood) {
    close_queue(request.adapter, now);
    return std::nullopt;
  }
  seen(request, now);
  const SimTime spent = calls.take_cost();
  if (!request.data) {
    request.step = Step::answer;
    return rest(time(config.costs.management, request), spent);
  }
  ++counts.requests;
  request.step = Step::start;
  SimTime copied;
  if (request.copied && request.write) {
    if (!copy_data(request)) {
      close_queue(request.adapter, now);
      return std::nullopt;
    }
    copied = calls.take_cost();
    request.own = copied;
    request.step = Step::copy_in;
  }
  const RequestCosts& costs = config.costs.of(request.copied, request.write);
  SimTime budget = time(costs.receive, request);
  if (!request.copied || request.write) budget += time(cost_of_pages(costs, request.pages).path, request);
  return rest(std::max(budget - copied, SimTime{}), spent);
}

void VscsiServer::State::seen(Request& request, SimTime now) {
  const io::RequestTag tag{request.tag};
  const Arrival& arrival = request.arrival;
  const SimTime clock = host->undispatched(now);
  ledger.enter(tag, io::Stage::vios_processing, arrival.seen, io::Stage::vios_dispatch, arrival.waited);
  ledger.enter(tag, io::Stage::vios_queue, arrival.handed, io::Stage::vios_dispatch, arrival.handled);
  ledger.enter(tag, io::Stage::vios_processing, now, io::Stage::vios_dispatch, clock - arrival.clock);
  request.clock = clock;
}

bool VscsiServer::State::understand(Request& request, std::uint32_t number, std::span<const std::uint8_t> bytes, SimTime now) {
  if (request.arrival.element.format == hypervisor::VscsiFormat::mad) {
    const auto datagram = hypervisor::decode_mad(bytes);
    return datagram && mad(request, *datagram);
  }
  const auto unit = hypervisor::decode_srp(bytes);
  if (!unit) return false;
  if (const auto* request_for_login = std::get_if<hypervisor::SrpLoginRequest>(&*unit)) {
    return login(request, *request_for_login);
  }
  if (!adapters[request.adapter].logged_in) return false;
  if (const auto* management = std::get_if<hypervisor::SrpTaskManagement>(&*unit)) {
    return task(request, *management, now);
  }
  const auto* command = std::get_if<SrpCommand>(&*unit);
  if (command == nullptr) return false;
  request.tag = command->tag;
  request.response.tag = command->tag;
  const auto scsi = hypervisor::decode_cdb(command->cdb);
  if (!scsi) {
    refuse(request, {5, 0x20, 0});  // invalid command
  } else if (scsi->operation != ScsiOperation::read && scsi->operation != ScsiOperation::write) {
    return inquire(request, *command, *scsi);
  } else if (transfer(request, *command, *scsi)) {
    if (!find_ranges(request, *command)) return false;
    return request.copied || map_ranges(request, number);
  }
  return reply(request, request.response);
}

bool VscsiServer::State::transfer(Request& request, const SrpCommand& unit, const hypervisor::ScsiRequest& scsi) {
  const Adapter& adapter = adapters[request.adapter];
  const auto lun = hypervisor::lun_number(unit.lun);
  if (!lun || *lun >= adapter.luns.size()) {
    refuse(request, {5, 0x25, 0});  // logical unit not supported
    return false;
  }
  request.lun = *lun;
  request.size = Bytes{std::uint64_t{scsi.blocks} * hypervisor::kScsiBlock};
  request.block = scsi.block;
  const Lun& backing = adapter.luns[*lun];
  const std::uint64_t blocks = backing.size.count / hypervisor::kScsiBlock;
  if (scsi.block > blocks || scsi.blocks > blocks - scsi.block) {
    refuse(request, {5, 0x21, 0});  // block out of range
    return false;
  }
  const bool write = scsi.operation == ScsiOperation::write;
  const auto direction = write ? hypervisor::SrpDirection::to_disk : hypervisor::SrpDirection::to_client;
  if (request.size > adapter.told_maximum || request.size.count == 0 || unit.direction != direction) {
    refuse(request, {5, 0x24, 0});  // invalid field in the command
    return false;
  }
  request.data = true;
  request.operation = unit.cdb[0];
  request.write = write;
  request.copied = backing.backing.kind != BackingKind::physical_volume;
  request.pages = static_cast<std::uint32_t>((request.size.count + kIoPage - 1) / kIoPage);
  return true;
}

bool VscsiServer::State::find_ranges(Request& request, const SrpCommand& unit) {
  Adapter& adapter = adapters[request.adapter];
  std::uint64_t total = 0;
  const auto add = [&](const SrpDescriptor& descriptor) {
    total += descriptor.length;
    auto& ranges = request.ranges;
    if (!ranges.empty() && ranges.back().address + ranges.back().length == descriptor.address) {
      ranges.back().length += descriptor.length;
    } else {
      ranges.push_back({descriptor.address, descriptor.length});
    }
  };
  if (unit.external()) {
    const std::uint32_t length = unit.table.length;
    if (length > hypervisor::DmaArea::kPage || length % SrpDescriptor::kLength != 0) return false;
    if (calls.copy_rdma(length, adapter.config.remote_liobn, unit.table.address, adapter.config.liobn, adapter.list) !=
        HcallStatus::success) {
      return false;
    }
    for (std::uint64_t at = 0; at < length; at += SrpDescriptor::kLength) {
      std::array<std::uint8_t, SrpDescriptor::kLength> bytes{};
      adapter.area.read(adapter.list + at, bytes);
      add(hypervisor::decode_descriptor(bytes));
    }
  } else {
    for (std::uint32_t i = 0; i < unit.count; ++i) add(unit.descriptors[i]);
  }
  return total == request.size.count;
}

bool VscsiServer::State::map_ranges(Request& request, std::uint32_t number) {
  const Adapter& adapter = adapters[request.adapter];
  std::uint64_t at = number * (config.maximum_transfer.count + kIoPage);
  for (const Request::Range& range : request.ranges) {
    const std::uint64_t first = range.address / kIoPage;
    const std::uint64_t pages = (range.address + range.length + kIoPage - 1) / kIoPage - first;
    const HcallStatus status = calls.put_rtce(adapter.config.remote_liobn, first * kIoPage, disk_of(request).window, at, pages);
    if (status == HcallStatus::resource || status == HcallStatus::parameter) {
      // A page that is mapped for another request already, or no room in the disk's window: this one is copied. The call may have mapped
      // the pages before it.
      for (std::uint64_t page = 0; page < pages; ++page) {
        const std::uint64_t offset = page * kIoPage;
        calls.remove_rtce(adapter.config.remote_liobn, first * kIoPage + offset, disk_of(request).window, at + offset, 1);
      }
      unmap_ranges(request, number);
      request.copied = true;
      return true;
    }
    if (status != HcallStatus::success) return false;
    ++request.mapped;
    at += pages * kIoPage;
  }
  return true;
}

void VscsiServer::State::unmap_ranges(Request& request, std::uint32_t number) {
  const Adapter& adapter = adapters[request.adapter];
  std::uint64_t at = number * (config.maximum_transfer.count + kIoPage);
  for (std::uint32_t i = 0; i < request.mapped; ++i) {
    const Request::Range& range = request.ranges[i];
    const std::uint64_t first = range.address / kIoPage;
    const std::uint64_t pages = (range.address + range.length + kIoPage - 1) / kIoPage - first;
    calls.remove_rtce(adapter.config.remote_liobn, first * kIoPage, disk_of(request).window, at, pages);
    at += pages * kIoPage;
  }
  request.mapped = 0;
}

bool VscsiServer::State::copy_data(Request& request) {
  const Adapter& adapter = adapters[request.adapter];
  std::uint64_t staged = 0;
  for (const Request::Range& range : request.ranges) {
    for (std::uint64_t done = 0; done < range.length;) {
      const std::uint64_t length = std::min(range.length - done, kLongestCopy);
      const std::uint64_t here = adapter.staging + staged;
      const std::uint64_t there = range.address + done;
      const HcallStatus status = request.write ? calls.copy_rdma(length, adapter.config.remote_liobn, there, adapter.config.liobn, here)
                                               : calls.copy_rdma(length, adapter.config.liobn, here, adapter.config.remote_liobn, there);
      if (status != HcallStatus::success) return false;
      done += length;
      staged += length;
    }
  }
  return true;
}

}  // namespace lparsim::vscsi

// Commands on their way through the virtual Fibre Channel server.
#include <algorithm>
#include <utility>

#include "vios/npiv/vfc_server_state.hpp"

namespace lparsim::npiv {

using namespace hypervisor;

namespace {

constexpr std::uint64_t kPage = DmaArea::kPage;

void fail(VfcCommand& unit, std::uint16_t status, std::uint16_t error) {
  unit.status = status;
  unit.error = error;
}
void check_condition(VfcCommand& unit, FcpResponse& response, ScsiSense sense) {
  fail(unit, vfc_status::kFcScsiError, 0);
  response.scsi_status = kScsiCheckCondition;
  response.sense = sense;
}
constexpr ScsiSense kMediumError{3, 0x11, 0};
constexpr ScsiSense kIllegalRequest{5, 0x20, 0};
constexpr ScsiSense kNoSuchLun{5, 0x25, 0};
constexpr ScsiSense kOutOfRange{5, 0x21, 0};

}  // namespace

// False where nothing can be made of it: its client is not answered.
bool VfcServer::State::receive(Worker& worker, Adapter& adapter, const Work& work, std::uint64_t ioba, SimTime now) {
  if (adapter.free.empty()) return false;
  const std::uint32_t slot = adapter.free.back();
  const std::uint64_t own = adapter.units + std::uint64_t{slot} * VfcCommand::kLength;
  if (!fetch(adapter, ioba, VfcCommand::kLength, own)) return false;
  VfcCommandBytes bytes{};
  adapter.area.read(own, bytes);
  const auto unit = decode_vfc_command(bytes);
  if (!unit) return false;
  adapter.free.pop_back();
  Command& command = adapter.commands[slot];
  command = {.used = true, .unit = *unit, .unit_ioba = ioba, .tag = io::RequestTag{unit->correlation}};
  command.undispatched = host_->undispatched(now);
  ledger_.enter(command.tag, io::Stage::vios_processing, now, io::Stage::vios_dispatch, command.undispatched - work.undispatched);
  ++counts_.commands;
  examine(adapter, command);
  if (command.device == nullptr) write_answer(adapter, command);
  worker.slot = slot;
  worker.then = command.device != nullptr ? Then::submit : Then::answer;
  return true;
}

// Reads and writes get a device; all else is answered here. (Really the storage answers what is not data, too.)
void VfcServer::State::examine(Adapter& adapter, Command& command) {
  VfcCommand& unit = command.unit;
  const VfcSession::Target* target = adapter.session.logged_into(unit.target);
  if (target == nullptr) return fail(unit, vfc_status::kViosFailure, vfc_error::kLoginRequired);
  const auto request = decode_cdb(unit.cdb);
  io::BlockDevice* const device = VfcSession::lun(*target, unit.lun);
  if (request && request->operation == ScsiOperation::report_luns) {
    std::vector<std::uint64_t> luns;
    for (std::uint32_t i = 0; i < target->luns.size(); ++i) luns.push_back(fc_lun(i));
    return reply(adapter, command, report_luns_data(luns));
  }
  if (device == nullptr) return check_condition(unit, command.response, kNoSuchLun);
  if (!device->reachable()) return fail(unit, vfc_status::kFabricMapped, vfc_error::kLinkDown);
  if (!request) return check_condition(unit, command.response, kIllegalRequest);
  switch (request->operation) {
    case ScsiOperation::read_capacity:
      return reply(adapter, command, read_capacity_data(device->capacity(), request->long_form));
    case ScsiOperation::inquiry:
      return reply(adapter, command, inquiry_data("LPARSIM", "FC disk"));
    case ScsiOperation::read:
    case ScsiOperation::write:
      break;
    default:
      return;
  }
  const std::uint64_t size = std::uint64_t{request->blocks} * kScsiBlock;
  const std::uint64_t blocks = device->capacity().count / kScsiBlock;
  if (request->blocks > blocks || request->block > blocks - request->blocks) return check_condition(unit, command.response, kOutOfRange);
  if (size > config_.maximum_dma.count || size > unit.data.length || !map(adapter, command)) {
    return fail(unit, vfc_status::kViosFailure, vfc_error::kInvalidParameter);
  }
  command.device = device;
}

void VfcServer::State::reply(Adapter& adapter, Command& command, std::span<const std::uint8_t> data) {
  const std::size_t length = std::min<std::size_t>(data.size(), command.unit.data.length);
  if (!put(adapter, data.first(length), command.unit.data.address)) {
    fail(command.unit, vfc_status::kViosFailure, vfc_error::kInvalidParameter);
  }
}

// The port reaches the client's pages at a place in its own window that is this command's alone.
bool VfcServer::State::map(Adapter& adapter, Command& command) {
  Port& port = ports_[adapter.port];
  const std::uint64_t first = command.unit.data.address / kPage;
  const std::uint64_t last = (command.unit.data.address + command.unit.data.length - 1) / kPage;
  if (last - first >= region_pages()) return false;
  if (port.free_regions.empty()) port.free_regions.push_back(port.regions++);
  command.region = port.free_regions.back();
  const auto pages = static_cast<std::uint32_t>(last - first + 1);
  const std::uint64_t at = command.region * region_pages() * kPage;
  const Liobn remote = adapter.queue.adapter().remote_liobn;
  if (calls_.put_rtce(remote, first * kPage, port.window, at, pages) != HcallStatus::success) {
    // The call may have mapped the pages before the one that it failed on.
    calls_.remove_rtce(remote, first * kPage, port.window, at, pages);
    return false;
  }
  port.free_regions.pop_back();
  command.pages = pages;
  command.mapped = true;
  return true;
}

// Its place in the window stays the command's.
void VfcServer::State::unmap(Adapter& adapter, Command& command) {
  const bool mapped = std::exchange(command.mapped, false);
  // Of a server that has stopped the hypervisor has taken all pages back.
  if (!mapped || !active_) return;
  const std::uint64_t first = command.unit.data.address / kPage * kPage;
  const std::uint64_t at = command.region * region_pages() * kPage;
  calls_.remove_rtce(adapter.queue.adapter().remote_liobn, first, ports_[adapter.port].window, at, command.pages);
}

void VfcServer::State::submit(Adapter& adapter, std::uint32_t slot, SimTime now) {
  Command& command = adapter.commands[slot];
  const auto request = decode_cdb(command.unit.cdb);
  ledger_.enter(command.tag, io::Stage::device, now, io::Stage::vios_dispatch, host_->undispatched(now) - command.undispatched);
  command.at_device = true;
  const bool write = request->operation == ScsiOperation::write;
  command.device->submit({command.tag, slot, write, request->block, {std::uint64_t{request->blocks} * kScsiBlock}}, adapter, now);
}

void VfcServer::State::device_ended(Adapter& adapter, std::uint32_t slot, io::BlockStatus status, SimTime now) {
  Command& command = adapter.commands[slot];
  command.at_device = false;
  if (command.gone) return release(adapter, slot);
  ledger_.enter(command.tag, io::Stage::vios_queue, now);
  command.undispatched = host_->undispatched(now);
  add_work({.kind = WorkKind::completion, .adapter = adapter.number, .epoch = adapter.epoch, .slot = slot, .status = status}, now);
}

void VfcServer::State::complete(Worker& worker, Adapter& adapter, const Work& work, SimTime now) {
  Command& command = adapter.commands[work.slot];
  const SimTime undispatched = host_->undispatched(now);
  ledger_.enter(command.tag, io::Stage::vios_processing, now, io::Stage::vios_dispatch, undispatched - command.undispatched);
  command.undispatched = undispatched;
  switch (work.status) {
    case io::BlockStatus::good:
      break;
    case io::BlockStatus::medium_error:
      check_condition(command.unit, command.response, kMediumError);
      break;
    case io::BlockStatus::queue_full:
      fail(command.unit, vfc_status::kViosFailure, vfc_error::kInsufficientResource);
      break;
    case io::BlockStatus::unreachable:
      fail(command.unit, vfc_status::kFabricMapped, vfc_error::kTransportFault);
      break;
    case io::BlockStatus::aborted:
      fail(command.unit, vfc_status::kViosFailure, vfc_error::kTransactionCancelled);
      break;
  }
  write_answer(adapter, command);
  worker.slot = work.slot;
  worker.then = Then::answer;
}

// The answer lies in the client's memory before its element says so. Status and error, which the client has left 0, are written only where
// they are not.
void VfcServer::State::write_answer(Adapter& adapter, const Command& command) {
  put(adapter, encode(command.response), command.unit.response.address);
  if (command.unit.status == 0) return;
  constexpr std::size_t kStatus = 24;
  const VfcCommandBytes bytes = encode(command.unit);
  put(adapter, std::span{bytes}.subspan(kStatus, 4), command.unit_ioba + kStatus);
}

void VfcServer::State::answer(Adapter& adapter, std::uint32_t slot, SimTime now) {
  Command& command = adapter.commands[slot];
  ledger_.enter(command.tag, io::Stage::transport, now, io::Stage::vios_dispatch, host_->undispatched(now) - command.undispatched);
  adapter.queue.send(encode(VfcElement{VfcFormat::command, command.unit.tag}));
  ++counts_.responses;
  release(adapter, slot);
}

void VfcServer::State::release(Adapter& adapter, std::uint32_t slot) {
  Command& command = adapter.commands[slot];
  unmap(adapter, command);
  if (command.pages > 0) ports_[adapter.port].free_regions.push_back(command.region);
  command = {};
  adapter.free.push_back(slot);
}

// The connection is no more: work on it is void, and what the device has is given up.
void VfcServer::State::drop_commands(Adapter& adapter, SimTime now) {
  ++adapter.epoch;
  for (std::uint32_t slot = 0; slot < adapter.commands.size(); ++slot) {
    Command& command = adapter.commands[slot];
    if (!command.used || command.gone) continue;
    ++counts_.dropped;
    command.gone = true;
    // At once: its client may use the pages for the next connection before the device has ended this.
    unmap(adapter, command);
    if (command.at_device) {
      command.device->abort(slot, adapter, now);
    } else {
      release(adapter, slot);
    }
  }
}

}  // namespace lparsim::npiv

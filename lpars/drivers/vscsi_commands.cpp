#include <algorithm>

#include "lpars/drivers/vscsi_client_state.hpp"
#include "sim/base/check.hpp"

namespace lparsim::drivers {

using hypervisor::DmaArea;
using hypervisor::HcallStatus;
using hypervisor::ScsiOperation;
using hypervisor::SrpDescriptor;

namespace {

/// MAX_INDIRECT_BUFS of Linux's ibmvscsi: so many descriptors travel inside a request.
constexpr std::uint64_t kInlineDescriptors = 10;
constexpr std::uint8_t kTaskDone = 0;

io::BlockStatus status_of(const hypervisor::SrpResponse& response) {
  if (response.status == hypervisor::kScsiGood) return io::BlockStatus::good;
  if (!response.sense) return io::BlockStatus::queue_full;
  constexpr std::uint8_t kInternalTargetFailure = 0x44;
  switch (response.sense->key) {
    case 2:  // not ready
      return io::BlockStatus::unreachable;
    case 4:  // hardware error; another path leads to the same target (Linux: DID_TARGET_FAILURE is no path's fault)
      return response.sense->code == kInternalTargetFailure ? io::BlockStatus::medium_error : io::BlockStatus::unreachable;
    case 0xB:  // aborted command
      return io::BlockStatus::aborted;
    default:
      return io::BlockStatus::medium_error;
  }
}

}  // namespace

bool VscsiClient::State::Lun::submit(const io::BlockCommand& command, SimTime now) {
  return up() && state_.accept({Kind::transfer, number_, command}, now);
}

bool VscsiClient::State::Lun::probe(std::uint32_t number, SimTime now) {
  Command command{Kind::probe, number_, {}};
  command.block.number = number;
  return up() && state_.accept(command, now);
}

void VscsiClient::State::Lun::abort(std::uint32_t number, SimTime now) {
  const auto is_meant = [&](const Command& command) {
    return command.lun == number_ && command.block.number == number && command.kind == Kind::transfer;
  };
  auto& pending = state_.pending;
  if (const auto found = std::find_if(pending.begin(), pending.end(), is_meant); found != pending.end()) {
    const Command command = *found;
    pending.erase(found);
    state_.end_soon(command, io::BlockStatus::aborted, now);
    return;
  }
  for (std::uint32_t slot = 0; slot < state_.slot_count; ++slot) {
    const Slot& other = state_.slots[slot];
    if (other.used && !other.aborting && is_meant(other.command)) return state_.abort(slot, now);
  }
}

bool VscsiClient::State::accept(const Command& command, SimTime now) {
  pending.push_back(command);
  ledger.enter(command.block.tag, recovering ? io::Stage::recovery : io::Stage::client_queue, now);
  start_pending(now);
  return true;
}

void VscsiClient::State::start_pending(SimTime now) {
  while (link == Link::ready && !pending.empty() && credits > kept && free_slots.size() > kKept) {
    if (!send(pending.front(), 0, now)) return;
    pending.pop_front();
  }
}

bool VscsiClient::State::send(const Command& command, std::uint64_t victim, SimTime now) {
  const std::uint32_t number = free_slots.back();
  Slot& slot = slots[number];
  slot.command = command;
  slot.victim = victim;
  slot.aborting = false;
  slot.sent = now;
  slot.tag = static_cast<std::uint64_t>(command.block.tag);
  if (slot.tag == 0) slot.tag = kPrivateTag | ++next_tag;
  hypervisor::SrpIu unit;
  const std::size_t length = describe(slot, number, unit);
  area.write(unit_at(number), std::span{unit}.first(length));
  hypervisor::VscsiElement element;
  element.length = static_cast<std::uint16_t>(length);
  element.data = unit_at(number);
  // H_Closed: the event that says so is on its way, and takes the command back.
  if (queue.send(encode(element)) == HcallStatus::dropped) return false;
  free_slots.pop_back();
  slot.used = true;
  by_tag.emplace(slot.tag, number);
  --credits;
  ++counts.commands;
  if (is_task(command.kind)) ++tasks;
  ledger.enter(command.block.tag, io::Stage::transport, now);
  arm_watch(now);
  return true;
}

std::size_t VscsiClient::State::describe(const Slot& slot, std::uint32_t number, hypervisor::SrpIu& unit) {
  const Command& command = slot.command;
  const std::uint64_t lun = hypervisor::scsi_lun(command.lun);
  if (is_task(command.kind)) {
    const auto function = command.kind == Kind::abort ? hypervisor::SrpTask::abort_task : hypervisor::SrpTask::lun_reset;
    return encode(hypervisor::SrpTaskManagement{slot.tag, lun, function, slot.victim}, unit);
  }
  hypervisor::SrpCommand request;
  request.tag = slot.tag;
  request.lun = lun;
  if (command.kind == Kind::probe) {
    request.cdb = encode(hypervisor::ScsiRequest{ScsiOperation::test_unit_ready});
  } else {
    describe_data(command, number, request);
  }
  return encode(request, unit);
}

void VscsiClient::State::describe_data(const Command& command, std::uint32_t number, hypervisor::SrpCommand& request) {
  const io::BlockCommand& block = command.block;
  const std::uint64_t pages = (block.size.count + DmaArea::kPage - 1) / DmaArea::kPage;
  request.cdb = encode(hypervisor::ScsiRequest{block.write ? ScsiOperation::write : ScsiOperation::read, block.block,
                                               static_cast<std::uint32_t>(block.size.count / hypervisor::kScsiBlock)});
  request.direction = block.write ? hypervisor::SrpDirection::to_disk : hypervisor::SrpDirection::to_client;
  request.format = pages == 1 ? hypervisor::SrpFormat::direct : hypervisor::SrpFormat::indirect;
  request.count = static_cast<std::uint8_t>(std::min(pages, kInlineDescriptors));
  request.data_length = static_cast<std::uint32_t>(block.size.count);
  request.table = {list_at(number), 0, static_cast<std::uint32_t>(pages * SrpDescriptor::kLength)};
  map_buffer(number, pages);
  for (std::uint64_t page = 0; page < pages; ++page) {
    const std::uint64_t at = page * DmaArea::kPage;
    const auto length = static_cast<std::uint32_t>(std::min(DmaArea::kPage, block.size.count - at));
    const SrpDescriptor descriptor{buffer_at(number) + at, 0, length};
    if (page < kInlineDescriptors) request.descriptors[page] = descriptor;
    if (pages <= kInlineDescriptors) continue;
    std::array<std::uint8_t, SrpDescriptor::kLength> bytes{};
    encode(descriptor, bytes);
    area.write(list_at(number) + page * SrpDescriptor::kLength, bytes);
  }
}

void VscsiClient::State::map_buffer(std::uint32_t number, std::uint64_t pages) {
  // A slot's pages stay in the window: nothing is mapped for a request once the slot was used for one as long.
  for (std::uint32_t& page = slots[number].mapped; page < pages; ++page) {
    const std::uint64_t at = page * DmaArea::kPage;
    const HcallStatus status =
        calls.put_tce(config.adapter.liobn, buffer_at(number) + at, (buffer_memory + at) | hypervisor::kTceRead | hypervisor::kTceWrite);
    LPARSIM_CHECK(status == HcallStatus::success, "H_PUT_TCE answers {}", static_cast<std::int64_t>(status));
  }
}

void VscsiClient::State::answered(const Arrival& arrival, SimTime now) {
  if (arrival.element.data == management_tag) return step_done(arrival, now);
  const auto found = by_tag.find(arrival.element.data);
  // Of a command that was taken back or aborted meanwhile.
  if (found == by_tag.end() || arrival.element.length > hypervisor::kSrpLongestIu) return;
  const std::uint32_t number = found->second;
  hypervisor::SrpIu bytes{};
  const auto unit = std::span{bytes}.first(arrival.element.length);
  area.read(unit_at(number), unit);
  const auto decoded = hypervisor::decode_srp(unit);
  const auto* response = decoded ? std::get_if<hypervisor::SrpResponse>(&*decoded) : nullptr;
  if (response == nullptr) return reset(now);
  credits += response->limit_delta;
  const Slot slot = slots[number];
  release(number);
  if (is_task(slot.command.kind)) {
    task_ended(slot, response->task_result == kTaskDone, now);
  } else {
    ++counts.responses;
    end(slot.command, status_of(*response), now);
  }
  start_pending(now);
}

void VscsiClient::State::end(const Command& command, io::BlockStatus status, SimTime now) {
  if (status == io::BlockStatus::unreachable) {
    ++counts.failed;
    ledger.enter(command.block.tag, io::Stage::recovery, now);
  }
  if (status == io::BlockStatus::aborted) ++counts.aborted;
  luns[command.lun].client().path_ended(command.block.number, status, now);
}

void VscsiClient::State::end_soon(const Command& command, io::BlockStatus status, SimTime now) {
  ends.emplace_back(command, status);
  wake_handler(system::Cause::thread, now);
}

void VscsiClient::State::release(std::uint32_t number) {
  if (is_task(slots[number].command.kind)) --tasks;
  by_tag.erase(slots[number].tag);
  slots[number].used = false;
  free_slots.push_back(number);
}

}  // namespace lparsim::drivers

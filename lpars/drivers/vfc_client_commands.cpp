// Commands of a virtual Fibre Channel client.
#include <algorithm>

#include "lpars/drivers/vfc_client_state.hpp"

namespace lparsim::drivers {

using namespace hypervisor;

namespace {

constexpr std::uint64_t kPage = DmaArea::kPage;
constexpr std::uint8_t kMediumErrorKey = 3;
constexpr std::uint8_t kIllegalRequestKey = 5;

}  // namespace

bool VfcClient::State::submit(const Request& request, SimTime now) {
  if (!request.path->up()) return false;
  const bool room = request.path->waits == 0 && !free_slots.empty() && request.path->under_way < config.commands_per_lun;
  bool taken = true;
  if (room) {
    taken = send(request, now);
  } else {
    ledger.enter(request.command.tag, io::Stage::client_queue, now);
    waiting.push_back(request);
    ++request.path->waits;
  }
  // What its thread has computed contains the calls.
  if (!in_handler) calls.take_cost();
  return taken;
}

bool VfcClient::State::send(const Request& request, SimTime now) {
  const std::uint32_t slot = free_slots.back();
  const io::BlockCommand& wanted = request.command;
  VfcCommand command{.tag = tag_of(slot),
                     .correlation = static_cast<std::uint64_t>(wanted.tag),
                     .cancel_key = request.path->number + 1,
                     .target = request.path->scsi_id,
                     .flags = vfc_flag::kNoMemory,
                     .response = {unit_of(slot) + VfcCommand::kResponseOffset, 0, FcpResponse::kLength},
                     .lun = fc_lun(request.path->number),
                     .cdb = encode(ScsiRequest{})};
  if (!request.probe) {
    const auto length = static_cast<std::uint32_t>(wanted.size.count);
    map_data(slot, wanted.size);
    command.flags = wanted.write ? vfc_flag::kWrite : vfc_flag::kRead;
    command.data = {data_of(slot), 0, length};
    command.transfer = length;
    command.cdb = encode(ScsiRequest{.operation = wanted.write ? ScsiOperation::write : ScsiOperation::read,
                                     .block = wanted.block,
                                     .blocks = (length + kScsiBlock - 1) / kScsiBlock});
  }
  area.write(unit_of(slot), encode(command));
  if (queue.send(encode(VfcElement{VfcFormat::command, unit_of(slot)})) != HcallStatus::success) return false;
  free_slots.pop_back();
  slots[slot].used = true;
  slots[slot].aborting = false;
  slots[slot].request = request;
  slots[slot].deadline = now + config.timeout;
  ++request.path->under_way;
  ++counts.commands;
  ledger.enter(wanted.tag, io::Stage::transport, now);
  oldest.push_back(tag_of(slot));
  watch_oldest();
  return true;
}

// All buffers are the same memory, since nobody looks at what is read and written.
void VfcClient::State::map_data(std::uint32_t slot, Bytes size) {
  const auto pages = static_cast<std::uint32_t>((size.count + kPage - 1) / kPage);
  for (std::uint32_t& page = mapped[slot]; page < pages; ++page) {
    calls.put_tce(config.adapter.liobn, data_of(slot) + page * kPage, (buffer_memory + page * kPage) | kTceRead | kTceWrite);
  }
}

void VfcClient::State::send_waiting(SimTime now) {
  for (std::size_t i = 0; i < waiting.size() && !free_slots.empty();) {
    const Request request = waiting[i];
    if (request.path->under_way >= config.commands_per_lun) {
      ++i;
      continue;
    }
    if (!send(request, now)) return;
    --request.path->waits;
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void VfcClient::State::answered(const Arrival& arrival, SimTime now) {
  if ((arrival.tag & kQuestion) != 0) {
    if (arrival.tag == question) answered_question(now);
    return;
  }
  if ((arrival.tag & kAbortTag) != 0) {
    if (!abort_asked || aborts.empty() || arrival.tag != (kAbortTag | aborts.front())) return;
    abort_asked = false;
    aborts.pop_front();
    return next_abort();
  }
  const auto slot = static_cast<std::uint32_t>(arrival.tag);
  if (slot >= slots.size() || !slots[slot].used || tag_of(slot) != arrival.tag) return;
  const Request request = slots[slot].request;
  ledger.enter(request.command.tag, io::Stage::client_processing, now, io::Stage::client_dispatch,
               host->undispatched(now) - arrival.undispatched);
  ++counts.responses;
  const io::BlockStatus status = outcome(slot, now);
  release(slot);
  send_waiting(now);
  end(request, status, now);
}

io::BlockStatus VfcClient::State::outcome(std::uint32_t slot, SimTime now) {
  VfcCommandBytes bytes{};
  area.read(unit_of(slot), bytes);
  const auto command = decode_vfc_command(bytes);
  const FcpResponse response = decode_fcp_response(std::span{bytes}.subspan<VfcCommand::kResponseOffset, FcpResponse::kLength>());
  if (!command) return io::BlockStatus::aborted;
  switch (command->status) {
    case 0:
      return io::BlockStatus::good;
    case vfc_status::kFabricMapped:
      return io::BlockStatus::unreachable;
    case vfc_status::kFcScsiError:
      // Another path would say the same.
      if (response.sense && (response.sense->key == kMediumErrorKey || response.sense->key == kIllegalRequestKey)) {
        return io::BlockStatus::medium_error;
      }
      return io::BlockStatus::aborted;
    default:
      if (command->error != vfc_error::kLoginRequired) return io::BlockStatus::aborted;
      if (link == Link::ready) set(kRetry, now);
      return io::BlockStatus::unreachable;
  }
}

void VfcClient::State::end(const Request& request, io::BlockStatus status, SimTime now) {
  if (status == io::BlockStatus::unreachable) {
    ++counts.failed;
    ledger.enter(request.command.tag, io::Stage::recovery, now);
  }
  if (status == io::BlockStatus::aborted) ++counts.aborted;
  request.path->client->path_ended(request.command.number, status, now);
}

void VfcClient::State::release(std::uint32_t slot) {
  --slots[slot].request.path->under_way;
  slots[slot].used = false;
  ++slots[slot].generation;
  free_slots.push_back(slot);
  if (slots[slot].aborting && --aborting == 0) cancel(kAbort);
}

void VfcClient::State::give_up(Path& path, std::uint32_t number, SimTime now) {
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].used && slots[slot].request.path == &path && slots[slot].request.command.number == number) return abort(slot, now);
  }
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [&](const Request& request) { return request.path == &path && request.command.number == number; });
  if (found == waiting.end()) return;
  --path.waits;
  waiting.erase(found);
  endings.push_back({&path, number, io::BlockStatus::aborted});
  if (!timer_set[kSoon]) set(kSoon, now);
}

void VfcClient::State::abort(std::uint32_t slot, SimTime now) {
  if (slots[slot].aborting) return;
  slots[slot].aborting = true;
  ++aborting;
  aborts.push_back(tag_of(slot));
  if (!timer_set[kAbort]) set(kAbort, now + config.abort_timeout);
  next_abort();
}

void VfcClient::State::next_abort() {
  while (!abort_asked && !aborts.empty()) {
    const auto slot = static_cast<std::uint32_t>(aborts.front());
    const bool there = slots[slot].used && tag_of(slot) == aborts.front();
    const Path* path = slots[slot].request.path;
    abort_asked = there && send_mad(VfcTaskManagement{.scsi_id = path->scsi_id,
                                                      .lun = fc_lun(path->number),
                                                      .flags = VfcTaskManagement::kAbortTask,
                                                      .cancel_key = path->number + 1,
                                                      .task = aborts.front()},
                                    abort_unit, kAbortTag | aborts.front());
    if (!abort_asked) aborts.pop_front();
  }
}

void VfcClient::State::commands_overdue(SimTime now) {
  while (!oldest.empty()) {
    const auto slot = static_cast<std::uint32_t>(oldest.front());
    const bool there = slots[slot].used && tag_of(slot) == oldest.front();
    if (there && slots[slot].deadline > now) break;
    oldest.pop_front();
    if (there) abort(slot, now);
  }
  watch_oldest();
}

// All have the same time, so that the oldest one is due first; one that has ended since is found out when its time comes.
void VfcClient::State::watch_oldest() {
  while (!oldest.empty()) {
    const auto slot = static_cast<std::uint32_t>(oldest.front());
    if (slots[slot].used && tag_of(slot) == oldest.front()) break;
    oldest.pop_front();
  }
  if (oldest.empty() || timer_set[kCommand]) return;
  set(kCommand, slots[static_cast<std::uint32_t>(oldest.front())].deadline);
}

void VfcClient::State::fail_waiting(SimTime now) {
  const std::deque<Request> failed = std::exchange(waiting, {});
  for (Path& path : paths) path.waits = 0;
  for (const Request& request : failed) end(request, io::BlockStatus::unreachable, now);
}

// Answers that are still to come find their places taken by others, or nobody.
void VfcClient::State::purge(SimTime now) {
  std::vector<Request> failed;
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
    if (!slots[slot].used) continue;
    failed.push_back(slots[slot].request);
    release(slot);
  }
  aborts.clear();
  abort_asked = false;
  for (const Request& request : failed) end(request, io::BlockStatus::unreachable, now);
  fail_waiting(now);
}

}  // namespace lparsim::drivers

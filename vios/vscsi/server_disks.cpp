#include <algorithm>

#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

namespace {

// A disk that others use as well had no place: when to ask again if nothing of this server's ends first.
constexpr SimTime kAskAgain = SimTime::from_ms(1);

}  // namespace

void VscsiServer::State::start(std::uint32_t number, SimTime now) {
  Disk& disk = disk_of(requests[number]);
  enter(requests[number], io::Stage::adapter_queue, now);
  disk.waiting.push_back(number);
  requests[number].place = Place::disk_queue;
  start_waiting(disk, now);
}

void VscsiServer::State::start_waiting(Disk& disk, SimTime now) {
  while (!disk.waiting.empty() && disk.active < disk.depth) {
    const std::uint32_t number = disk.waiting.front();
    disk.waiting.pop_front();
    submit(disk, number, now);
  }
}

void VscsiServer::State::submit(Disk& disk, std::uint32_t number, SimTime now) {
  Request& request = requests[number];
  request.place = Place::device;
  ++disk.active;
  const std::uint64_t block = lun_of(request).backing.first_block + request.block;
  disk.device->submit({io::RequestTag{request.tag}, number, request.write, block, request.size}, *this, now);
}

void VscsiServer::State::drop(std::uint32_t number, SimTime now) {
  Request& request = requests[number];
  request.orphan = true;
  end_native(request, vsp::kAborted, now);
  if (request.data && request.listener == nullptr && request.step != Step::clean) ++counts.dropped;
  switch (request.place) {
    case Place::thread:
    case Place::completions:
      return;  // whoever has it finds out
    case Place::service:
      hooks->withdraw(*this, request.ticket, now);
      forget(number);
      return;
    case Place::disk_queue:
      std::erase(disk_of(request).waiting, number);
      forget(number);
      return;
    case Place::device:
      disk_of(request).device->abort(number, *this, now);
      return;
  }
}

void VscsiServer::State::command_ended(std::uint32_t number, io::BlockStatus status, SimTime now) {
  Request& request = requests[number];
  Disk& disk = disk_of(request);
  --disk.active;
  if (request.orphan) {
    forget(number);
    if (active) start_waiting(disk, now);
    return;
  }
  switch (status) {
    case io::BlockStatus::good:
      break;
    case io::BlockStatus::queue_full:
      enter(request, io::Stage::adapter_queue, now);
      disk.waiting.push_front(number);
      request.place = Place::disk_queue;
      if (!retry_set) host->set_timer(retry_timer, now + kAskAgain);
      retry_set = true;
      return;
    case io::BlockStatus::medium_error:
      refuse(request, {3, 0x11, 0});  // unrecovered read error
      break;
    case io::BlockStatus::unreachable:
      refuse(request, {4, 0x08, 0});  // logical unit communication failure
      break;
    case io::BlockStatus::aborted:
      refuse(request, {0xB, 0, 0});
      break;
  }
  end_native(request, request.response.status, now);
  ledger.enter(io::RequestTag{request.tag}, io::Stage::vios_queue, now);
  request.clock = host->undispatched(now);
  request.step = Step::completed;
  request.place = Place::completions;
  completions.push_back(number);
  wake_worker(system::Cause::outside, now);
  start_waiting(disk, now);
}

}  // namespace lparsim::vscsi

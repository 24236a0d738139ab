#include <algorithm>

#include "models/hypervisor/io_page.hpp"
#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

using hypervisor::ScsiSense;

namespace {

// Arguments and results of vscsi.command (docs/vsp/interface.md).
enum Argument : std::size_t { kLun, kBlock, kBlocks, kTag, kUnit, kVios, kBytes, kDirection };
enum Result : std::size_t { kTransferred, kSense };
constexpr std::uint64_t kToClient = 1;
constexpr std::uint64_t kFromClient = 2;

constexpr ScsiSense kDenied{5, 0x20, 2};  // access denied, no access rights
constexpr ScsiSense kFailed{4, 0x44, 0};  // internal target failure
constexpr ScsiSense kOutOfRange{5, 0x21, 0};
constexpr ScsiSense kInvalidField{5, 0x24, 0};  // in the command

constexpr ScsiSense sense_of(std::uint64_t value) {
  if (value == 0) return kDenied;
  return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

// A ticket: the request's number below a number that is never used again.
constexpr std::uint64_t kNumber = 0xFFFF'FFFF;

}  // namespace

std::optional<SimTime> VscsiServer::State::ask(std::uint32_t number, SimTime now) {
  Request& request = requests[number];
  const Adapter& adapter = adapters[request.adapter];
  enter(request, io::Stage::service, now);
  request.asked = true;
  request.ticket = ++asked_for << 32 | number;
  vsp::Call call;
  call.hook = vsp::Hook::vscsi_command;
  call.function = request.operation;
  call.client = *adapter.client;
  call.arguments[kLun] = hypervisor::scsi_lun(request.lun);
  call.arguments[kBlock] = request.block;
  call.arguments[kBlocks] = request.size.count / hypervisor::kScsiBlock;
  call.arguments[kTag] = request.tag;
  call.arguments[kUnit] = static_cast<std::uint64_t>(adapter.config.unit);
  call.arguments[kVios] = index(partition);
  call.arguments[kBytes] = request.size.count;
  call.arguments[kDirection] = request.write ? kFromClient : kToClient;
  call.owner = partition;
  call.buffers[0] = {adapter.area.address(adapter.staging), request.size, request.write, !request.write};
  call.caller_computes = true;
  if (const auto outcome = hooks->call(call, *this, request.ticket, now)) {
    request.step = judge(request, *outcome, now);
    return outcome->cost;
  }
  request.place = Place::service;
  return std::nullopt;
}

void VscsiServer::State::decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) {
  const auto number = static_cast<std::uint32_t>(ticket & kNumber);
  Request& request = requests[number];
  if (!request.used || request.ticket != ticket || request.place != Place::service) return;
  request.next = judge(request, outcome, now);
  request.deciding = outcome.cost;
  request.step = Step::resume;
  ledger.enter(io::RequestTag{request.tag}, io::Stage::vios_queue, now);
  request.clock = host->undispatched(now);
  request.place = Place::completions;
  completions.push_back(number);
  wake_worker(system::Cause::outside, now);
}

VscsiServer::State::Step VscsiServer::State::judge(Request& request, const vsp::Outcome& outcome, SimTime now) {
  switch (outcome.decision) {
    case vsp::Decision::native: {
      request.native = true;
      request.block = outcome.values[kBlock];
      const std::uint64_t there = lun_of(request).size.count / hypervisor::kScsiBlock;
      const std::uint64_t blocks = request.size.count / hypervisor::kScsiBlock;
      const bool same_length = outcome.values[kBlocks] == blocks;  // the client's memory is as long as that
      if (same_length && request.block <= there && blocks <= there - request.block) return Step::start;
      refuse(request, same_length ? kOutOfRange : kInvalidField);
      end_native(request, request.response.status, now);
      break;
    }
    case vsp::Decision::denied:
      ++counts.denied;
      refuse(request, sense_of(outcome.values[kSense]));
      break;
    case vsp::Decision::failed:
      ++counts.denied;
      refuse(request, kFailed);
      break;
    case vsp::Decision::completed:
      // A SCSI status, or what says that it has none.
      if (outcome.status < 0 || outcome.status > 0xFF) {
        ++counts.denied;
        refuse(request, outcome.values[kSense] == 0 ? kFailed : sense_of(outcome.values[kSense]));
        break;
      }
      ++counts.provided;
      request.provided = true;
      request.response.status = static_cast<std::uint8_t>(outcome.status);
      if (request.response.status == hypervisor::kScsiCheckCondition) request.response.sense = sense_of(outcome.values[kSense]);
      if (const std::uint64_t bytes = outcome.values[kTransferred]; bytes != 0 && bytes < request.size.count) {
        request.response.residue = static_cast<std::uint32_t>(request.size.count - bytes);
        request.response.residue_to_disk = request.write;
      }
      break;
  }
  return Step::completed;
}

void VscsiServer::State::end_native(Request& request, std::int64_t status, SimTime now) {
  if (!request.native) return;
  request.native = false;
  hooks->ended(*this, request.ticket, status, now);
}

bool VscsiServer::State::issue(const vsp::Call& call, vsp::NativeListener& listener, std::uint64_t ticket, SimTime now) {
  const auto& arguments = call.arguments;
  if (!active || arguments[kVios] != index(partition)) return false;
  const auto adapter = std::ranges::find_if(adapters, [&](const Adapter& one) {
    return static_cast<std::uint64_t>(one.config.unit) == arguments[kUnit] && one.client == call.client;
  });
  const auto lun = hypervisor::lun_number(arguments[kLun]);
  if (adapter == adapters.end() || !lun || *lun >= adapter->luns.size()) return false;
  const Lun& backing = adapter->luns[*lun];
  const std::uint64_t there = backing.size.count / hypervisor::kScsiBlock;
  const std::uint64_t block = arguments[kBlock], blocks = arguments[kBlocks];
  const Bytes most = std::min(disks[backing.backing.disk].device->maximum_transfer(), config.maximum_transfer);
  const bool fits = blocks != 0 && blocks <= most.count / hypervisor::kScsiBlock && block <= there && blocks <= there - block;
  const std::uint64_t direction = arguments[kDirection];
  if (!fits || (direction != kToClient && direction != kFromClient)) return false;

  const std::uint32_t number = new_request(static_cast<std::uint32_t>(adapter - adapters.begin()));
  Request& request = requests[number];
  request.data = true;
  request.write = direction == kFromClient;
  request.lun = *lun;
  request.block = block;
  request.size = Bytes{blocks * hypervisor::kScsiBlock};
  request.pages = static_cast<std::uint32_t>((request.size.count + hypervisor::kIoPage - 1) / hypervisor::kIoPage);
  request.listener = &listener;
  request.ticket = ticket;
  request.clock = host->undispatched(now);
  request.step = Step::issue;
  request.place = Place::completions;
  ++counts.issued;
  completions.push_back(number);
  wake_worker(system::Cause::outside, now);
  return true;
}

void VscsiServer::State::end_issue(Request& request, std::int64_t status, SimTime now) {
  if (request.orphan) return;
  request.orphan = true;
  request.listener->native_ended(request.ticket, status, {status == hypervisor::kScsiGood ? request.size.count : 0}, now);
}

}  // namespace lparsim::vscsi

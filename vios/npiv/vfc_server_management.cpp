// Datagrams and events of the virtual Fibre Channel server.
#include <algorithm>

#include "models/hypervisor/big_endian.hpp"
#include "vios/npiv/vfc_server_state.hpp"

namespace lparsim::npiv {

using namespace hypervisor;

bool VfcServer::State::fetch(Adapter& adapter, std::uint64_t ioba, std::uint64_t length, std::uint64_t to) {
  const VirtualAdapter& own = adapter.queue.adapter();
  return calls_.copy_rdma(length, own.remote_liobn, ioba, own.liobn, to) == HcallStatus::success;
}

bool VfcServer::State::put(Adapter& adapter, std::span<const std::uint8_t> bytes, std::uint64_t ioba) {
  const VirtualAdapter& own = adapter.queue.adapter();
  for (std::uint64_t done = 0; done < bytes.size(); done += kScratch) {
    const auto part = bytes.subspan(done, std::min(kScratch, bytes.size() - done));
    adapter.area.write(adapter.scratch, part);
    if (calls_.copy_rdma(part.size(), own.liobn, adapter.scratch, own.remote_liobn, ioba + done) != HcallStatus::success) return false;
  }
  return true;
}

// Its head says how long it is. What could not be read is not answered: the client's timer deals with that.
SimTime VfcServer::State::management(Worker& worker, Adapter& adapter, const VfcElement& element, SimTime now) {
  static_assert(kVfcLongestMad <= kScratch);
  std::array<std::uint8_t, kVfcLongestMad> buffer{};
  std::optional<VfcMadHead> head;
  std::optional<VfcMadUnit> unit;
  if (fetch(adapter, element.ioba, VfcMadHead::kLength, adapter.scratch)) {
    adapter.area.read(adapter.scratch, std::span{buffer}.first(VfcMadHead::kLength));
    head = decode_vfc_mad_head(buffer);
  }
  if (head && head->length <= buffer.size() && fetch(adapter, element.ioba, head->length, adapter.scratch)) {
    const auto bytes = std::span{buffer}.first(head->length);
    adapter.area.read(adapter.scratch, bytes);
    unit = decode_vfc_mad(bytes);
  }
  if (!head) {
    ++counts_.rejected;
    return time(config_.management) + calls_.take_cost();
  }
  VfcMadStatus status = VfcMadStatus::not_supported;
  if (unit) {
    const bool online = ports_[adapter.port].adapter.online();
    if (const auto* login = std::get_if<VfcNpivLogin>(&*unit)) {
      status = log_in(adapter, *login);
    } else {
      status = adapter.session.answer(*unit, online);
    }
    if (const auto* discover = std::get_if<VfcDiscoverTargets>(&*unit); discover != nullptr && status == VfcMadStatus::success) {
      const auto targets = adapter.session.targets();
      put(adapter, encode(std::span{targets}.first(discover->written)), discover->buffer.address);
    }
    if (const auto* task = std::get_if<VfcTaskManagement>(&*unit); task != nullptr && status == VfcMadStatus::success) {
      abort_tasks(adapter, *task, now);
    }
    if (std::holds_alternative<VfcNpivLogout>(*unit)) drop_commands(adapter, now);
    put(adapter, encode(*unit, status), element.ioba);
  } else {
    // Of an unknown kind: only its head goes back.
    BigEndianWriter{buffer}.put(12, 2, static_cast<std::uint16_t>(status));
    put(adapter, std::span{buffer}.first(VfcMadHead::kLength), element.ioba);
  }
  worker.then = Then::send;
  worker.epoch = adapter.epoch;
  worker.element = encode(VfcElement{VfcFormat::mad, head->tag});
  return time(config_.management) + calls_.take_cost();
}

VfcMadStatus VfcServer::State::log_in(Adapter& adapter, const VfcNpivLogin& login) {
  if (login.buffer.length < VfcLoginResponse::kLength) return VfcMadStatus::failed;
  if (!fetch(adapter, login.buffer.address, VfcLoginRequest::kLength, adapter.scratch)) return VfcMadStatus::failed;
  std::array<std::uint8_t, VfcLoginRequest::kLength> bytes{};
  adapter.area.read(adapter.scratch, bytes);
  const auto request = decode_vfc_login_request(bytes);
  if (!request || !put(adapter, encode(adapter.session.log_in(*request)), login.buffer.address)) return VfcMadStatus::failed;
  adapter.next_event = 0;
  ++counts_.logins;
  return VfcMadStatus::success;
}

// Those that the device has end as aborted and are answered so; those that are on their way into or out of it are left to themselves.
void VfcServer::State::abort_tasks(Adapter& adapter, const VfcTaskManagement& request, SimTime now) {
  for (std::uint32_t slot = 0; slot < adapter.commands.size(); ++slot) {
    const Command& command = adapter.commands[slot];
    if (!command.used || !command.at_device || command.unit.target != request.scsi_id || command.unit.lun != request.lun) continue;
    if ((request.flags & VfcTaskManagement::kAbortTask) != 0 && command.unit.tag != request.task) continue;
    command.device->abort(slot, adapter, now);
  }
}

SimTime VfcServer::State::tell_event(Worker& worker, Adapter& adapter, bool online) {
  const SrpDescriptor& async = adapter.session.async();
  const std::uint64_t entries = async.length / VfcAsync::kLength;
  if (entries == 0) return {};
  const VfcAsync event{online ? VfcAsync::kLinkUp : VfcAsync::kLinkDown, online ? VfcEvent::link_up : VfcEvent::link_down};
  put(adapter, encode(event), async.address + adapter.next_event * VfcAsync::kLength);
  adapter.next_event = (adapter.next_event + 1) % entries;
  ++counts_.events;
  worker.then = Then::send;
  worker.element = encode(VfcElement{VfcFormat::async_event, 0});
  return time(config_.management) + calls_.take_cost();
}

}  // namespace lparsim::npiv

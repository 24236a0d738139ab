#include <algorithm>

#include "vios/sea/ip_fragments.hpp"
#include "vios/sea/shared_ethernet_adapter.hpp"

namespace lparsim::sea {

void SharedEthernetAdapter::bridge(Item& item, SimTime now) {
  if (item.source == kWire)
    from_wire(item, now);
  else
    from_trunk(item, now);
}

std::optional<std::size_t> SharedEthernetAdapter::trunk_of(std::uint16_t vlan) const {
  return vlan == 0 ? config_.default_trunk : trunk_of_vlan_[vlan];
}

void SharedEthernetAdapter::drop(Item& item, std::uint64_t& counter, SimTime now) {
  ++counter;
  stage(item, io::Stage::recovery, now);
}

void SharedEthernetAdapter::from_wire(Item& item, SimTime now) {
  io::Frame& frame = item.frame;
  if (frame.destination() == config_.mac) {
    pings_unanswered_ = 0;  // the host that is pinged answers
    if (!failover_.healthy()) wake_control(now);
    return;
  }
  const auto number = trunk_of(frame.vlan());
  if (!number) return drop(item, counters_.no_vlan, now);
  TrunkAdapter& trunk = trunks_[*number];
  const std::uint16_t pvid = config_.trunks[*number].pvid;
  const std::uint16_t vlan = frame.vlan() == 0 ? pvid : frame.vlan();
  // Asked at this instant: what two SEAs heard is forwarded by one of them, whatever each believes of the other.
  if (item.arrived < to_clients_from_[*number] || !trunk.is_active()) return drop(item, counters_.not_active, now);
  bridge_.learn(frame.source(), vlan, Side::wire, now);
  if (bridge_.is_on(Side::wire, frame.destination(), vlan, now)) return drop(item, counters_.filtered, now);
  if (vlan == pvid) frame.untag();
  stage(item, io::Stage::transport, now);
  if (trunk.send(frame) != hypervisor::HcallStatus::success) return drop(item, counters_.undelivered, now);
  ++counters_.to_virtual;
  counters_.bytes_to_virtual += frame.length;
}

void SharedEthernetAdapter::from_trunk(Item& item, SimTime now) {
  const std::size_t number = item.source - 1;
  TrunkAdapter& trunk = trunks_[number];
  io::Frame& frame = item.frame;
  const std::uint16_t pvid = config_.trunks[number].pvid;
  // What another one may have announced as its own by now does not go out from here.
  if (now < to_wire_from_[number] || !trunk.is_active()) return drop(item, counters_.not_active, now);
  bridge_.learn(frame.source(), frame.tagged() ? frame.vlan() : pvid, Side::clients, now);
  // On the wire the default trunk adapter's own VLAN goes without a tag, those of the others with one.
  if (!frame.tagged() && number != config_.default_trunk) frame.tag(pvid);
  to_wire(item, now);
}

void SharedEthernetAdapter::to_wire(Item& item, SimTime now) {
  io::Frame& frame = item.frame;
  const auto transmit = [&](const io::Frame& out) {
    if (!port_.transmit(out, now)) return false;
    ++counters_.to_wire;
    counters_.bytes_to_wire += out.length;
    return true;
  };
  if (frame.mss == 0 && frame.length - frame.header_length() > config_.mtu()) {
    if (!may_fragment(frame)) {
      if (auto answer = too_big(frame, config_.mtu())) {
        if (answer->vlan() == config_.trunks[item.source - 1].pvid) answer->untag();
        trunks_[item.source - 1].send(*answer);
      }
      return drop(item, counters_.too_big, now);
    }
    ++counters_.fragmented;
    stage(item, io::Stage::adapter_queue, now);
    for (const io::Frame& piece : fragments(frame, config_.mtu()))
      if (!transmit(piece)) return drop(item, counters_.refused, now);
    return;
  }
  stage(item, io::Stage::adapter_queue, now);
  if (!transmit(frame)) drop(item, counters_.refused, now);
}

}  // namespace lparsim::sea

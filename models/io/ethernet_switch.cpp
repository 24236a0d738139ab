#include "models/io/ethernet_switch.hpp"

namespace lparsim::io {

namespace {

constexpr std::uint64_t place_of(MacAddress mac, std::uint16_t vlan) {
  return mac.bits << 12 | vlan;
}

}  // namespace

EthernetPort& EthernetSwitch::add_port(const EthernetPortConfig& config) {
  ports_.push_back(std::make_unique<Port>(*this, static_cast<std::uint32_t>(ports_.size()), config, calendar_));
  return ports_.back()->port;
}

void EthernetSwitch::arrived(Port& port, const Frame& frame, SimTime now) {
  if (now < port.forwards_from) {
    ++discarded_;
    return;
  }
  if (!frame.source().is_multicast()) addresses_[place_of(frame.source(), frame.vlan())] = port.number;
  waiting_.push({frame, port.number});
  calendar_.call(*this, 0, now + config_.forwarding);
}

void EthernetSwitch::rings(std::uint64_t, SimTime now) {
  const Waiting waiting = waiting_.pop();
  const MacAddress destination = waiting.frame.destination();
  if (!destination.is_multicast()) {
    if (const auto found = addresses_.find(place_of(destination, waiting.frame.vlan())); found != addresses_.end()) {
      if (found->second != waiting.from) send(*ports_[found->second], waiting.frame, now);
      return;
    }
  }
  for (const auto& port : ports_)
    if (port->number != waiting.from) send(*port, waiting.frame, now);
}

void EthernetSwitch::send(Port& port, const Frame& frame, SimTime now) {
  if (!port.port.link_up()) return;
  if (now < port.forwards_from) {
    ++discarded_;
    return;
  }
  if (port.port.transmit(frame, now)) ++forwarded_;
}

void EthernetSwitch::link_changed(Port& port, bool up, SimTime now) {
  std::erase_if(addresses_, [&port](const auto& entry) { return entry.second == port.number; });
  if (up) port.forwards_from = now + config_.forward_delay;
}

}  // namespace lparsim::io

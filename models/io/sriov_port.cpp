#include "models/io/sriov_port.hpp"

#include <algorithm>

#include "models/io/tcp_segment.hpp"
#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

/// Virtual time that a byte takes at full capacity.
constexpr std::uint64_t kUnit = 1024;

}  // namespace

SriovPort::SriovPort(EthernetPort& wire) : wire_{wire} {
  wire.set_receiver(*this);
  wire.set_sender(*this);
}

LogicalPortId SriovPort::add(const LogicalPortConfig& config) {
  capacity_ += config.capacity;
  LPARSIM_CHECK(config.capacity > 0 && capacity_ <= kWhole && ports_.size() < kMostPorts, "{} logical ports with {} of {}",
                ports_.size() + 1, capacity_, kWhole);
  ports_.push_back({config});
  return LogicalPortId{static_cast<std::uint32_t>(ports_.size() - 1)};
}

void SriovPort::set_driver(LogicalPortId port, LogicalPortDriver& driver, std::uint64_t cookie) {
  at(port).driver = &driver;
  at(port).cookie = cookie;
}

void SriovPort::transmit(LogicalPortId id, const Frame& frame, std::uint64_t number, SimTime now) {
  Port& port = at(id);
  Queued queued{frame, number};
  if (port.config.vlan != 0) queued.frame.tag(port.config.vlan);
  queued.segments = segments_of(queued.frame);
  port.queue.push(queued);
  serve(now);
}

void SriovPort::serve(SimTime now) {
  if (serving_) return;
  serving_ = true;
  for (;;) {
    Port* next = nullptr;
    std::uint64_t start = 0;
    for (Port& port : ports_) {
      if (port.queue.empty()) continue;
      const std::uint64_t begin = std::max(virtual_time_, port.finish);
      if (next == nullptr || begin < start) {
        next = &port;
        start = begin;
      }
    }
    if (next == nullptr) break;
    if (!wire_.link_up()) {
      ended(*next, false, now);
      continue;
    }
    if (!wire_.has_place(now)) break;
    Queued& first = next->queue.front();
    const Frame segment = first.segments > 1 ? segment_of(first.frame, first.next) : first.frame;
    if (!loop_back(*next, segment, now)) {
      wire_.transmit(segment, now);
      virtual_time_ = start;
      next->finish = start + (std::max(segment.length, kLeastFrame) + kWireOverhead) * kUnit * kWhole / next->config.capacity;
    }
    next->counters.sent_bytes += segment.length;
    if (++first.next == first.segments) ended(*next, true, now);
  }
  serving_ = false;
}

void SriovPort::ended(Port& port, bool sent, SimTime now) {
  const std::uint64_t number = port.queue.pop().number;
  ++(sent ? port.counters.sent : port.counters.lost);
  if (port.driver != nullptr) port.driver->port_sent(port.cookie, number, sent, now);
}

bool SriovPort::loop_back(Port& from, const Frame& frame, SimTime now) {
  const MacAddress destination = frame.destination();
  for (Port& port : ports_) {
    if (&port == &from || !port.enabled || port.config.vlan != from.config.vlan) continue;
    if (destination.is_multicast()) {
      deliver(port, frame, now);
    } else if (port.config.mac == destination) {
      deliver(port, frame, now);
      return true;
    }
  }
  return false;
}

void SriovPort::deliver(Port& port, const Frame& frame, SimTime now) {
  Frame plain = frame;
  if (port.config.vlan != 0) plain.untag();
  plain.mss = 0;
  ++port.counters.received;
  if (port.driver != nullptr) port.driver->port_received(port.cookie, plain, now);
}

void SriovPort::frame_arrived(const Frame& frame, SimTime now) {
  const MacAddress destination = frame.destination();
  for (Port& port : ports_) {
    if (!port.enabled || port.config.vlan != frame.vlan()) continue;
    if (!destination.is_multicast() && port.config.mac != destination) continue;
    // What it has sent itself, come back by the switch.
    if (destination.is_multicast() && port.config.mac == frame.source()) continue;
    deliver(port, frame, now);
    if (!destination.is_multicast()) return;
  }
}

void SriovPort::link_changed(bool up, SimTime now) {
  serve(now);
  for (Port& port : ports_) {
    if (port.driver != nullptr) port.driver->port_link_changed(port.cookie, up, now);
  }
  for (const Watching& watching : watchers_) watching.watcher->physical_link_changed(watching.cookie, up, now);
}

}  // namespace lparsim::io

#include "sim/scenario/vsp_triggered.hpp"

#include <lparsim/vsp.h>

#include <cstring>

namespace lparsim::scenario {

void VspTriggered::happened(const vsp::VspEvent& event) {
  if (event.kind == vsp::VspEventKind::state && event.state == trigger_.state) pull(event.vsp, event.at);
}

void VspTriggered::message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) {
  lparsim_vsp_header header{};
  if (!to_vsp || bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.type == LPARSIM_VSP_CALL) pull(vsp, now);
}

void VspTriggered::pull(PartitionId vsp, SimTime now) {
  if (pulled_ || index(vsp) != trigger_.partition || now < trigger_.not_before) return;
  pulled_ = true;
  for (std::size_t i = 0; i < trigger_.events.size(); ++i) calendar_.call(*this, i, now + trigger_.events[i].at);
}

void VspTriggered::rings(std::uint64_t number, SimTime now) {
  EventConfig event = trigger_.events[number];
  if (event.vsp.fault) event.vsp.fault->from = now;
  apply_(event);
}

}  // namespace lparsim::scenario

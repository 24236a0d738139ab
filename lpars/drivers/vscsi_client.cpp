#include "lpars/drivers/vscsi_client.hpp"

#include <algorithm>

#include "lpars/drivers/vscsi_client_state.hpp"
#include "sim/base/check.hpp"

namespace lparsim::drivers {

using hypervisor::CrqNews;
using hypervisor::VscsiFormat;

VscsiClient::State::State(VscsiClient& client, const VscsiClientConfig& client_config, hypervisor::VioCalls& vio_calls,
                          io::RequestLedger& request_ledger)
    : owner{client},
      config{client_config},
      calls{vio_calls},
      ledger{request_ledger},
      area{calls, config.adapter},
      queue{calls, config.adapter, area, kQueuePages},
      slot_count{config.maximum_requests + kKept},
      units{area.reserve(slot_count * hypervisor::kSrpLongestIu)},
      lists{area.reserve(slot_count * kListLength, kListLength)},
      management_unit{area.reserve(hypervisor::kSrpLongestIu)},
      management_data{area.reserve_pages(1)} {
  buffers = management_data + hypervisor::DmaArea::kPage;
  buffer_memory = calls.allocate(static_cast<std::uint32_t>(kLongestTransfer / hypervisor::DmaArea::kPage));
  LPARSIM_CHECK(buffers + slot_count * kLongestTransfer <= config.adapter.window.count, "{} requests do not fit into the window",
                slot_count);
  for (std::uint32_t i = 0; i < config.luns; ++i) luns.emplace_back(*this, i);
  slots.resize(slot_count);
}

VscsiClient::VscsiClient(const VscsiClientConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger)
    : state_{std::make_unique<State>(*this, config, calls, ledger)} {}
VscsiClient::~VscsiClient() = default;

DiskPath& VscsiClient::lun(std::uint32_t number) {
  return state_->luns[number];
}
bool VscsiClient::ready() const {
  return state_->link == State::Link::ready;
}
std::uint32_t VscsiClient::credits() const {
  return static_cast<std::uint32_t>(state_->credits);
}
const VscsiClientCounts& VscsiClient::counts() const {
  return state_->counts;
}

void VscsiClient::attach(system::Host& host) {
  State& state = *state_;
  state.host = &host;
  state.handler = host.create_thread(*this, 0, system::kMostFavoured, system::ThreadKind::interrupt);
  host.connect_interrupt(state.config.adapter.interrupt, *this);
  for (std::uint32_t i = 0; i < State::kTimers; ++i) state.timers[i] = host.create_timer(*this, i);
}

void VscsiClient::activated(SimTime now) {
  State& state = *state_;
  state.calls.take_cost();
  state.area.map();
  state.free_slots.clear();
  for (std::uint32_t i = state.slot_count; i > 0; --i) {
    state.slots[i - 1] = {};
    state.free_slots.push_back(i - 1);
  }
  const hypervisor::HcallStatus status = state.queue.open();
  LPARSIM_CHECK(status == hypervisor::HcallStatus::success || status == hypervisor::HcallStatus::closed, "{}: H_REG_CRQ answers {}",
                state.config.partition_name, static_cast<std::int64_t>(status));
  state.link = State::Link::wait_for_partner;
  state.hold(now);
  state.handler_busy = true;
  state.host->make_ready(state.handler, state.calls.take_cost(), system::Cause::boot, now);
  state.tell_paths(now);
}

void VscsiClient::deactivated(SimTime) {
  State& state = *state_;
  state.queue.forget();
  state.link = State::Link::off;
  state.by_tag.clear();
  state.tasks = 0;
  state.pending.clear();
  state.arrivals.clear();
  state.ends.clear();
  state.holding = state.recovering = state.closing = state.pinged = state.handler_busy = state.pending_interrupt = state.answering = false;
  state.timer_set = {};
  state.prepaid = {};
  for (State::Lun& lun : state.luns) lun.present = lun.was_up = false;
}

system::Activity VscsiClient::next_activity(std::uint32_t, SimTime now) {
  return state_->handle(now);
}

void VscsiClient::interrupted(std::uint32_t, SimTime now) {
  State& state = *state_;
  if (!state.pending_interrupt) state.interrupted_clock = state.host->undispatched(now);
  state.pending_interrupt = true;
  state.wake_handler(system::Cause::outside, now);
}

void VscsiClient::timer_expired(std::uint32_t timer_tag, SimTime now) {
  state_->timer_set[timer_tag] = false;
  state_->expired(static_cast<State::Timer>(timer_tag), now);
}

system::Activity VscsiClient::State::handle(SimTime now) {
  for (;;) {
    if (answering) {
      answering = false;
      const Arrival arrival = arrivals.front();
      arrivals.pop_front();
      calls.take_cost();
      answered(arrival, now);
      // What disks and applications' requests that were waiting have cost.
      const SimTime cost = calls.take_cost();
      if (cost > SimTime{}) return system::Activity::compute(cost);
    }
    while (!ends.empty()) {
      const auto [command, status] = ends.front();
      ends.pop_front();
      end(command, status, now);
    }
    if (pending_interrupt) {
      pending_interrupt = false;
      calls.take_cost();
      take_elements(now);
      prepaid += calls.take_cost();
    }
    if (!arrivals.empty()) {
      answering = true;
      const SimTime cost = std::max(config.complete.at(config.clock), prepaid);
      prepaid = {};
      return system::Activity::compute(cost);
    }
    if (prepaid > SimTime{}) {
      const SimTime cost = prepaid;
      prepaid = {};
      return system::Activity::compute(cost);
    }
    handler_busy = false;
    return system::Activity::block();
  }
}

void VscsiClient::State::take_elements(SimTime now) {
  while (const auto bytes = queue.take()) {
    heard = now;
    pinged = false;
    switch (queue.digest(*bytes)) {
      case CrqNews::connected:
        begin_bring_up(now);
        break;
      case CrqNews::lost:
        lost(now);
        break;
      case CrqNews::suspended:
        moved(now);
        break;
      case CrqNews::none:
        if (queue.connected() && (*bytes)[0] == hypervisor::kCrqCommand) {
          const auto element = hypervisor::decode_vscsi(*bytes);
          if (element && element->format != VscsiFormat::inline_message) {
            ledger.enter(io::RequestTag{element->data}, io::Stage::client_processing, now, io::Stage::client_dispatch,
                         host->undispatched(now) - interrupted_clock);
            arrivals.push_back({*element, now});
          }
        }
        break;
      case CrqNews::prepare:
      case CrqNews::resumed:
        break;
    }
  }
  queue.end_of_interrupt();
}

void VscsiClient::State::wake_handler(system::Cause cause, SimTime now) {
  if (!handler_busy) host->make_ready(handler, SimTime{}, cause, now);
  handler_busy = true;
}

void VscsiClient::State::set(Timer timer, SimTime when) {
  const auto number = static_cast<std::size_t>(timer);
  cancel(timer);
  host->set_timer(timers[number], when);
  timer_set[number] = true;
}

void VscsiClient::State::cancel(Timer timer) {
  const auto number = static_cast<std::size_t>(timer);
  if (timer_set[number]) host->cancel_timer(timers[number]);
  timer_set[number] = false;
}

void VscsiClient::State::tell_paths(SimTime now) {
  for (Lun& lun : luns) {
    const bool up = lun.up();
    if (up == lun.was_up) continue;
    lun.was_up = up;
    if (lun.connected()) lun.client().path_changed(lun, now);
  }
}

}  // namespace lparsim::drivers

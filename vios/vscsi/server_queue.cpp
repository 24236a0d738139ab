#include "sim/base/check.hpp"
#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

using hypervisor::CrqNews;
using hypervisor::VscsiFormat;
using hypervisor::VscsiStatus;

system::Activity VscsiServer::State::handle(std::uint32_t number, SimTime now) {
  Adapter& adapter = adapters[number];
  for (;;) {
    hand_over(adapter, now);
    if (!adapter.pending) {
      adapter.handler_busy = false;
      return system::Activity::block();
    }
    adapter.pending = false;
    calls.take_cost();
    take_elements(number, now);
    const SimTime cost = calls.take_cost();
    if (adapter.fresh > 0) {
      owed += cost;
    } else if (cost > SimTime{}) {
      prepaid += cost;
      return system::Activity::compute(cost);
    }
  }
}

void VscsiServer::State::hand_over(Adapter& adapter, SimTime now) {
  const SimTime clock = host->undispatched(now);
  for (; adapter.fresh > 0; --adapter.fresh) {
    Arrival& arrival = adapter.arrivals[adapter.arrivals.size() - adapter.fresh];
    arrival.handed = now;
    arrival.handled = clock - arrival.clock;
    arrival.clock = clock;
    wake_worker(system::Cause::thread, now);
  }
}

void VscsiServer::State::take_elements(std::uint32_t number, SimTime now) {
  Adapter& adapter = adapters[number];
  while (const auto element = adapter.queue.take()) {
    switch (adapter.queue.digest(*element)) {
      case CrqNews::connected:  // what was under way belonged to another connection
      case CrqNews::lost:
        client_gone(number, now);
        break;
      case CrqNews::suspended:
        client_gone(number, now);
        adapter.queue.reenable();
        break;
      case CrqNews::none:
        if (adapter.queue.connected() && (*element)[0] == hypervisor::kCrqCommand) element_arrived(adapter, *element, now);
        break;
      case CrqNews::prepare:
      case CrqNews::resumed:
        break;
    }
    if (adapter.close_wanted) close_queue(number, now);
  }
  adapter.queue.end_of_interrupt();
}

void VscsiServer::State::element_arrived(Adapter& adapter, const hypervisor::CrqElement& bytes, SimTime now) {
  const auto element = hypervisor::decode_vscsi(bytes);
  if (element && element->format == VscsiFormat::inline_message && element->status == VscsiStatus::ping) {
    adapter.queue.send(encode(hypervisor::VscsiElement{VscsiFormat::inline_message, VscsiStatus::ping_response}));
    return;
  }
  const bool known = element && (element->format == VscsiFormat::srp || element->format == VscsiFormat::mad);
  if (!known || element->length > hypervisor::kSrpLongestIu) {
    adapter.close_wanted = true;
    return;
  }
  if (element->format == VscsiFormat::srp && ++adapter.outstanding > config.request_limit) {
    adapter.close_wanted = true;
    return;
  }
  const SimTime clock = host->undispatched(now);
  adapter.arrivals.push_back(
      {.element = *element, .seen = now, .handed = now, .waited = clock - adapter.interrupted_clock, .handled = {}, .clock = clock});
  ++adapter.fresh;
}

void VscsiServer::State::client_gone(std::uint32_t number, SimTime now) {
  Adapter& adapter = adapters[number];
  adapter.arrivals.clear();
  adapter.fresh = 0;
  adapter.logged_in = false;
  adapter.outstanding = 0;
  for (std::uint32_t i = 0; i < requests.size(); ++i) {
    Request& request = requests[i];
    if (!request.used || request.adapter != number || request.listener != nullptr) continue;
    // The hypervisor takes the pages back of a client that has gone, but not of one that initialises its queue once more.
    if (active) unmap_ranges(request, i);
    request.mapped = 0;
    if (!request.orphan) drop(i, now);
  }
}

void VscsiServer::State::close_queue(std::uint32_t number, SimTime now) {
  Adapter& adapter = adapters[number];
  adapter.close_wanted = false;
  ++counts.queues_closed;
  client_gone(number, now);
  hypervisor::HcallStatus status = adapter.queue.close();
  LPARSIM_CHECK(status == hypervisor::HcallStatus::success, "{}: H_FREE_CRQ answers {}", config.partition_name,
                static_cast<std::int64_t>(status));
  status = adapter.queue.open();
  LPARSIM_CHECK(status == hypervisor::HcallStatus::success || status == hypervisor::HcallStatus::closed, "{}: H_REG_CRQ answers {}",
                config.partition_name, static_cast<std::int64_t>(status));
}

}  // namespace lparsim::vscsi

#include "lpars/drivers/vfc_client.hpp"

#include "lpars/drivers/vfc_client_state.hpp"
#include "sim/base/check.hpp"

namespace lparsim::drivers {

using namespace hypervisor;
using system::Activity;

namespace {

constexpr std::uint64_t kPage = DmaArea::kPage;
constexpr std::uint32_t kQueuePages = 1;
VfcBringUp::Identity identity(const VfcClientConfig& config, std::uint64_t events, std::uint64_t data) {
  return {config.partition_name,
          config.partition_number,
          config.os_type,
          config.maximum_requests,
          config.maximum_transfer,
          {events, 0, static_cast<std::uint32_t>(kPage)},
          {data, 0, VfcBringUp::kDataLength}};
}

}  // namespace

VfcClient::State::State(VfcClient& client, const VfcClientConfig& client_config, VioCalls& vio_calls, io::RequestLedger& request_ledger)
    : owner{client},
      config{client_config},
      calls{vio_calls},
      ledger{request_ledger},
      area{calls, config.adapter},
      queue{calls, config.adapter, area, kQueuePages},
      events{area.reserve_pages(1)},
      question_unit{area.reserve(kVfcLongestMad)},
      abort_unit{area.reserve(VfcTaskManagement::kLength)},
      data{area.reserve(VfcBringUp::kDataLength)},
      units{area.reserve(std::uint64_t{config.maximum_requests} * VfcCommand::kLength)},
      buffers{config.adapter.window.count / 2},
      buffer_memory{calls.allocate(static_cast<std::uint32_t>(config.maximum_transfer.count / kPage))},
      bring_up{identity(config, events, data)},
      slots(config.maximum_requests) {
  LPARSIM_CHECK(buffers + config.maximum_requests * config.maximum_transfer.count <= config.adapter.window.count,
                "{} requests of {} bytes do not fit into the window", config.maximum_requests, config.maximum_transfer.count);
}

void VfcClient::State::attach(system::Host& operating_system) {
  host = &operating_system;
  handler = host->create_thread(owner, 0, system::kMostFavoured, system::ThreadKind::interrupt);
  host->connect_interrupt(config.adapter.interrupt, owner);
  for (std::uint32_t i = 0; i < kTimers; ++i) timers[i] = host->create_timer(owner, i);
}

void VfcClient::State::activated(SimTime now) {
  area.map();
  mapped.assign(config.maximum_requests, 0);
  free_slots.clear();
  for (std::uint32_t i = config.maximum_requests; i > 0; --i) {
    slots[i - 1].used = false;
    ++slots[i - 1].generation;
    free_slots.push_back(i - 1);
  }
  handler_busy = true;
  reopening = Reopening::open;
  reopen(now);
  host->make_ready(handler, calls.take_cost(), system::Cause::boot, now);
}

void VfcClient::State::deactivated() {
  queue.forget();
  link = Link::off;
  waiting.clear();
  oldest.clear();
  aborts.clear();
  endings.clear();
  aborting = 0;
  arrivals.clear();
  abort_asked = handler_busy = interrupt_pending = answering = false;
  prepaid = {};
  timer_set = {};
  for (Path& path : paths) {
    path.present = path.was_up = false;
    path.under_way = path.waits = 0;
  }
}

void VfcClient::State::interrupted(SimTime now) {
  if (!interrupt_pending) interrupt_undispatched = host->undispatched(now);
  interrupt_pending = true;
  if (handler_busy) return;
  handler_busy = true;
  host->make_ready(handler, SimTime{}, system::Cause::outside, now);
}

// An answer takes the driver so long, its calls contained; all other calls what they cost.
Activity VfcClient::State::handle(SimTime now) {
  in_handler = true;
  if (answering) {
    answering = false;
    const Arrival arrival = arrivals.front();
    arrivals.pop_front();
    answered(arrival, now);
    prepaid += calls.take_cost();
  }
  if (interrupt_pending) {
    interrupt_pending = false;
    take_elements(now);
    prepaid += calls.take_cost();
  }
  in_handler = false;
  SimTime computes = std::exchange(prepaid, SimTime{});
  if (!arrivals.empty()) {
    answering = true;
    computes = std::max(config.complete.at(config.clock), computes);
  }
  if (answering || computes > SimTime{}) return Activity::compute(computes);
  handler_busy = false;
  return Activity::block();
}

void VfcClient::State::take_elements(SimTime now) {
  while (const auto bytes = queue.take()) {
    switch (queue.digest(*bytes)) {
      case CrqNews::connected:
        // What was under way belonged to another connection.
        purge(now);
        attempts = 0;
        begin_bring_up(now);
        break;
      case CrqNews::lost:
        connection_lost(now);
        break;
      case CrqNews::suspended:
        connection_lost(now);
        become(Link::closing, now);
        reopening = Reopening::enable;
        set(kRetry, now);
        break;
      default:
        break;
    }
    const auto element = decode_vfc(*bytes);
    if (!element) continue;
    if (element->format == VfcFormat::async_event) {
      take_events(now);
      continue;
    }
    arrivals.push_back({element->ioba, host->undispatched(now)});
    const auto slot = static_cast<std::uint32_t>(element->ioba);
    if (slot < slots.size() && slots[slot].used && tag_of(slot) == element->ioba) {
      ledger.enter(slots[slot].request.command.tag, io::Stage::client_processing, now, io::Stage::client_dispatch,
                   host->undispatched(now) - interrupt_undispatched);
    }
  }
  queue.end_of_interrupt();
}

void VfcClient::State::take_events(SimTime now) {
  while (true) {
    const std::uint64_t at = events + next_event * VfcAsync::kLength;
    std::array<std::uint8_t, VfcAsync::kLength> bytes{};
    area.read(at, bytes);
    const auto event = decode_vfc_async(bytes);
    if (!event) return;
    area.write(at, std::array<std::uint8_t, 1>{});
    next_event = (next_event + 1) % (kPage / VfcAsync::kLength);
    if (event->event == VfcEvent::link_down && link == Link::ready) link_down(now);
    if (event->event == VfcEvent::link_up && link != Link::no_partner && link != Link::closing) log_out(now);
  }
}

void VfcClient::State::expired(Timer timer, SimTime now) {
  switch (timer) {
    case kAnswer:
    case kInit:
    case kAbort:
      return reset(now);
    case kRetry:
      if (link == Link::retry_wait) return begin_bring_up(now);
      if (link == Link::closing) return reopen(now);
      if (link == Link::ready && question == 0) {
        bring_up.rediscover();
        ask(now);
      }
      return;
    case kCommand:
      return commands_overdue(now);
    case kLoss:
      return purge(now);
    default:
      const std::vector<Ending> told = std::exchange(endings, {});
      for (const Ending& ending : told) ending.path->client->path_ended(ending.number, ending.status, now);
  }
}

void VfcClient::State::set(Timer timer, SimTime when) {
  cancel(timer);
  timer_set[timer] = true;
  host->set_timer(timers[timer], when);
}

void VfcClient::State::cancel(Timer timer) {
  if (timer_set[timer]) host->cancel_timer(timers[timer]);
  timer_set[timer] = false;
}

VfcClient::VfcClient(const VfcClientConfig& config, VioCalls& calls, io::RequestLedger& ledger)
    : state_{std::make_unique<State>(*this, config, calls, ledger)} {}
VfcClient::~VfcClient() = default;

DiskPath& VfcClient::path(std::uint64_t wwpn, std::uint32_t lun) {
  return state_->paths.emplace_back(*state_, wwpn, lun);
}
bool VfcClient::ready() const {
  return state_->link == State::Link::ready;
}
const VfcClientCounts& VfcClient::counts() const {
  return state_->counts;
}
void VfcClient::attach(system::Host& host) {
  state_->attach(host);
}
void VfcClient::activated(SimTime now) {
  state_->activated(now);
}
void VfcClient::deactivated(SimTime) {
  state_->deactivated();
}
Activity VfcClient::next_activity(std::uint32_t, SimTime now) {
  return state_->handle(now);
}
void VfcClient::timer_expired(std::uint32_t timer_tag, SimTime now) {
  state_->timer_set[timer_tag] = false;
  state_->in_handler = true;
  state_->expired(static_cast<State::Timer>(timer_tag), now);
  state_->in_handler = false;
  // What its calls cost is for the handler to compute.
  state_->prepaid += state_->calls.take_cost();
}
void VfcClient::interrupted(std::uint32_t, SimTime now) {
  state_->interrupted(now);
}

}  // namespace lparsim::drivers

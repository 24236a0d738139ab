#include "vios/vscsi/vscsi_server.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/deterministic_math.hpp"
#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

namespace {

constexpr std::uint32_t kQueuePages = 2;  // 512 elements
constexpr std::uint64_t kLongestList = 4096;
// What is left to do for requests that have been answered makes way for others: it is done a bit at a time while no thread has a request
// (one beside it on the same core would slow that down), as long as there is not too much of it. Both assumed.
constexpr SimTime kBit = SimTime::from_us(3);
constexpr SimTime kMostChores = SimTime::from_us(500);

}  // namespace

VscsiServer::State::Adapter::Adapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& adapter, Bytes most)
    : config{adapter},
      area{calls, adapter},
      queue{calls, adapter, area, kQueuePages},
      unit{area.reserve(hypervisor::kSrpLongestIu)},
      list{area.reserve(kLongestList)},
      staging{area.reserve_pages(static_cast<std::uint32_t>(most.count / kIoPage))},
      staging_size{most} {}

VscsiServer::State::State(VscsiServer& server, const VscsiServerConfig& server_config, hypervisor::VioCalls& vio_calls,
                          io::RequestLedger& request_ledger, RandomStream stream)
    : owner{server}, config{server_config}, calls{vio_calls}, ledger{request_ledger}, random{stream} {
  config.maximum_transfer = std::max(config.maximum_transfer, kLeastMaximum);
}

VscsiServer::VscsiServer(const VscsiServerConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger, RandomStream random)
    : state_{std::make_unique<State>(*this, config, calls, ledger, random)} {}
VscsiServer::~VscsiServer() = default;

std::uint32_t VscsiServer::add_disk(io::BlockDevice& device, std::uint32_t queue_depth, hypervisor::Liobn window) {
  state_->disks.push_back({&device, queue_depth, window});
  return static_cast<std::uint32_t>(state_->disks.size() - 1);
}

std::uint32_t VscsiServer::add_adapter(const hypervisor::VirtualAdapter& adapter, std::optional<PartitionId> client) {
  state_->adapters.emplace_back(state_->calls, adapter, state_->config.maximum_transfer);
  state_->adapters.back().client = client;
  return static_cast<std::uint32_t>(state_->adapters.size() - 1);
}

void VscsiServer::set_hooks(vsp::Hooks& hooks, PartitionId vios) {
  state_->hooks = &hooks;
  state_->partition = vios;
  hooks.add_native(vsp::Hook::vscsi_command, *state_);
}

std::uint32_t VscsiServer::map(std::uint32_t adapter, const Backing& backing) {
  const Bytes capacity = state_->disks[backing.disk].device->capacity();
  auto& luns = state_->adapters[adapter].luns;
  luns.push_back({backing, backing.size.count > 0 ? backing.size : Bytes{capacity.count - backing.first_block * hypervisor::kScsiBlock}});
  LPARSIM_CHECK(luns.size() <= hypervisor::kMostLuns, "{}: more than {} LUNs behind one adapter", state_->config.partition_name,
                hypervisor::kMostLuns);
  return static_cast<std::uint32_t>(luns.size() - 1);
}

const VscsiServerCounts& VscsiServer::counts() const {
  return state_->counts;
}
bool VscsiServer::logged_in(std::uint32_t adapter) const {
  return state_->adapters[adapter].logged_in;
}
std::uint32_t VscsiServer::under_way(std::uint32_t adapter) const {
  return state_->adapters[adapter].outstanding;
}

void VscsiServer::attach(system::Host& host) {
  State& state = *state_;
  state.host = &host;
  for (std::uint32_t i = 0; i < state.adapters.size(); ++i) {
    state.adapters[i].handler = host.create_thread(*this, i, system::kMostFavoured, system::ThreadKind::interrupt);
    host.connect_interrupt(state.adapters[i].config.interrupt, *this);
    state.by_source[state.adapters[i].config.interrupt] = i;
  }
  const auto first = static_cast<std::uint32_t>(state.adapters.size());
  for (std::uint32_t i = 0; i < state.config.threads; ++i) {
    state.workers.push_back({host.create_thread(*this, first + i, 0, system::ThreadKind::kernel)});
  }
  state.retry_timer = host.create_timer(*this, 0);
}

void VscsiServer::activated(SimTime now) {
  State& state = *state_;
  state.active = true;
  state.idle_workers.clear();
  for (std::uint32_t i = state.config.threads; i > 1; --i) state.idle_workers.push_back(i - 1);
  state.calls.take_cost();
  for (State::Adapter& adapter : state.adapters) {
    adapter.area.map();
    const hypervisor::HcallStatus status = adapter.queue.open();
    LPARSIM_CHECK(status == hypervisor::HcallStatus::success || status == hypervisor::HcallStatus::closed, "{}: H_REG_CRQ answers {}",
                  state.config.partition_name, static_cast<std::int64_t>(status));
  }
  state.host->make_ready(state.workers[0].thread, state.calls.take_cost(), system::Cause::boot, now);
}

void VscsiServer::deactivated(SimTime now) {
  State& state = *state_;
  state.active = false;
  for (std::uint32_t i = 0; i < state.adapters.size(); ++i) {
    State::Adapter& adapter = state.adapters[i];
    adapter.queue.forget();
    adapter.handler_busy = adapter.pending = adapter.close_wanted = false;
    state.client_gone(i, now);
  }
  for (std::uint32_t i = 0; i < state.requests.size(); ++i) {
    if (!state.requests[i].used || state.requests[i].listener == nullptr) continue;
    state.end_issue(state.requests[i], vsp::kAborted, now);
    state.drop(i, now);
  }
  for (State::Worker& worker : state.workers) worker.request = State::kNone;
  state.completions.clear();
  for (std::uint32_t i = 0; i < state.requests.size(); ++i) {
    if (state.requests[i].used && state.requests[i].place != State::Place::device) state.forget(i);
  }
  state.prepaid = state.owed = state.chores = {};
  state.retry_set = false;
}

system::Activity VscsiServer::next_activity(std::uint32_t thread_tag, SimTime now) {
  const auto adapters = static_cast<std::uint32_t>(state_->adapters.size());
  return thread_tag < adapters ? state_->handle(thread_tag, now) : state_->work(thread_tag - adapters, now);
}

void VscsiServer::interrupted(std::uint32_t source, SimTime now) {
  State& state = *state_;
  State::Adapter& adapter = state.adapters[state.by_source.at(source)];
  if (!adapter.pending) adapter.interrupted_clock = state.host->undispatched(now);
  adapter.pending = true;
  if (!adapter.handler_busy) state.host->make_ready(adapter.handler, SimTime{}, system::Cause::outside, now);
  adapter.handler_busy = true;
}

system::Activity VscsiServer::State::work(std::uint32_t number, SimTime now) {
  Worker& worker = workers[number];
  for (;;) {
    if (worker.request == kNone) {
      const bool chores_first = chores > kMostChores;
      const auto next = chores_first ? std::nullopt : next_request();
      if (!next && chores > SimTime{} && (chores_first || nobody_works())) {
        const SimTime bit = std::min(chores, kBit);
        chores -= bit;
        return system::Activity::compute(bit);
      }
      if (!next) {
        idle_workers.push_back(number);
        return system::Activity::block();
      }
      worker.request = *next;
    }
    const auto step = advance(worker.request, now);
    if (!step) {
      worker.request = kNone;
    } else if (*step > SimTime{}) {
      return system::Activity::compute(*step);
    }
  }
}

bool VscsiServer::State::nobody_works() const {
  return std::ranges::all_of(workers, [](const Worker& worker) { return worker.request == kNone; });
}

std::optional<std::uint32_t> VscsiServer::State::next_request() {
  // What the disks have done comes first; then clients take turns.
  if (!completions.empty()) {
    const std::uint32_t number = completions.front();
    completions.pop_front();
    requests[number].place = Place::thread;
    return number;
  }
  for (std::size_t tried = 0; tried < adapters.size(); ++tried) {
    const std::uint32_t adapter = next_adapter;
    next_adapter = (next_adapter + 1) % static_cast<std::uint32_t>(adapters.size());
    if (adapters[adapter].arrivals.size() > adapters[adapter].fresh) return take_up(adapter);
  }
  return std::nullopt;
}

std::uint32_t VscsiServer::State::new_request(std::uint32_t adapter) {
  if (free_requests.empty()) {
    free_requests.push_back(static_cast<std::uint32_t>(requests.size()));
    requests.emplace_back();
  }
  const std::uint32_t number = free_requests.back();
  free_requests.pop_back();
  Request& request = requests[number];
  // Its list keeps its memory.
  Request fresh;
  fresh.ranges.swap(request.ranges);
  fresh.ranges.clear();
  request = std::move(fresh);
  request.used = true;
  request.adapter = adapter;
  return number;
}

std::uint32_t VscsiServer::State::take_up(std::uint32_t adapter) {
  const std::uint32_t number = new_request(adapter);
  Request& request = requests[number];
  request.arrival = adapters[adapter].arrivals.front();
  adapters[adapter].arrivals.pop_front();
  if (config.exponential_costs) request.factor = -deterministic_log(random.uniform());
  return number;
}

std::optional<SimTime> VscsiServer::State::advance(std::uint32_t number, SimTime now) {
  if (requests[number].orphan) requests[number].step = Step::clean;
  switch (requests[number].step) {
    case Step::receive: {
      const auto length = receive(number, now);
      if (!length) forget(number);
      return length;
    }
    case Step::copy_in:
      enter(requests[number], io::Stage::copy, now);
      requests[number].step = Step::start;
      return requests[number].own;
    case Step::issue: {
      Request& request = requests[number];
      const RequestCosts& costs = config.costs.of(false, request.write);
      request.step = Step::start;
      return time(costs.receive, request) + time(cost_of_pages(costs, request.pages).path, request);
    }
    case Step::resume:
      enter(requests[number], io::Stage::vios_processing, now);
      requests[number].step = requests[number].next;
      return requests[number].deciding;
    case Step::start:
      if (hooked(requests[number])) return ask(number, now);
      start(number, now);
      return std::nullopt;
    case Step::completed:
      if (const auto length = complete(requests[number], now)) return length;
      // The client's window cannot be reached although its queue is open: it broke the rules.
      close_queue(requests[number].adapter, now);
      forget(number);
      return std::nullopt;
    case Step::finish:
      enter(requests[number], io::Stage::vios_processing, now);
      requests[number].step = Step::answer;
      return requests[number].own;
    case Step::answer:
      return answer(requests[number], number, now);
    case Step::clean:
      break;
  }
  forget(number);
  return std::nullopt;
}

std::optional<SimTime> VscsiServer::State::complete(Request& request, SimTime now) {
  enter(request, io::Stage::vios_processing, now);
  calls.take_cost();
  if (request.listener != nullptr) {
    request.step = Step::answer;
    return rest(time(config.costs.of(false, request.write).complete, request), {});
  }
  // What one reads that has been provided, and what one writes so, goes through the server's memory.
  if (request.provided && !request.write) request.copied = true;
  const bool copies = (request.copied && !request.write) || (request.provided && !request.copied);
  if (copies && request.response.status == hypervisor::kScsiGood && !copy_data(request)) return std::nullopt;
  const SimTime copied = calls.take_cost();
  if (!reply(request, request.response)) return std::nullopt;
  const RequestCosts& costs = config.costs.of(request.copied, request.write);
  SimTime budget = time(costs.complete, request);
  if (copies) budget += time(cost_of_pages(costs, request.pages).path, request);
  request.own = rest(std::max(budget - copied, SimTime{}), calls.take_cost());
  if (copied == SimTime{}) {
    request.step = Step::answer;
    return request.own;
  }
  enter(request, io::Stage::copy, now);
  request.step = Step::finish;
  return copied;
}

SimTime VscsiServer::State::answer(Request& request, std::uint32_t number, SimTime now) {
  if (request.listener != nullptr) {
    end_issue(request, request.response.status, now);
    request.step = Step::clean;
    return SimTime{};
  }
  Adapter& adapter = adapters[request.adapter];
  calls.take_cost();
  enter(request, io::Stage::transport, now);
  hypervisor::VscsiElement element{request.arrival.element.format};
  element.length = static_cast<std::uint16_t>(request.answer_length);
  element.data = request.tag;
  adapter.queue.send(encode(element));
  if (element.format == hypervisor::VscsiFormat::srp) --adapter.outstanding;
  if (request.data) ++counts.responses;
  unmap_ranges(request, number);
  request.step = Step::clean;
  // From now on it is the client's again.
  request.tag = 0;
  const SimTime spent = calls.take_cost();
  if (!request.data) return spent;
  const RequestCosts& costs = config.costs.of(request.copied, request.write);
  chores += rest(time(Cycles{costs.after.count + cost_of_pages(costs, request.pages).after.count}, request), spent);
  return SimTime{};
}

void VscsiServer::State::wake_worker(system::Cause cause, SimTime now) {
  if (idle_workers.empty()) return;
  host->make_ready(workers[idle_workers.back()].thread, SimTime{}, cause, now);
  idle_workers.pop_back();
}

void VscsiServer::State::enter(Request& request, io::Stage stage, SimTime now) {
  const SimTime clock = host->undispatched(now);
  if (!request.orphan) ledger.enter(io::RequestTag{request.tag}, stage, now, io::Stage::vios_dispatch, clock - request.clock);
  request.clock = clock;
}

SimTime VscsiServer::State::time(Cycles cycles, const Request& request) const {
  return Cycles{cycles.count * request.factor}.at(config.clock);
}

SimTime VscsiServer::State::rest(SimTime budget, SimTime spent) {
  spent += std::exchange(owed, {});
  if (budget <= spent) {
    prepaid += spent - budget;
    return spent;
  }
  const SimTime used = std::min(budget - spent, prepaid);
  prepaid -= used;
  return budget - used;
}

void VscsiServer::State::forget(std::uint32_t number) {
  if (active) unmap_ranges(requests[number], number);
  requests[number].used = false;
  free_requests.push_back(number);
}

void VscsiServer::timer_expired(std::uint32_t, SimTime now) {
  state_->retry_set = false;
  for (State::Disk& disk : state_->disks) state_->start_waiting(disk, now);
}

}  // namespace lparsim::vscsi

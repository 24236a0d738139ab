#include <algorithm>
#include <utility>

#include "models/vsp/wire.hpp"
#include "sim/base/check.hpp"
#include "vsp/behaviour/service_state.hpp"

namespace lparsim::vsp {

namespace {

// Timers of operating systems are no finer; and a behaviour that sets one to nothing again and again does not stop time.
constexpr SimTime kLeastTimer = SimTime::from_us(1);
constexpr SimTime kMostTime = SimTime::from_s(86'400);
// What one function of a behaviour may ask for.
constexpr std::size_t kMostActions = 65'536;
// The shortest message: a header.
constexpr std::size_t kLeastMessage = sizeof(lparsim_vsp_header);

}  // namespace

void ServiceProgram::State::wake_handler(system::Cause cause, SimTime now) {
  if (handler_busy) {
    interrupted_again = true;
    return;
  }
  handler_busy = true;
  host->make_ready(handler, SimTime{}, cause, now);
}

system::Activity ServiceProgram::State::handle(SimTime now) {
  for (;;) {
    if (taken) {
      Job job{Job::Kind::message};
      job.message = *std::exchange(taken, std::nullopt);
      ++waiting_messages;
      add(std::move(job), system::Cause::thread, now);
    }
    if (std::exchange(looked_in_vain, false) && !interrupted_again) break;
    interrupted_again = false;
    // Nobody interrupts for what is left on the channel then: the threads wake this when there is room.
    stopped_at_backlog = waiting_messages >= config.backlog;
    if (stopped_at_backlog) break;
    taken = port.receive(now);
    looked_in_vain = !taken;
    if (taken) ++counts.messages;
    const SimTime cost = port.take_cost();
    if (cost > SimTime{}) return system::Activity::compute(cost);
  }
  handler_busy = false;
  return system::Activity::block();
}

void ServiceProgram::State::add(Job job, system::Cause cause, SimTime now) {
  jobs.push_back(std::move(job));
  if (idle.empty()) return;
  host->make_ready(workers[idle.back()].thread, SimTime{}, cause, now);
  idle.pop_back();
}

system::Activity ServiceProgram::State::work(std::uint32_t number, SimTime now) {
  Worker& worker = workers[number];
  for (;;) {
    if (worker.next == worker.actions.size()) {
      if (jobs.empty()) {
        idle.push_back(number);
        return system::Activity::block();
      }
      begin_next(worker, now);
      continue;
    }
    const SimTime cost = perform(worker.actions[worker.next++], now);
    if (cost > SimTime{}) return system::Activity::compute(cost);
  }
}

void ServiceProgram::State::begin_next(Worker& worker, SimTime now) {
  const Job job = std::move(jobs.front());
  jobs.pop_front();
  worker.actions.clear();
  worker.next = 0;
  if (job.kind == Job::Kind::message && --waiting_messages <= config.backlog / 2 && stopped_at_backlog) {
    stopped_at_backlog = false;
    wake_handler(system::Cause::thread, now);
  }
  run(job, worker.actions, now);
}

void ServiceProgram::State::run(const Job& job, std::vector<ServiceAction>& actions, SimTime now) {
  LPARSIM_CHECK(asked == nullptr, "{} at {} ps: its behaviour is entered while it runs", config.name, now.ps());
  time = now;
  asked = &actions;
  if (job.kind == Job::Kind::start) {
    ++counts.starts;
    behaviour = std::make_unique<FaultyBehaviour>(plan, *this, factory, [this](FaultKind kind, SimTime at) { listener.struck(kind, at); });
    behaviour->started();
  } else if (behaviour) {
    if (job.kind == Job::Kind::message) behaviour->message(job.message.view());
    if (job.kind == Job::Kind::timer) behaviour->timer(job.tag);
    if (job.kind == Job::Kind::plan_changed) behaviour->plan_changed();
  }
  asked = nullptr;
}

SimTime ServiceProgram::State::perform(const ServiceAction& action, SimTime now) {
  switch (action.kind) {
    case ServiceAction::Kind::compute:
      counts.computed += action.time;
      return action.time;
    case ServiceAction::Kind::copied:
      return action.time;
    case ServiceAction::Kind::send:
      ++counts.sent;
      port.send(action.message.view(), now);
      return port.take_cost();
    case ServiceAction::Kind::set_timer:
      timers.insert({now + action.time, timers_set++, action.tag});
      arm(now);
      return {};
    case ServiceAction::Kind::log:
      listener.logged(action.text, now);
      return {};
  }
  return {};
}

void ServiceProgram::State::arm(SimTime now) {
  if (timers.empty() || std::get<0>(*timers.begin()) >= armed) return;
  if (armed != SimTime::never()) host->cancel_timer(timer);
  armed = std::max(std::get<0>(*timers.begin()), now);
  host->set_timer(timer, armed);
}

ServiceAction* ServiceProgram::State::add_action(ServiceAction::Kind kind) {
  // Nothing is being collected while a behaviour is destroyed with its partition.
  if (asked == nullptr || asked->size() >= kMostActions) return nullptr;
  asked->push_back({kind});
  return &asked->back();
}

std::int32_t ServiceProgram::State::send(std::span<const std::uint8_t> message) {
  if (message.size() < kLeastMessage || message.size() > Message::kMost) return LPARSIM_VSP_INVALID;
  ServiceAction* action = add_action(ServiceAction::Kind::send);
  if (action == nullptr) return LPARSIM_VSP_NO_MEMORY;
  action->message = to_message(message);
  return LPARSIM_VSP_OK;
}

void ServiceProgram::State::compute(SimTime duration) {
  if (duration <= SimTime{}) return;
  if (ServiceAction* action = add_action(ServiceAction::Kind::compute)) action->time = std::min(duration, kMostTime);
}

std::int32_t ServiceProgram::State::read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) {
  ServiceAction* action = add_action(ServiceAction::Kind::copied);
  if (action == nullptr) return LPARSIM_VSP_NO_MEMORY;
  const std::int32_t status = port.read(grant, offset, to, time);
  action->time = port.take_cost();
  return status;
}

std::int32_t ServiceProgram::State::write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) {
  ServiceAction* action = add_action(ServiceAction::Kind::copied);
  if (action == nullptr) return LPARSIM_VSP_NO_MEMORY;
  const std::int32_t status = port.write(grant, offset, from, time);
  action->time = port.take_cost();
  return status;
}

void ServiceProgram::State::set_timer(std::uint64_t tag, SimTime after) {
  ServiceAction* action = add_action(ServiceAction::Kind::set_timer);
  if (action == nullptr) return;
  action->time = std::clamp(after, kLeastTimer, kMostTime);
  action->tag = tag;
}

void ServiceProgram::State::log(std::string_view text) {
  if (ServiceAction* action = add_action(ServiceAction::Kind::log)) action->text = text;
}

}  // namespace lparsim::vsp

#include "vsp/behaviour/service_program.hpp"

#include <algorithm>
#include <utility>

#include "models/vsp/wire.hpp"
#include "vsp/behaviour/service_state.hpp"

namespace lparsim::vsp {

namespace {
constexpr std::uint32_t kHandlerTag = 0;  // workers come after it
}  // namespace

ServiceProgram::State::State(ServiceProgram& program, const ServiceProgramConfig& program_config, Port& channel,
                             BehaviourFactory behaviour_factory, ServiceListener& program_listener, RandomStream random,
                             RandomStream fault_random)
    : owner{program},
      config{program_config},
      port{channel},
      factory{std::move(behaviour_factory)},
      listener{program_listener},
      stream{random},
      plan{program_config.faults, fault_random} {
  config.threads = std::max(config.threads, 1U);
  config.backlog = std::max(config.backlog, 1U);
}

ServiceProgram::ServiceProgram(const ServiceProgramConfig& config, Port& port, BehaviourFactory factory, ServiceListener& listener,
                               RandomStream random, RandomStream fault_random)
    : state_{std::make_unique<State>(*this, config, port, std::move(factory), listener, random, fault_random)} {}
ServiceProgram::~ServiceProgram() = default;

const ServiceCounts& ServiceProgram::counts() const {
  return state_->counts;
}

void ServiceProgram::inject(const Fault& fault, SimTime now) {
  state_->plan.inject(fault, now);
  if (state_->active) state_->add({State::Job::Kind::plan_changed}, system::Cause::outside, now);
}

void ServiceProgram::clear_faults(SimTime now) {
  state_->plan.clear();
  if (state_->active) state_->add({State::Job::Kind::plan_changed}, system::Cause::outside, now);
}

void ServiceProgram::attach(system::Host& host) {
  State& state = *state_;
  state.host = &host;
  state.handler = host.create_thread(*this, kHandlerTag, system::kMostFavoured, system::ThreadKind::interrupt);
  host.connect_interrupt(state.port.interrupt_source(), *this);
  for (std::uint32_t i = 0; i < state.config.threads; ++i) {
    state.workers.emplace_back();
    state.workers.back().thread = host.create_thread(*this, kHandlerTag + 1 + i, 0, system::ThreadKind::kernel);
  }
  state.timer = host.create_timer(*this, 0);
}

void ServiceProgram::activated(SimTime now) {
  State& state = *state_;
  state.active = true;
  for (std::uint32_t i = state.config.threads; i > 0; --i) state.idle.push_back(i - 1);
  state.add({State::Job::Kind::start}, system::Cause::boot, now);
  // What has come before there was anybody to interrupt.
  state.wake_handler(system::Cause::boot, now);
}

void ServiceProgram::deactivated(SimTime now) {
  State& state = *state_;
  state.active = false;
  state.time = now;
  state.behaviour.reset();
  state.handler_busy = state.looked_in_vain = state.interrupted_again = state.stopped_at_backlog = false;
  state.taken.reset();
  for (State::Worker& worker : state.workers) {
    worker.actions.clear();
    worker.next = 0;
  }
  state.idle.clear();
  state.jobs.clear();
  state.waiting_messages = 0;
  state.timers.clear();
  state.armed = SimTime::never();
}

system::Activity ServiceProgram::next_activity(std::uint32_t thread_tag, SimTime now) {
  return thread_tag == kHandlerTag ? state_->handle(now) : state_->work(thread_tag - kHandlerTag - 1, now);
}

void ServiceProgram::timer_expired(std::uint32_t, SimTime now) {
  State& state = *state_;
  state.armed = SimTime::never();
  while (!state.timers.empty() && std::get<0>(*state.timers.begin()) <= now) {
    const std::uint64_t tag = std::get<2>(*state.timers.begin());
    state.timers.erase(state.timers.begin());
    ++state.counts.timers;
    state.add({State::Job::Kind::timer, tag}, system::Cause::timer, now);
  }
  state.arm(now);
}

void ServiceProgram::interrupted(std::uint32_t, SimTime now) {
  state_->wake_handler(system::Cause::outside, now);
}

SimTime ServiceProgram::serve(std::span<const std::uint8_t> message, SimTime now) {
  State& state = *state_;
  // Before its thread has created it, it is as one that has not started.
  if (!state.active || !state.behaviour) return {};
  ++state.counts.served;
  // What it sends may make the platform hand it another call before this one is over, hence a list of its own.
  std::vector<ServiceAction> actions = std::exchange(state.at_once, {});
  actions.clear();
  State::Job job{State::Job::Kind::message};
  job.message = to_message(message);
  state.run(job, actions, now);
  SimTime cost;
  for (const ServiceAction& action : actions) cost += state.perform(action, now);
  state.at_once = std::move(actions);
  return cost;
}

}  // namespace lparsim::vsp

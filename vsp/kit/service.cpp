#include "vsp/kit/service.hpp"

#include <lparsim/vsp.h>

#include <algorithm>
#include <utility>

namespace lparsim::vsp::kit {

namespace {

constexpr SimTime kEntry = SimTime::from_ns(500);  // an interrupt or a timer: a thread is woken
constexpr std::uint64_t kTimer = std::uint64_t{1} << 63;

}  // namespace

Service::Service(const BehaviourFactory& factory, ServiceLink& link, kernel::Calendar& calendar, std::uint64_t seed)
    : factory_{factory}, link_{link}, calendar_{calendar}, random_{seed, "vsp.kit"} {}

bool Service::start(SimTime now) {
  stop(now);
  now_ = now;
  ++life_;
  behaviour_ = factory_(*this);
  if (!behaviour_) return false;
  enter([this] { behaviour_->started(); }, now);
  work(now);
  return true;
}

void Service::stop(SimTime now) {
  if (starved_) starved_for_ += now - starved_since_;
  ++life_;
  ++generation_;
  steps_.clear();
  expired_.clear();
  in_step_ = hangs_ = starved_ = false;
  functions_ = 0;
  behaviour_.reset();
}

void Service::starve(SimTime now) {
  if (starved_) return;
  starved_ = true;
  starved_since_ = now;
  if (in_step_ && steps_.front().act) steps_.front().compute -= now - step_begin_;
  in_step_ = false;
  ++generation_;
}

void Service::feed(SimTime now) {
  if (starved_) starved_for_ += now - starved_since_;
  starved_ = false;
  work(now);
}

void Service::ring(SimTime now) {
  work(now);
}

SimTime Service::unstarved(SimTime now) const {
  return (starved_ ? starved_since_ : now) - starved_for_;
}

void Service::enter(const std::function<void()>& function, SimTime now) {
  now_ = now;
  pending_ = at_once_ ? SimTime{} : kEntry;
  if (hangs_ || ++functions_ >= kMostFunctions) {
    steps_.push_back({SimTime{}, nullptr});
    return;
  }
  function();
  if (pending_ > SimTime{}) then([](SimTime) {});
}

void Service::then(std::function<void(SimTime now)> act) {
  if (at_once_) {
    at_once_cost_ += pending_;
    act(now_);
  } else {
    steps_.push_back({pending_, std::move(act)});
  }
  pending_ = SimTime{};
}

void Service::work(SimTime now) {
  // What a step does may ring the bell.
  if (working_ || in_step_ || starved_ || !behaviour_) return;
  working_ = true;
  while (!starved_ && behaviour_) {
    if (steps_.empty() && !take_input(now)) break;
    if (steps_.empty()) continue;
    if (Step& step = steps_.front(); !step.act || step.compute > SimTime{}) {
      in_step_ = true;
      step_begin_ = now;
      if (step.act) calendar_.call(*this, ++generation_, now + step.compute);
      break;
    }
    const auto act = std::move(steps_.front().act);
    steps_.pop_front();
    act(now);
  }
  working_ = false;
}

bool Service::take_input(SimTime now) {
  if (!expired_.empty()) {
    const std::uint64_t tag = expired_.front();
    expired_.pop_front();
    enter([&] { behaviour_->timer(tag); }, now);
    return true;
  }
  const std::optional<Message> message = link_.receive(now);
  if (message) enter([&] { behaviour_->message(message->view()); }, now);
  return message.has_value();
}

SimTime Service::serve(std::span<const std::uint8_t> message, SimTime now) {
  if (!behaviour_) return {};
  at_once_ = true;
  at_once_cost_ = SimTime{};
  enter([&] { behaviour_->message(message); }, now);
  at_once_ = false;
  return at_once_cost_;
}

void Service::rings(std::uint64_t argument, SimTime now) {
  if ((argument & kTimer) != 0) {
    // The tag was kept with the life that set it.
    const std::uint64_t life = argument >> 32 & 0x7FFF'FFFF;
    if (life != (life_ & 0x7FFF'FFFF) || !behaviour_) return;
    expired_.push_back(timers_.at(argument & 0xFFFF'FFFF));
    work(now);
    return;
  }
  if (argument != generation_ || !in_step_) return;
  in_step_ = false;
  steps_.front().compute = SimTime{};
  work(now);
}

std::int32_t Service::send(std::span<const std::uint8_t> message) {
  if (message.size() < 8 || message.size() > Message::kMost) return LPARSIM_VSP_INVALID;
  then([this, kept = std::vector<std::uint8_t>(message.begin(), message.end())](SimTime at) { link_.send(kept, at); });
  return 0;
}

void Service::compute(SimTime time) {
  if (time > SimTime{}) pending_ += time;
}

std::int32_t Service::read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) {
  return link_.read(grant, offset, to, now_);
}

std::int32_t Service::write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) {
  return link_.write(grant, offset, from, now_);
}

void Service::set_timer(std::uint64_t tag, SimTime after) {
  timers_.push_back(tag);
  const std::uint64_t argument = kTimer | (std::uint64_t{life_} & 0x7FFF'FFFF) << 32 | (timers_.size() - 1);
  then([this, argument, after](SimTime at) { calendar_.call(*this, argument, at + std::max(after, SimTime{})); });
}

}  // namespace lparsim::vsp::kit

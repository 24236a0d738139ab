#include "vsp/behaviour/faults.hpp"

#include <algorithm>
#include <utility>

#include "models/vsp/wire.hpp"

namespace lparsim::vsp {

namespace {
// How long it burns cycles before it looks whether the spinning is over.
constexpr SimTime kSpin = SimTime::from_ms(1);
// And how long it pauses: the shortest timer that there is.
constexpr SimTime kPause = SimTime::from_us(1);
}  // namespace

FaultyBehaviour::FaultyBehaviour(FaultPlan& plan, Platform& platform, const BehaviourFactory& factory, Signal signal)
    : plan_{plan}, platform_{platform}, signal_{std::move(signal)} {
  inner_ = factory(*this);
}
FaultyBehaviour::~FaultyBehaviour() = default;

void FaultyBehaviour::started() {
  watch_plan();
  if (!inner_) return;
  look_for_slowness();
  if (goes_on()) {
    inner_->started();
  } else {
    kept_.push_back({Kept::Kind::start, 0, {}});
  }
}

void FaultyBehaviour::plan_changed() {
  if (plan_.empty()) latched_.reset();
  watch_plan();
  look_for_slowness();
  goes_on();
}

void FaultyBehaviour::message(std::span<const std::uint8_t> message) {
  if (!inner_ || dead_) return;
  const std::uint16_t type = type_of(message);
  look_for_slowness();
  if (!plan_.empty() && type == LPARSIM_VSP_CALL) call_came(message);
  if (!goes_on()) {
    // What belongs to calls is forgotten with them.
    if (type != LPARSIM_VSP_CALL && type != LPARSIM_VSP_CANCEL) kept_.push_back({Kept::Kind::message, 0, to_message(message)});
    return;
  }
  if (type == LPARSIM_VSP_WELCOME) epoch_ = read_as<lparsim_vsp_header>(message)->epoch;
  inner_->message(message);
}

void FaultyBehaviour::timer(std::uint64_t tag) {
  const auto found = timers_.find(tag);
  if (found == timers_.end() || !inner_) return;
  const Timer timer = found->second;
  timers_.erase(found);
  look_for_slowness();
  if (timer.kind == Pending::change) {
    watching_ = false;
    watch_plan();
  }
  if (timer.kind == Pending::spinning) burning_ = false;
  const bool on = goes_on();
  if (timer.kind == Pending::late_reply && on) {
    // Whatever has become of its call and its channel meanwhile.
    platform_.send(timer.reply.view());
  } else if (timer.kind == Pending::inner_timer && on) {
    inner_->timer(timer.tag);
  } else if (timer.kind == Pending::inner_timer && !dead_) {
    kept_.push_back({Kept::Kind::timer, timer.tag, {}});
  }
}

void FaultyBehaviour::look_for_slowness() {
  const Fault* slow = plan_.always(FaultKind::slow, platform_.now());
  factor_ = slow != nullptr ? slow->factor : 1;
}

const Fault* FaultyBehaviour::hang() const {
  const SimTime at = platform_.now();
  if (latched_ && latched_->holds(at)) return &*latched_;
  const Fault* spin = plan_.always(FaultKind::spin, at);
  return spin != nullptr ? spin : plan_.always(FaultKind::hang, at);
}

bool FaultyBehaviour::goes_on() {
  if (dead_) return false;
  if (const auto kind = plan_.due(platform_.now())) {
    end(*kind);
    return false;
  }
  if (const Fault* fault = hang()) {
    if (fault->kind == FaultKind::spin && !burning_) burn();
    return false;
  }
  latched_.reset();
  for (const Kept& what : std::exchange(kept_, {})) {
    switch (what.kind) {
      case Kept::Kind::start:
        inner_->started();
        break;
      case Kept::Kind::message:
        inner_->message(what.message.view());
        break;
      case Kept::Kind::timer:
        inner_->timer(what.tag);
        break;
    }
  }
  return true;
}

void FaultyBehaviour::call_came(std::span<const std::uint8_t> message) {
  const SimTime at = platform_.now();
  for (const FaultKind kind : {FaultKind::crash, FaultKind::restart}) {
    if (plan_.strikes(kind, at) != nullptr) return end(kind);
  }
  for (const FaultKind kind : {FaultKind::hang, FaultKind::spin}) {
    if (const Fault* fault = plan_.strikes(kind, at)) {
      latched_ = *fault;
      watch_plan();
      return;
    }
  }
  if (const Fault* slow = plan_.strikes(FaultKind::slow, at)) factor_ = slow->factor;
  if (const Fault* violation = plan_.strikes(FaultKind::violation, at)) violate(*violation, message);
}

void FaultyBehaviour::end(FaultKind kind) {
  dead_ = true;
  timers_.clear();
  kept_.clear();
  signal_(kind, platform_.now());
}

void FaultyBehaviour::burn() {
  burning_ = true;
  platform_.compute(kSpin);
  set({Pending::spinning, 0, {}}, kPause);
}

void FaultyBehaviour::watch_plan() {
  const SimTime at = platform_.now();
  SimTime next = plan_.next_change(at);
  if (latched_ && latched_->until > at) next = std::min(next, latched_->until);
  if (next == SimTime::never() || (watching_ && watched_ <= next)) return;
  watching_ = true;
  watched_ = next;
  set({Pending::change, 0, {}}, next - at);
}

void FaultyBehaviour::set(Timer timer, SimTime after) {
  timers_.emplace(next_timer_, std::move(timer));
  platform_.set_timer(next_timer_++, after);
}

std::int32_t FaultyBehaviour::send(std::span<const std::uint8_t> message) {
  const std::uint16_t type = type_of(message);
  if (type == LPARSIM_VSP_REGISTER) {
    const auto registration = read_as<lparsim_vsp_register>(message);
    if (registration && registration->hook < 32) hooks_ |= 1U << registration->hook;
  }
  if (plan_.empty()) return platform_.send(message);
  if (type == LPARSIM_VSP_REPLY) return send_reply(message);
  if (type == LPARSIM_VSP_HELLO || type == LPARSIM_VSP_FEATURES) return violate_in_handshake(message);
  return platform_.send(message);
}

std::int32_t FaultyBehaviour::send_reply(std::span<const std::uint8_t> message) {
  const SimTime at = platform_.now();
  Message reply = to_message(message);
  if (plan_.strikes(FaultKind::wrong, at) != nullptr) make_wrong(reply);
  const Fault* late = plan_.strikes(FaultKind::late, at);
  const int times = plan_.strikes(FaultKind::duplicate, at) != nullptr ? 2 : 1;
  std::int32_t status = LPARSIM_VSP_OK;
  for (int i = 0; i < times; ++i) {
    if (late != nullptr) {
      set({Pending::late_reply, 0, reply}, late->by);
    } else {
      status = platform_.send(reply.view());
    }
  }
  return status;
}

void FaultyBehaviour::compute(SimTime time) {
  platform_.compute(factor_ == 1 ? time : SimTime::from_seconds(time.seconds() * factor_));
}
std::int32_t FaultyBehaviour::read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) {
  return platform_.read(grant, offset, to);
}
std::int32_t FaultyBehaviour::write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) {
  return platform_.write(grant, offset, from);
}
SimTime FaultyBehaviour::now() {
  return platform_.now();
}
void FaultyBehaviour::set_timer(std::uint64_t tag, SimTime after) {
  set({Pending::inner_timer, tag, {}}, after);
}
std::uint64_t FaultyBehaviour::random() {
  return platform_.random();
}
void FaultyBehaviour::log(std::string_view text) {
  platform_.log(text);
}

}  // namespace lparsim::vsp

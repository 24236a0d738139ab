#pragma once
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/wire.hpp"
#include "sim/base/random.hpp"
#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp::testing {

/// The platform's end of a channel, as simple as can be: agrees to everything, keeps what the partition sent.
class PlatformSide {
 public:
  static constexpr std::uint32_t kEpoch = 7;

  /// Answers a handshake by itself.
  bool agrees = true;
  std::int32_t registration_status = LPARSIM_VSP_OK;
  std::uint64_t features = ~0ULL;
  std::deque<Message> to_vsp;
  std::vector<Message> sent;

  void take(std::span<const std::uint8_t> message) {
    sent.push_back(to_message(message));
    if (agrees) answer(message);
  }
  template <class Structure>
  void give(const Structure& structure) {
    to_vsp.push_back(to_message(bytes_of(structure)));
  }
  void give(lparsim_vsp_type type) { give(blank<lparsim_vsp_init>(type, type == LPARSIM_VSP_INIT ? 0 : kEpoch)); }

  /// A call to be answered.
  std::uint64_t call(Hook hook, Role role, std::array<std::uint64_t, 8> arguments = {}, std::uint32_t function = 0,
                     std::array<lparsim_vsp_grant, 2> grants = {}) {
    auto call = blank<lparsim_vsp_call>(LPARSIM_VSP_CALL, epoch);
    call.call = ++calls_;
    call.hook = static_cast<std::uint16_t>(hook);
    call.role = static_cast<std::uint16_t>(role);
    call.function = function;
    call.client = client;
    call.registration = registration_of(hook);
    std::copy(arguments.begin(), arguments.end(), call.arguments);
    std::copy(grants.begin(), grants.end(), call.grants);
    give(call);
    return call.call;
  }
  void error(std::int32_t status, bool closed) {
    auto error = blank<lparsim_vsp_error>(LPARSIM_VSP_ERROR, epoch);
    error.status = status;
    error.closed = closed ? 1 : 0;
    give(error);
  }
  void notice(lparsim_vsp_reason reason, SimTime time) {
    auto notice = blank<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE, epoch);
    notice.reason = reason;
    notice.time = static_cast<std::uint64_t>(time.ps() / 1000);
    give(notice);
  }
  void issued(std::uint64_t issue, std::int32_t status) {
    auto issued = blank<lparsim_vsp_outcome>(LPARSIM_VSP_ISSUED, epoch);
    issued.call = issue;
    issued.status = status;
    give(issued);
  }

  std::size_t count(lparsim_vsp_type type) const {
    std::size_t n = 0;
    for (const Message& message : sent) n += type_of(message.view()) == type ? 1 : 0;
    return n;
  }
  template <class Structure>
  std::vector<Structure> all(lparsim_vsp_type type) const {
    std::vector<Structure> found;
    for (const Message& message : sent) {
      if (type_of(message.view()) == type) found.push_back(*read_as<Structure>(message.view()));
    }
    return found;
  }
  std::vector<lparsim_vsp_reply> replies() const { return all<lparsim_vsp_reply>(LPARSIM_VSP_REPLY); }
  std::vector<std::uint16_t> types() const {
    std::vector<std::uint16_t> types;
    for (const Message& message : sent) types.push_back(type_of(message.view()));
    return types;
  }

  std::uint32_t epoch = kEpoch;
  std::uint32_t client = 2;

 private:
  void answer(std::span<const std::uint8_t> message) {
    switch (type_of(message)) {
      case LPARSIM_VSP_INIT:
        give(blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE, 0));
        break;
      case LPARSIM_VSP_HELLO: {
        const auto hello = *read_as<lparsim_vsp_hello>(message);
        auto welcome = blank<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME, epoch);
        welcome.major = LPARSIM_VSP_MAJOR;
        welcome.features = hello.features & features;
        welcome.credits = hello.credits;
        give(welcome);
        registrations_.clear();
        break;
      }
      case LPARSIM_VSP_FEATURES: {
        auto ok = *read_as<lparsim_vsp_features>(message);
        ok.header.type = LPARSIM_VSP_FEATURES_OK;
        give(ok);
        break;
      }
      case LPARSIM_VSP_REGISTER: {
        const auto wanted = *read_as<lparsim_vsp_register>(message);
        auto registered = blank<lparsim_vsp_registered>(LPARSIM_VSP_REGISTERED, epoch);
        registered.registration = wanted.registration;
        registered.status = registration_status;
        give(registered);
        registrations_[static_cast<Hook>(wanted.hook)] = wanted.registration;
        break;
      }
      default:
        break;
    }
  }
  std::uint32_t registration_of(Hook hook) const {
    const auto found = registrations_.find(hook);
    return found == registrations_.end() ? 0 : found->second;
  }

  std::uint64_t calls_ = 0;
  std::map<Hook, std::uint32_t> registrations_;
};

/// Runs a behaviour by hand: what it asks for is done at once, its timers when the test says.
class BehaviourBench final : public Platform {
 public:
  PlatformSide side;
  SimTime computed;
  std::vector<std::string> lines;
  /// Granted memory, by grant; whoever is not in it faults.
  std::map<std::uint64_t, std::vector<std::uint8_t>> memory;
  std::uint64_t faults = 0;

  /// `behaviour` outlives this.
  void start(Behaviour& behaviour) {
    behaviour_ = &behaviour;
    behaviour.started();
    deliver();
  }
  /// All messages that wait, and those that they bring about.
  void deliver() {
    while (!side.to_vsp.empty()) {
      const Message message = side.to_vsp.front();
      side.to_vsp.pop_front();
      behaviour_->message(message.view());
    }
  }
  void run_until(SimTime end) {
    while (!timers_.empty() && timers_.begin()->first <= end) {
      now_ = timers_.begin()->first;
      const std::uint64_t tag = timers_.begin()->second;
      timers_.erase(timers_.begin());
      behaviour_->timer(tag);
      deliver();
    }
    now_ = end;
  }

  std::int32_t send(std::span<const std::uint8_t> message) override {
    side.take(message);
    return LPARSIM_VSP_OK;
  }
  void compute(SimTime time) override { computed += time; }
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) override {
    const auto found = memory.find(grant);
    if (found == memory.end() || offset + to.size() > found->second.size()) return ++faults, LPARSIM_VSP_FAULT;
    std::copy_n(found->second.begin() + offset, to.size(), to.begin());
    return LPARSIM_VSP_OK;
  }
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) override {
    const auto found = memory.find(grant);
    if (found == memory.end() || offset + from.size() > found->second.size()) return ++faults, LPARSIM_VSP_FAULT;
    std::copy(from.begin(), from.end(), found->second.begin() + offset);
    return LPARSIM_VSP_OK;
  }
  SimTime now() override { return now_; }
  void set_timer(std::uint64_t tag, SimTime after) override { timers_.emplace(now_ + after, tag); }
  std::uint64_t random() override { return random_.bits(); }
  void log(std::string_view text) override { lines.emplace_back(text); }

 private:
  Behaviour* behaviour_ = nullptr;
  SimTime now_;
  std::multimap<SimTime, std::uint64_t> timers_;
  RandomStream random_{1, "bench"};
};

/// A partition's port to such a platform, with costs.
class ScriptedPort final : public Port {
 public:
  static constexpr std::uint32_t kInterrupt = 42;
  PlatformSide side;
  SimTime cost_of_message;
  SimTime cost_of_copy;
  std::map<std::uint64_t, std::vector<std::uint8_t>> memory;
  std::vector<SimTime> sent_at;
  std::uint64_t looks = 0;
  /// Raises the interrupt.
  std::function<void()> ring;

  /// After side.give and the like.
  void notify() {
    if (!side.to_vsp.empty() && was_empty_) {
      was_empty_ = false;
      ring();
    }
  }
  std::int32_t send(std::span<const std::uint8_t> message, SimTime now) override {
    cost_ += cost_of_message;
    sent_at.push_back(now);
    side.take(message);
    notify();
    return LPARSIM_VSP_OK;
  }
  std::optional<Message> receive(SimTime) override {
    ++looks;
    cost_ += cost_of_message;
    if (side.to_vsp.empty()) return was_empty_ = true, std::nullopt;
    const Message message = side.to_vsp.front();
    side.to_vsp.pop_front();
    was_empty_ = side.to_vsp.empty();
    return message;
  }
  std::int32_t read(std::uint64_t grant, std::uint32_t, std::span<std::uint8_t>, SimTime) override {
    cost_ += cost_of_copy;
    return memory.contains(grant) ? LPARSIM_VSP_OK : LPARSIM_VSP_FAULT;
  }
  std::int32_t write(std::uint64_t grant, std::uint32_t, std::span<const std::uint8_t>, SimTime) override {
    cost_ += cost_of_copy;
    return memory.contains(grant) ? LPARSIM_VSP_OK : LPARSIM_VSP_FAULT;
  }
  SimTime take_cost() override { return std::exchange(cost_, {}); }
  std::uint32_t interrupt_source() const override { return kInterrupt; }

 private:
  bool was_empty_ = true;
  SimTime cost_;
};

}  // namespace lparsim::vsp::testing

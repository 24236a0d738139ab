#pragma once
#include <lparsim/vsp.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/vsp/exchange.hpp"
#include "models/vsp/wire.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::vsp::testing {

using namespace literals;

/// A server without processors: a partition is on a core when the test says so, memory is a few pages for each.
class BenchHost final : public ExchangeHost {
 public:
  void ring(PartitionId vsp, SimTime) override { ++rings[vsp]; }
  SimTime unstarved(PartitionId vsp, SimTime now) const override {
    const auto found = starved_.find(vsp);
    if (found == starved_.end()) return now;
    const Starved& s = found->second;
    return s.used + (s.since == SimTime::never() ? now - s.running : SimTime{});
  }
  /// From now on it has no processor, until feed().
  void starve(PartitionId vsp, SimTime now) {
    const SimTime used = unstarved(vsp, now);
    starved_[vsp] = {used, now, {}};
  }
  void feed(PartitionId vsp, SimTime now) {
    const SimTime used = unstarved(vsp, now);
    starved_[vsp] = {used, SimTime::never(), now};
  }
  void suspend(PartitionId vsp, SimTime now) override {
    done.push_back({"suspend", vsp, now});
    starve(vsp, now);
  }
  void resume(PartitionId vsp, SimTime now) override {
    done.push_back({"resume", vsp, now});
    feed(vsp, now);
  }
  /// The test is to say that it has stopped.
  void stop(PartitionId vsp, SimTime now) override { done.push_back({"stop", vsp, now}); }
  bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const override {
    const auto found = memory.find(owner);
    if (found == memory.end() || address + bytes.size() > found->second.size()) return false;
    std::memcpy(bytes.data(), found->second.data() + address, bytes.size());
    return true;
  }
  bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) override {
    const auto found = memory.find(owner);
    if (found == memory.end() || address + bytes.size() > found->second.size()) return false;
    std::memcpy(found->second.data() + address, bytes.data(), bytes.size());
    return true;
  }

  struct Done {
    std::string what;
    PartitionId vsp{};
    SimTime at;
    bool operator==(const Done&) const = default;
  };
  std::vector<Done> done;  ///< to partitions
  std::map<PartitionId, int> rings;
  std::map<PartitionId, std::vector<std::uint8_t>> memory;

 private:
  struct Starved {
    SimTime used;
    SimTime since;  ///< never: it runs
    SimTime running;
  };
  std::map<PartitionId, Starved> starved_;
};

/// Keeps what it is told.
class BenchObserver final : public ExchangeObserver {
 public:
  void call_ended(const CallRecord& record) override { records.push_back(record); }
  void happened(const VspEvent& event) override { events.push_back(event); }
  int count(VspEventKind kind) const {
    int n = 0;
    for (const VspEvent& event : events) n += event.kind == kind ? 1 : 0;
    return n;
  }
  /// The last one's text; empty if there is none.
  std::string last(VspEventKind kind) const {
    std::string text;
    for (const VspEvent& event : events)
      if (event.kind == kind) text = event.text;
    return text;
  }
  std::vector<CallRecord> records;
  std::vector<VspEvent> events;
};

/// Who makes calls: counts how each was decided.
class BenchCaller final : public Caller {
 public:
  void decided(std::uint64_t ticket, const Outcome& outcome, SimTime now) override { decisions[ticket].emplace_back(outcome, now); }
  std::size_t times(std::uint64_t ticket) const {
    const auto found = decisions.find(ticket);
    return found == decisions.end() ? 0 : found->second.size();
  }
  const Outcome& outcome(std::uint64_t ticket) const { return decisions.at(ticket).front().first; }
  SimTime at(std::uint64_t ticket) const { return decisions.at(ticket).front().second; }
  std::map<std::uint64_t, std::vector<std::pair<Outcome, SimTime>>> decisions;
};

/// An exchange on a calendar that the test turns, and the partitions' ends in the test's hands.
class Bench {
 public:
  static constexpr std::uint64_t kAllFeatures = 63;

  Bench() : exchange{costs, host, calendar, &observer} {}
  SimTime now() const { return calendar.now(); }
  void pass(SimTime time) { calendar.run_until(now() + time); }

  template <class T>
  std::int32_t send(PartitionId vsp, T message) {
    return exchange.send(vsp, bytes_of(message), spent, now());
  }
  /// All that has come, oldest first.
  std::vector<Message> take(PartitionId vsp) {
    std::vector<Message> all;
    while (auto message = exchange.receive(vsp, spent, now())) all.push_back(*message);
    return all;
  }
  /// Takes all that has come; the last message of the type, which must be there.
  template <class T>
  T last(PartitionId vsp, std::uint16_t type) {
    std::optional<T> found;
    for (const Message& message : take(vsp))
      if (parse<lparsim_vsp_header>(message.view()).type == type) found = parse<T>(message.view());
    if (!found) throw std::runtime_error{"no message of type " + std::to_string(type)};
    return *found;
  }
  template <class T>
  T made(PartitionId vsp, std::uint16_t type) {
    auto message = blank<T>(type);
    const ChannelState state = exchange.status(vsp, now()).state;
    if (state >= ChannelState::welcomed && state <= ChannelState::quiescing) message.header.epoch = exchange.status(vsp, now()).epoch;
    return message;
  }

  lparsim_vsp_hello hello(std::uint64_t features = kAllFeatures, std::uint32_t credits = 8) const {
    auto message = blank<lparsim_vsp_hello>(LPARSIM_VSP_HELLO);
    message.major = LPARSIM_VSP_MAJOR;
    message.minor = LPARSIM_VSP_MINOR;
    message.message_max = LPARSIM_VSP_MESSAGE_MAX;
    message.features = features;
    message.credits = credits;
    std::strcpy(message.name, "bench");
    return message;
  }
  /// INIT both ways, whoever begins.
  void initialize(PartitionId vsp) {
    bool asked = false;
    for (const Message& message : take(vsp)) asked |= parse<lparsim_vsp_header>(message.view()).type == LPARSIM_VSP_INIT;
    send(vsp, blank<lparsim_vsp_init>(asked ? LPARSIM_VSP_INIT_COMPLETE : LPARSIM_VSP_INIT));
  }
  /// From a closed channel to where it may register.
  void negotiate(PartitionId vsp, std::uint64_t features = kAllFeatures, std::uint32_t credits = 8) {
    initialize(vsp);
    send(vsp, hello(features, credits));
    auto use = made<lparsim_vsp_features>(vsp, LPARSIM_VSP_FEATURES);
    use.features = features;
    send(vsp, use);
  }
  /// REGISTERED's status.
  std::int32_t enter(PartitionId vsp, std::uint32_t registration, Hook hook, Role role, std::uint32_t first = 0, std::uint32_t last = ~0U) {
    auto request = made<lparsim_vsp_register>(vsp, LPARSIM_VSP_REGISTER);
    request.registration = registration;
    request.hook = static_cast<std::uint16_t>(hook);
    request.role = static_cast<std::uint16_t>(role);
    request.function_first = first;
    request.function_last = last;
    send(vsp, request);
    return this->last<lparsim_vsp_registered>(vsp, LPARSIM_VSP_REGISTERED).status;
  }
  void say_ready(PartitionId vsp) { send(vsp, made<lparsim_vsp_init>(vsp, LPARSIM_VSP_READY)); }
  /// Comes up with one registration; returns its status.
  std::int32_t bring_up(PartitionId vsp, Hook hook, Role role, std::uint64_t features = kAllFeatures, std::uint32_t credits = 8) {
    negotiate(vsp, features, credits);
    const std::int32_t status = enter(vsp, 1, hook, role);
    say_ready(vsp);
    return status;
  }
  std::optional<Outcome> call(Hook hook, std::uint64_t ticket, PartitionId client = kClient, std::uint32_t function = 5) {
    Call made;
    made.hook = hook;
    made.function = function;
    made.client = made.owner = client;
    made.arguments = {ticket, 11, 12, 13, 14, 15, 16, 17};
    return exchange.call(made, caller, ticket, now());
  }
  lparsim_vsp_call taken(PartitionId vsp) { return last<lparsim_vsp_call>(vsp, LPARSIM_VSP_CALL); }
  void reply(PartitionId vsp, std::uint64_t number, std::uint32_t verdict, std::int32_t status = 0,
             std::array<std::uint64_t, 8> values = {}) {
    auto message = made<lparsim_vsp_reply>(vsp, LPARSIM_VSP_REPLY);
    message.call = number;
    message.verdict = verdict;
    message.status = status;
    std::copy(values.begin(), values.end(), message.values);
    send(vsp, message);
  }
  VspStatus status(PartitionId vsp) const { return exchange.status(vsp, now()); }

  static constexpr PartitionId kA{1}, kB{2}, kClient{5};
  VspCosts costs;
  kernel::testing::ManualCalendar calendar;
  BenchHost host;
  BenchObserver observer;
  Exchange exchange;
  BenchCaller caller;
  SimTime spent;
};

/// A permit for all functions and clients of a hook.
inline HookPermit permit(Hook hook, Role role) {
  HookPermit made;
  made.hook = hook;
  made.role = role;
  return made;
}
inline VspConfig vsp(PartitionId partition, std::vector<HookPermit> permits) {
  VspConfig made;
  made.name = "vsp" + std::to_string(index(partition));
  made.partition = partition;
  made.permits = std::move(permits);
  return made;
}

}  // namespace lparsim::vsp::testing

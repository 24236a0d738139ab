#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/system/testing/processors.hpp"
#include "models/vsp/exchange.hpp"
#include "models/vsp/wire.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "vsp/behaviour/service_program.hpp"

namespace lparsim::vsp::testing {

/// A server with the real exchange, Virtual Service Partitions whose programs run on processors of their own, and clients without any: a
/// test makes their calls and does their native functions.
class Server : ExchangeHost, ExchangeObserver, Caller, NativeFunction, kernel::Alarm {
 public:
  static constexpr PartitionId kVsp{3}, kClient{1};

  struct Answer {
    Outcome outcome;
    SimTime at;
  };
  struct Issued {
    Call call;
    NativeListener* listener;
    std::uint64_t ticket;
  };

  explicit Server(const VspCosts& costs = {}) : costs_{costs} {
    for (std::size_t hook = 1; hook < kHooks; ++hook) exchange.add_native(static_cast<Hook>(hook), *this);
    memory[kClient].resize(1 << 20);
  }

  /// A partition that may do what `permits` say, on one processor, within the limits of `config`.
  void add(BehaviourFactory factory, std::vector<HookPermit> permits, std::vector<Fault> faults = {}, std::uint32_t threads = 1,
           VspConfig config = {}) {
    config.name = "vsp";
    config.partition = kVsp;
    config.permits = std::move(permits);
    exchange.add(config);
    service_ = std::make_unique<Service>(*this, std::move(factory), std::move(faults), threads);
    exchange.on_callers_time(kVsp, service_->program);
  }
  void start() {
    exchange.started(kVsp, now());
    service_->processors.activate();
    run_for(SimTime::from_ms(1));
  }
  void stop(bool failed) {
    service_->processors.deactivate();
    exchange.stopped(kVsp, failed, now());
  }
  ServiceProgram& program() { return service_->program; }

  SimTime now() const { return calendar.now(); }
  void run_for(SimTime time) { service_->processors.run_until(now() + time); }

  /// Returns its ticket, by which answer() knows it.
  std::uint64_t call(Call call) {
    const std::uint64_t ticket = ++tickets_;
    call.client = call.owner = kClient;
    begun_[ticket] = now();
    if (const auto outcome = exchange.call(call, *this, ticket, now())) decided(ticket, *outcome, now());
    return ticket;
  }
  bool answered(std::uint64_t ticket) const { return answers_.contains(ticket); }
  const Outcome& answer(std::uint64_t ticket) const { return answers_.at(ticket).outcome; }
  SimTime took(std::uint64_t ticket) const { return answers_.at(ticket).at - begun_.at(ticket); }
  std::size_t answers() const { return answers_.size(); }
  /// Answers that came although there had been one.
  std::size_t doubles() const { return doubles_; }
  VspStatus status() const { return exchange.status(kVsp, now()); }
  ChannelState state() const { return status().state; }
  std::size_t count(VspEventKind kind) const {
    std::size_t n = 0;
    for (const VspEvent& event : events) n += event.kind == kind ? 1 : 0;
    return n;
  }

  /// What a provider asked for and nobody has done yet.
  std::deque<Issued> issues;
  void do_issue(std::int64_t status = 0) {
    const Issued issued = issues.front();
    issues.pop_front();
    issued.listener->native_ended(issued.ticket, status, {}, now());
  }

  kernel::testing::ManualCalendar calendar;
  std::vector<VspEvent> events;
  std::vector<std::string> log;
  std::vector<FaultKind> strokes;
  /// What partitions sent and were sent, by type.
  std::vector<std::pair<bool, std::uint16_t>> messages;
  std::map<PartitionId, std::vector<std::uint8_t>> memory;

 private:
  VspCosts costs_;

 public:
  Exchange exchange{costs_, *this, calendar, this};

 private:
  static constexpr std::uint32_t kInterrupt = 42;

  struct Service final : Port, ServiceListener {
    Service(Server& owner, BehaviourFactory factory, std::vector<Fault> faults, std::uint32_t threads)
        : server{owner}, processors{1, owner.calendar}, program{{"vsp", threads, 64, std::move(faults)},
                                                                *this,
                                                                std::move(factory),
                                                                *this,
                                                                RandomStream{1, "vsp"},
                                                                RandomStream{1, "faults"}} {
      processors.add_program(program);
    }
    std::int32_t send(std::span<const std::uint8_t> message, SimTime now) override {
      return server.exchange.send(kVsp, message, cost, now);
    }
    std::optional<Message> receive(SimTime now) override { return server.exchange.receive(kVsp, cost, now); }
    std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) override {
      return server.exchange.read(kVsp, grant, offset, bytes, cost, now);
    }
    std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) override {
      return server.exchange.write(kVsp, grant, offset, bytes, cost, now);
    }
    SimTime take_cost() override { return std::exchange(cost, {}); }
    std::uint32_t interrupt_source() const override { return kInterrupt; }
    void logged(std::string_view text, SimTime) override { server.log.emplace_back(text); }
    void struck(FaultKind kind, SimTime) override { server.strokes.push_back(kind); }

    Server& server;
    SimTime cost;
    system::testing::Processors processors;
    ServiceProgram program;
  };

  void ring(PartitionId, SimTime) override { service_->processors.interrupt(kInterrupt); }
  SimTime unstarved(PartitionId, SimTime now) const override { return now; }
  /// Its processor goes on: what it sends meanwhile is refused.
  void suspend(PartitionId, SimTime) override {}
  void resume(PartitionId, SimTime) override {}
  void stop(PartitionId, SimTime now) override { calendar.call(*this, 0, now); }
  void rings(std::uint64_t, SimTime) override { stop(false); }
  bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const override {
    const auto found = memory.find(owner);
    if (found == memory.end() || address + bytes.size() > found->second.size()) return false;
    std::copy_n(found->second.begin() + static_cast<std::ptrdiff_t>(address), bytes.size(), bytes.begin());
    return true;
  }
  bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) override {
    const auto found = memory.find(owner);
    if (found == memory.end() || address + bytes.size() > found->second.size()) return false;
    std::copy(bytes.begin(), bytes.end(), found->second.begin() + static_cast<std::ptrdiff_t>(address));
    return true;
  }
  void call_ended(const CallRecord&) override {}
  void happened(const VspEvent& event) override { events.push_back(event); }
  bool wants_messages() const override { return true; }
  void message(PartitionId, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime) override {
    messages.emplace_back(to_vsp, type_of(bytes));
  }
  void decided(std::uint64_t ticket, const Outcome& outcome, SimTime at) override {
    doubles_ += answers_.contains(ticket) ? 1 : 0;
    answers_.insert({ticket, {outcome, at}});
    if (outcome.decision == Decision::native) exchange.ended(*this, ticket, 0, at);
  }
  bool issue(const Call& call, NativeListener& listener, std::uint64_t ticket, SimTime) override {
    issues.push_back({call, &listener, ticket});
    return true;
  }

  std::map<std::uint64_t, Answer> answers_;
  std::map<std::uint64_t, SimTime> begun_;
  std::uint64_t tickets_ = 0;
  std::size_t doubles_ = 0;
  std::unique_ptr<Service> service_;
};

inline HookPermit permit_all(Hook hook, Role role) {
  HookPermit permit;
  permit.hook = hook;
  permit.role = role;
  return permit;
}

}  // namespace lparsim::vsp::testing

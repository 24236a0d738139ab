#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "models/vsp/testing/random_partition.hpp"

// Thousands of random scripts: partitions that serve, misbehave, crash and return, callers that withdraw, bytes that mean nothing. Whatever
// happens, each call ends once, and nothing is left.
namespace lparsim::vsp {
namespace {

using namespace testing;

constexpr std::uint64_t kPage = RandomPartition::kPage;
constexpr Hook kHooked[] = {Hook::os_service, Hook::vscsi_command, Hook::switch_frame};

class Script final : public ExchangeHost,
                     public ExchangeObserver,
                     public Caller,
                     public NativeFunction,
                     public OnCallersTime,
                     kernel::Alarm {
 public:
  explicit Script(std::uint64_t seed) : random_{RandomKey{seed, "vsp script"}.stream()}, exchange_{VspCosts{}, *this, calendar_, this} {
    for (const Hook hook : kHooked) exchange_.add_native(hook, *this);
    for (std::uint32_t p = 1; p <= 3; ++p) add(id_of<PartitionId>(p));
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      check();
    }
    end();
  }

  /// What happened, so that a test knows that its scripts come everywhere.
  struct Seen {
    std::array<std::uint64_t, kCallEnds> ends{};
    std::array<std::uint64_t, 10> events{};
    std::array<std::uint64_t, kChannelStates> states{};
  };
  Seen seen;
  std::uint64_t digest = 0;
  int calls() const { return static_cast<int>(tickets_); }

  // ExchangeHost
  void ring(PartitionId, SimTime) override {}
  SimTime unstarved(PartitionId vsp, SimTime now) const override { return partitions_[index(vsp) - 1].unstarved(now); }
  void suspend(PartitionId vsp, SimTime) override { partitions_[index(vsp) - 1].set_on_core(false); }
  void resume(PartitionId vsp, SimTime) override { partitions_[index(vsp) - 1].set_on_core(true); }
  void stop(PartitionId vsp, SimTime now) override { calendar_.call(*this, index(vsp), now); }
  void rings(std::uint64_t vsp, SimTime now) override { exchange_.stopped(id_of<PartitionId>(vsp), false, now); }
  bool read(PartitionId, std::uint64_t address, std::span<std::uint8_t>) const override { return reachable(address); }
  bool write(PartitionId, std::uint64_t address, std::span<const std::uint8_t>) override { return reachable(address); }
  // ExchangeObserver
  void call_ended(const CallRecord& r) override {
    LedgerEntry& sum = sums_[{index(r.vsp), index(r.client), static_cast<std::size_t>(r.hook), static_cast<std::size_t>(r.role)}];
    ++sum.calls;
    ++seen.ends[static_cast<std::size_t>(r.end)];
    ++sum.ends[static_cast<std::size_t>(r.end)];
    if (r.role != Role::observer) {
      sum.latency += r.end_time - r.begin;
      sum.undispatched += r.undispatched;
    }
    sum.client_paid += r.client_cost;
    sum.vsp_paid += r.vsp_cost;
    sum.bytes_copied += r.bytes_copied;
    EXPECT_GE(r.end_time, r.begin);
    digest = digest * 31 + r.number * 7 + static_cast<std::uint64_t>(r.end) + static_cast<std::uint64_t>(r.end_time.ps());
  }
  void happened(const VspEvent& event) override {
    ++seen.events[static_cast<std::size_t>(event.kind)];
    ++seen.states[static_cast<std::size_t>(event.state)];
    digest = digest * 33 + stable_hash(event.text);
  }
  // Caller
  void decided(std::uint64_t ticket, const Outcome& outcome, SimTime) override { settle(ticket, outcome); }
  // NativeFunction
  bool issue(const Call&, NativeListener& listener, std::uint64_t ticket, SimTime now) override {
    if (chance(4)) return false;
    if (chance(2))
      listener.native_ended(ticket, 0, {}, now);
    else
      issued_.emplace_back(&listener, ticket);
    return true;
  }
  // OnCallersTime
  SimTime serve(std::span<const std::uint8_t> message, SimTime) override {
    const auto call = parse<lparsim_vsp_call>(message);
    if (!chance(5)) partitions_[2].answer(call);
    if (chance(10)) partitions_[2].garbage();
    return SimTime::from_us(1);
  }

 private:
  std::uint64_t bits() { return random_.bits(); }
  bool chance(std::uint64_t one_in) { return bits() % one_in == 0; }
  SimTime now() const { return calendar_.now(); }

  void add(PartitionId id) {
    RandomPartition& p = partitions_.emplace_back(id, random_, exchange_, calendar_);
    exchange_.add(p.configure(kHooked));
    if (id == id_of<PartitionId>(3)) exchange_.on_callers_time(id, *this);
    exchange_.started(id, now());
  }

  void step() {
    RandomPartition& p = partitions_[bits() % partitions_.size()];
    switch (bits() % 24) {
      default:
        call();
        break;
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
      case 11:
      case 12:
        p.serve_one();
        break;
      case 13:
        withdraw();
        break;
      case 14:
      case 15:
        native_ends();
        break;
      case 16:
      case 17:
        calendar_.run_until(now() + SimTime::from_us(static_cast<std::int64_t>(bits() % 3000)));
        break;
      case 18:
        p.copy();
        break;
      case 19:
        p.garbage();
        break;
      case 20:
        p.toggle();
        break;
      case 21:
        if (chance(4)) exchange_.stopped(p.id(), chance(2), now());
        break;
      case 22:
        if (exchange_.status(p.id(), now()).state == ChannelState::off) exchange_.started(p.id(), now());
        if (chance(4)) exchange_.suspend(p.id(), now());
        if (chance(8)) exchange_.migrate(p.id(), SimTime::from_us(static_cast<std::int64_t>(bits() % 2000)), now());
        if (chance(8)) exchange_.shut_down(p.id(), now());
        if (chance(2)) exchange_.resume(p.id(), now());
        break;
      case 23:
        if (!issued_.empty()) {
          const auto [listener, ticket] = issued_.back();
          issued_.pop_back();
          listener->native_ended(ticket, chance(2) ? 0 : -5, {1, 2}, now());
        }
        exchange_.tell(some_call(0), now());
        break;
    }
  }

  Call some_call(std::uint64_t ticket) {
    Call c;
    c.hook = kHooked[bits() % std::size(kHooked)];
    c.function = static_cast<std::uint32_t>(bits() % 4);
    c.client = c.owner = id_of<PartitionId>(1 + bits() % 6);
    c.arguments[0] = ticket;
    if (chance(2)) c.buffers[0] = {ticket * kPage, Bytes{1 + bits() % kPage}, true, chance(2)};
    if (chance(40)) c.buffers[1] = {ticket * kPage, Bytes{kPage * 4}, true, true};
    c.idempotent = chance(2);
    c.caller_computes = chance(2);
    return c;
  }
  void call() {
    const std::uint64_t ticket = ++tickets_;
    open_.insert(ticket);
    const auto outcome = exchange_.call(some_call(ticket), *this, ticket, now());
    if (outcome) settle(ticket, *outcome);
  }
  void settle(std::uint64_t ticket, const Outcome& outcome) {
    ASSERT_EQ(open_.erase(ticket), 1u) << "call " << ticket << " is decided twice, or after it was withdrawn";
    if (outcome.decision == Decision::native) native_.push_back(ticket);
    digest = digest * 37 + ticket + static_cast<std::uint64_t>(outcome.decision);
  }
  void withdraw() {
    if (open_.empty()) return;
    const auto at = std::next(open_.begin(), static_cast<std::ptrdiff_t>(bits() % open_.size()));
    const std::uint64_t ticket = *at;
    open_.erase(at);
    exchange_.withdraw(*this, ticket, now());
  }
  void native_ends() {
    while (!native_.empty() && !chance(3)) {
      const std::uint64_t ticket = native_.back();
      native_.pop_back();
      if (chance(8))
        exchange_.withdraw(*this, ticket, now());
      else
        exchange_.ended(*this, ticket, chance(2) ? 0 : -1, now());
    }
  }
  /// The host is asked for memory of calls that have not ended only.
  bool reachable(std::uint64_t address) const {
    const std::uint64_t ticket = address / kPage;
    EXPECT_TRUE(open_.contains(ticket)) << "memory of call " << ticket << " is reached after its end";
    return true;
  }
  void check() {
    for (const RandomPartition& p : partitions_) {
      const VspStatus status = exchange_.status(p.id(), now());
      ASSERT_LE(status.under_way, status.credits);
      ASSERT_EQ(status.credits != 0, status.state == ChannelState::ready || status.state == ChannelState::quiescing);
    }
  }
  /// Without partitions, and after every limit, nothing waits.
  void end() {
    for (const RandomPartition& p : partitions_) exchange_.stopped(p.id(), chance(2), now());
    calendar_.run_until(now() + 500_ms);  // every permit may make a call wait once
    EXPECT_TRUE(open_.empty()) << open_.size() << " calls wait for ever, one is " << *open_.begin();
    for (const RandomPartition& p : partitions_) {
      const VspStatus status = exchange_.status(p.id(), now());
      EXPECT_EQ(status.under_way + status.waiting, 0u);
    }
    std::size_t entries = 0;
    for (const LedgerEntry& e : exchange_.ledger()) {
      const LedgerEntry& sum = sums_[{index(e.vsp), index(e.client), static_cast<std::size_t>(e.hook), static_cast<std::size_t>(e.role)}];
      EXPECT_EQ(e.calls, sum.calls);
      EXPECT_EQ(e.ends, sum.ends);
      EXPECT_EQ(e.latency, sum.latency);
      EXPECT_EQ(e.undispatched, sum.undispatched);
      EXPECT_EQ(e.client_paid, sum.client_paid);
      EXPECT_EQ(e.vsp_paid, sum.vsp_paid);
      EXPECT_EQ(e.bytes_copied, sum.bytes_copied);
      ++entries;
    }
    EXPECT_EQ(entries, sums_.size());
  }

  KeyedStream random_;
  kernel::testing::ManualCalendar calendar_;
  std::deque<RandomPartition> partitions_;
  std::map<std::array<std::size_t, 4>, LedgerEntry> sums_;
  std::set<std::uint64_t> open_;
  std::vector<std::uint64_t> native_;
  std::vector<std::pair<NativeListener*, std::uint64_t>> issued_;
  std::uint64_t tickets_ = 0;
  Exchange exchange_;
};

TEST(ExchangeRandom, EndsEveryCallOnceWhateverPartitionsDo) {
  int calls = 0;
  Script::Seen all;
  const auto add = [](auto& to, const auto& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  };
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    Script script{seed};
    script.run(300);
    calls += script.calls();
    add(all.ends, script.seen.ends);
    add(all.events, script.seen.events);
    add(all.states, script.seen.states);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(calls, 100'000);
  for (std::size_t i = 0; i < all.ends.size(); ++i) EXPECT_GT(all.ends[i], 20u) << to_string(static_cast<CallEnd>(i));
  for (std::size_t i = 0; i < all.events.size(); ++i) EXPECT_GT(all.events[i], 20u) << to_string(static_cast<VspEventKind>(i));
  for (std::size_t i = 0; i < all.states.size(); ++i) EXPECT_GT(all.states[i], 20u) << to_string(static_cast<ChannelState>(i));
}

TEST(ExchangeRandom, DoesTheSameInEveryRunOfAScript) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Script first{seed}, second{seed};
    first.run(500);
    second.run(500);
    EXPECT_EQ(first.digest, second.digest);
  }
}

}  // namespace
}  // namespace lparsim::vsp

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/vsp/testing/exchange_bench.hpp"
#include "sim/base/random.hpp"

// Thousands of random scripts: partitions that serve, misbehave, crash and return, callers that withdraw, bytes that mean nothing. Whatever
// happens, each call ends once, and nothing is left.
namespace lparsim::vsp {
namespace {

using namespace testing;

constexpr std::uint64_t kPage = 64;  ///< bytes of each call's memory: its address says whose it is
constexpr Hook kHooked[] = {Hook::os_service, Hook::vscsi_command, Hook::switch_frame};

class Script final : public ExchangeHost, public ExchangeObserver, public Caller, public NativeFunction, public OnCallersTime {
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
  SimTime unstarved(PartitionId vsp, SimTime now) const override {
    const Partition& p = partitions_[index(vsp) - 1];
    return p.used + (p.on_core ? now - p.since : SimTime{});
  }
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
    if (!chance(5)) answer(partitions_[2], call);
    if (chance(10)) garbage(partitions_[2]);
    return SimTime::from_us(1);
  }

 private:
  struct Partition {
    PartitionId id{};
    bool on_core = true;
    SimTime used, since;
    std::vector<lparsim_vsp_call> had;  ///< calls that it took, and may answer again and again
    std::vector<HookPermit> permits;
  };

  std::uint64_t bits() { return random_.bits(); }
  bool chance(std::uint64_t one_in) { return bits() % one_in == 0; }
  SimTime now() const { return calendar_.now(); }

  void add(PartitionId id) {
    VspConfig config = vsp(id, {});
    for (const Hook hook : kHooked)
      for (const Role role : {Role::observer, Role::filter, Role::provider}) {
        if (chance(3)) continue;
        HookPermit p = permit(hook, role);
        if (chance(3)) p.clients = {id_of<PartitionId>(5), id_of<PartitionId>(1)};
        p.order = static_cast<std::uint32_t>(bits() % 3);
        p.deadline = SimTime::from_us(static_cast<std::int64_t>(500 + bits() % 5000));
        p.wall_limit = 20_ms;
        p.when_absent = static_cast<FaultPolicy>(bits() % 3);
        p.when_slow = static_cast<FaultPolicy>(bits() % 3);
        p.freeze_limit = 50_ms;
        p.after_freeze = static_cast<FaultPolicy>(bits() % 2);
        p.in_flight = static_cast<InFlightPolicy>(bits() % 3);
        p.payer = static_cast<Payer>(bits() % 2);
        config.permits.push_back(p);
      }
    config.observer_queue = 4;
    config.grant_cap = Bytes{kPage * 3};
    config.backoff = 2_ms;
    config.quarantine = 20_ms;
    config.notice = 3_ms;
    config.ejection_window = 100_ms;
    partitions_.push_back({id, true, {}, {}, {}, config.permits});
    exchange_.add(config);
    if (id == id_of<PartitionId>(3)) exchange_.on_callers_time(id, *this);
    exchange_.started(id, now());
  }

  void step() {
    Partition& p = partitions_[bits() % partitions_.size()];
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
        serve_one(p);
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
        copy(p);
        break;
      case 19:
        garbage(p);
        break;
      case 20:
        p.used = unstarved(p.id, now());
        p.since = now();
        p.on_core = !p.on_core;
        break;
      case 21:
        if (chance(4)) exchange_.stopped(p.id, chance(2), now());
        break;
      case 22:
        if (exchange_.status(p.id, now()).state == ChannelState::off) exchange_.started(p.id, now());
        if (chance(4)) exchange_.suspend(p.id, now());
        if (chance(2)) exchange_.resume(p.id, now());
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
  void copy(Partition& p) {
    SimTime cost;
    std::array<std::uint8_t, kPage> bytes{};
    for (const lparsim_vsp_call& c : p.had)
      for (const lparsim_vsp_grant& grant : c.grants) {
        if (grant.id == 0) continue;
        const auto offset = static_cast<std::uint32_t>(bits() % 4);
        const auto part = std::span{bytes}.first(bits() % (kPage - 4));
        chance(2) ? exchange_.read(p.id, grant.id, offset, part, cost, now()) : exchange_.write(p.id, grant.id, offset, part, cost, now());
      }
    exchange_.read(p.id, bits() >> bits() % 60, 0, bytes, cost, now());
  }

  template <class T>
  void say(Partition& p, T message) {
    SimTime cost;
    exchange_.send(p.id, bytes_of(message), cost, now());
  }
  template <class T>
  T made(Partition& p, std::uint16_t type) {
    auto message = blank<T>(type);
    const VspStatus status = exchange_.status(p.id, now());
    if (status.state >= ChannelState::welcomed && status.state <= ChannelState::quiescing) message.header.epoch = status.epoch;
    return message;
  }
  /// What a partition that means well does next.
  void serve_one(Partition& p) {
    SimTime cost;
    const ChannelState state = exchange_.status(p.id, now()).state;
    const auto message = exchange_.receive(p.id, cost, now());
    if (message) {
      const auto type = parse<lparsim_vsp_header>(message->view()).type;
      if (type == LPARSIM_VSP_CALL) {
        const auto c = parse<lparsim_vsp_call>(message->view());
        if (c.role == LPARSIM_VSP_OBSERVER) return;
        p.had.push_back(c);
        if (p.had.size() > 16) p.had.erase(p.had.begin());
        if (!chance(3)) answer(p, c);
        return;
      }
      if (type == LPARSIM_VSP_INIT) return say(p, made<lparsim_vsp_init>(p, LPARSIM_VSP_INIT_COMPLETE));
    }
    if (state == ChannelState::closed && !message) say(p, made<lparsim_vsp_init>(p, LPARSIM_VSP_INIT));
    if (state == ChannelState::initialized) {
      auto hello = made<lparsim_vsp_hello>(p, LPARSIM_VSP_HELLO);
      hello.major = LPARSIM_VSP_MAJOR;
      hello.message_max = 512;
      hello.features = 63;
      hello.credits = 3;
      say(p, hello);
    }
    if (state == ChannelState::welcomed) {
      auto use = made<lparsim_vsp_features>(p, LPARSIM_VSP_FEATURES);
      use.features = 63;
      say(p, use);
    }
    if (state == ChannelState::negotiated) {
      for (std::uint32_t i = 0; i < p.permits.size(); ++i) enter(p, LPARSIM_VSP_REGISTER, i);
      say(p, made<lparsim_vsp_init>(p, LPARSIM_VSP_READY));
    }
    if (state == ChannelState::ready && chance(4) && !p.permits.empty())
      enter(p, chance(2) ? LPARSIM_VSP_REGISTER : LPARSIM_VSP_UNREGISTER, static_cast<std::uint32_t>(bits() % p.permits.size()));
    if (state == ChannelState::quiescing && chance(2)) say(p, made<lparsim_vsp_init>(p, LPARSIM_VSP_QUIESCED));
    if (!p.had.empty() && chance(2)) answer(p, p.had[bits() % p.had.size()]);
  }
  void enter(Partition& p, std::uint16_t type, std::uint32_t permit) {
    auto request = made<lparsim_vsp_register>(p, type);
    request.registration = permit + 1;
    request.hook = static_cast<std::uint16_t>(p.permits[permit].hook);
    request.role = static_cast<std::uint16_t>(p.permits[permit].role);
    request.function_last = chance(3) ? 2 : ~0U;
    say(p, request);
  }
  void answer(Partition& p, const lparsim_vsp_call& c) {
    auto reply = made<lparsim_vsp_reply>(p, LPARSIM_VSP_REPLY);
    reply.call = c.call;
    reply.verdict =
        static_cast<std::uint32_t>(c.role == LPARSIM_VSP_FILTER ? (chance(2) ? 1 + bits() % 2 : 3 + bits() % 2) : 3 + bits() % 3);
    if (chance(5)) reply.verdict = LPARSIM_VSP_DEFER;
    if (reply.verdict == LPARSIM_VSP_NATIVE && chance(2)) reply.flags = 1;
    reply.status = chance(2) ? 0 : -7;
    if (chance(8)) reply.header.epoch ^= 1;
    say(p, reply);
    if (chance(8)) say(p, reply);
  }
  /// Bytes without a meaning, or with nearly one.
  void garbage(Partition& p) {
    std::array<std::uint8_t, 600> bytes;
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(this->bits());
    std::size_t length = this->bits() % bytes.size();
    if (!chance(4) && length >= 8) {
      constexpr std::uint16_t kTypes[] = {1, 2, 16, 17, 18, 19, 20, 21, 22, 23, 24, 48, 51, 56, 77};
      constexpr std::size_t kSizes[] = {8, 24, 64, 96, 120};
      if (!chance(4)) length = kSizes[this->bits() % std::size(kSizes)];
      auto header = made<lparsim_vsp_init>(p, kTypes[this->bits() % std::size(kTypes)]).header;
      header.length = static_cast<std::uint16_t>(length);
      if (chance(2)) std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
      for (int i = 0; i < 4; ++i) bytes[8 + this->bits() % 60] = static_cast<std::uint8_t>(this->bits() % 4);
      std::memcpy(bytes.data(), &header, sizeof header);
    }
    SimTime cost;
    exchange_.send(p.id, std::span{bytes}.first(length), cost, now());
  }

  void check() {
    for (const Partition& p : partitions_) {
      const VspStatus status = exchange_.status(p.id, now());
      ASSERT_LE(status.under_way, status.credits);
      ASSERT_EQ(status.credits != 0, status.state == ChannelState::ready || status.state == ChannelState::quiescing);
    }
  }
  /// Without partitions, and after every limit, nothing waits.
  void end() {
    for (const Partition& p : partitions_) exchange_.stopped(p.id, chance(2), now());
    calendar_.run_until(now() + 500_ms);  // every permit may make a call wait once
    EXPECT_TRUE(open_.empty()) << open_.size() << " calls wait for ever, one is " << *open_.begin();
    for (const Partition& p : partitions_) {
      const VspStatus status = exchange_.status(p.id, now());
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
  std::vector<Partition> partitions_;
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

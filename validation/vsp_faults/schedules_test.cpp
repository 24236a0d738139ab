// Ten thousand random schedules of faults: behaviours that go wrong, on processors, before the platform's real exchange (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "vsp/behaviour/declared.hpp"
#include "vsp/behaviour/testing/server.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;

constexpr int kGroups = 10;
constexpr std::uint64_t kSchedules = 1'000;  // of each group
constexpr SimTime kWallLimit = SimTime::from_ms(20);
constexpr SimTime kFreezeLimit = SimTime::from_ms(10);
constexpr SimTime kNotice = SimTime::from_ms(1);  // before a suspension
constexpr std::uint32_t kCredits = 4;
constexpr Bytes kBuffer{4096};

/// Remembers each grant that came, and is otherwise what it is given.
class GrantCollector final : public Behaviour {
 public:
  GrantCollector(std::unique_ptr<Behaviour> inner, std::vector<std::uint64_t>& grants) : inner_{std::move(inner)}, grants_{grants} {}
  void started() override { inner_->started(); }
  void message(std::span<const std::uint8_t> message) override {
    if (type_of(message) == LPARSIM_VSP_CALL) {
      if (const auto call = read_as<lparsim_vsp_call>(message)) grants_.push_back(call->grants[0].id);
    }
    inner_->message(message);
  }
  void timer(std::uint64_t tag) override { inner_->timer(tag); }

 private:
  std::unique_ptr<Behaviour> inner_;
  std::vector<std::uint64_t>& grants_;
};

struct Seen {
  std::size_t calls = 0, faults = 0, failed = 0, natively = 0, frozen = 0, ejections = 0, violations = 0, late = 0, grants = 0;
};

class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : random_{seed, "schedule"} {
    const bool filter = chance(2);
    permit_ = testing::permit_all(filter ? Hook::sea_forward : Hook::vscsi_command, filter ? Role::filter : Role::provider);
    permit_.deadline = 2_ms;
    permit_.wall_limit = kWallLimit;
    permit_.freeze_limit = kFreezeLimit;
    permit_.when_absent = policy();
    permit_.when_slow = policy();
    permit_.after_freeze = chance(2) ? FaultPolicy::open : FaultPolicy::closed;
    permit_.in_flight = static_cast<InFlightPolicy>(below(3));
    permit_.payer = chance(4) ? Payer::client : Payer::provider;
    DeclaredConfig declared_config;
    declared_config.registrations = {{permit_.hook, permit_.role}};
    declared_config.time = Distribution::constant(50_us);
    declared_config.verdicts = {{filter ? LPARSIM_VSP_PASS : LPARSIM_VSP_COMPLETE, 3}};
    if (permit_.payer == Payer::provider) declared_config.verdicts.push_back({LPARSIM_VSP_DEFER, 1, 0, 300_us});
    declared_config.credits = kCredits;
    declared_config.longest_retry = 10_ms;
    VspConfig limits;
    limits.grant_cap = Bytes{kBuffer.count * kCredits};
    limits.backoff = 2_ms;
    limits.quarantine = 50_ms;
    limits.ejection_window = 200_ms;
    limits.notice = kNotice;
    const BehaviourFactory inner = declared(declared_config, counts_);
    server_.add([this, inner](Platform& platform) { return std::make_unique<GrantCollector>(inner(platform), grants_); }, {permit_}, {},
                1 + static_cast<std::uint32_t>(below(2)), limits);
    server_.start();
  }

  void run(Seen& seen) {
    for (int step = 0; step < 40; ++step) this->step(seen);
    heal();
    answered_once(seen);
    serves_as_at_first();
    leaves_nothing();
    goes_natively_without();
    seen.ejections += server_.status().ejections;
    seen.violations += server_.status().violations;
    seen.late += server_.status().late;
    seen.grants += grants_.size();
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_.bits() % limit; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  FaultPolicy policy() { return static_cast<FaultPolicy>(below(3)); }
  SimTime up_to(SimTime most) { return SimTime::from_ns(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.ps() / 1000)))); }

  std::uint64_t command() {
    Call made;
    made.hook = permit_.hook;
    made.function = permit_.hook == Hook::vscsi_command ? 0x28 : 1;
    made.buffers[0] = {0, kBuffer, true, true};
    made.idempotent = chance(2);
    made.caller_computes = permit_.payer == Payer::client;
    tickets_.push_back(server_.call(made));
    return tickets_.back();
  }

  void step(Seen& seen) {
    server_.run_for(up_to(2_ms));
    carry_out_strokes();
    if (chance(4)) {
      Fault fault;
      fault.kind = static_cast<FaultKind>(below(kFaultKinds));
      fault.violation = static_cast<Violation>(below(kViolations));
      fault.from = server_.now();
      fault.until = server_.now() + up_to(8_ms);
      fault.probability = chance(2) ? 1 : 0.4;
      fault.factor = chance(2) ? 10 : 200;
      fault.by = up_to(5_ms);
      server_.program().inject(fault, server_.now());
      ++seen.faults;
    } else if (chance(16)) {
      if (server_.state() == ChannelState::suspended) {
        server_.exchange.resume(Server::kVsp, server_.now());
      } else {
        server_.exchange.suspend(Server::kVsp, server_.now());
      }
    } else {
      for (std::uint64_t n = 1 + below(2 * kCredits); n > 0; --n) {
        const ChannelState state = server_.state();
        const std::uint64_t ticket = command();
        // Where nobody is, `open` is the built-in path at once.
        if (permit_.when_absent == FaultPolicy::open && (state == ChannelState::closed || state == ChannelState::backing_off)) {
          ASSERT_TRUE(server_.answered(ticket));
          EXPECT_EQ(server_.answer(ticket).decision, Decision::native);
        }
      }
    }
    const VspStatus status = server_.status();
    EXPECT_LE(status.under_way, kCredits);
  }

  void carry_out_strokes() {
    if (server_.strokes.empty()) return;
    server_.stop(server_.strokes[0] == FaultKind::crash);
    EXPECT_EQ(server_.state(), ChannelState::off) << "noticed at once";
    server_.run_for(up_to(5_ms));
    server_.strokes.clear();
    server_.start();
  }

  void heal() {
    server_.program().clear_faults(server_.now());
    server_.run_for(kNotice);
    server_.exchange.resume(Server::kVsp, server_.now());
    server_.run_for(kWallLimit + kFreezeLimit);
    carry_out_strokes();
    server_.run_for(200_ms);
  }

  void answered_once(Seen& seen) {
    for (const std::uint64_t ticket : tickets_) {
      ASSERT_TRUE(server_.answered(ticket)) << "call " << ticket;
      EXPECT_LE(server_.took(ticket), kWallLimit + kFreezeLimit) << "call " << ticket;
      seen.failed += server_.answer(ticket).decision == Decision::failed;
      seen.natively += server_.answer(ticket).decision == Decision::native;
      seen.frozen += server_.took(ticket) > kWallLimit;
    }
    EXPECT_EQ(server_.doubles(), 0U);
    seen.calls += tickets_.size();
  }

  /// The end of what happened to it, for people.
  std::string history() const {
    std::string text = fmt::format("now {:.3f} ms\n", server_.now().milliseconds());
    const std::size_t count = server_.events.size();
    for (std::size_t i = count - std::min<std::size_t>(count, 40); i < count; ++i) {
      const VspEvent& event = server_.events[i];
      text += fmt::format("{:.3f} ms {}: {}\n", event.at.milliseconds(), to_string(event.kind), event.text);
    }
    const std::size_t messages = server_.messages.size();
    for (std::size_t i = messages - std::min<std::size_t>(messages, 12); i < messages; ++i) {
      text += fmt::format("{} {}\n", server_.messages[i].first ? "->" : "<-", server_.messages[i].second);
    }
    return text;
  }

  /// All credits can be used, and no more; all room for grants is there.
  void serves_as_at_first() {
    ASSERT_EQ(server_.state(), ChannelState::ready) << history();
    EXPECT_EQ(server_.status().under_way, 0U);
    EXPECT_EQ(server_.status().waiting, 0U);
    EXPECT_EQ(server_.status().credits, kCredits);
    const std::uint64_t before = counts_->calls;
    std::vector<std::uint64_t> last;
    for (std::uint32_t i = 0; i < 2 * kCredits; ++i) last.push_back(command());
    if (permit_.payer == Payer::provider) {
      EXPECT_EQ(server_.status().under_way, kCredits);
      EXPECT_EQ(server_.status().waiting, kCredits);
    }
    server_.run_for(5_ms);
    EXPECT_EQ(counts_->calls, before + 2 * kCredits) << "it served them itself";
    const Decision expected = permit_.role == Role::filter ? Decision::native : Decision::completed;
    for (const std::uint64_t ticket : last) {
      ASSERT_TRUE(server_.answered(ticket));
      EXPECT_EQ(server_.answer(ticket).decision, expected);
      EXPECT_LT(server_.took(ticket), 3_ms);
    }
  }

  /// Of no call that it ever had can memory be reached.
  void leaves_nothing() {
    std::uint8_t byte = 0;
    SimTime cost;
    for (const std::uint64_t grant : grants_) {
      EXPECT_EQ(server_.exchange.read(Server::kVsp, grant, 0, {&byte, 1}, cost, server_.now()), LPARSIM_VSP_STALE) << "grant " << grant;
    }
    EXPECT_EQ(server_.status().under_way + server_.status().waiting, 0U);
  }

  /// Removed, it is as if it had never been, but for what the console says.
  void goes_natively_without() {
    server_.stop(chance(2));
    const std::uint64_t ticket = command();
    server_.run_for(kFreezeLimit);
    ASSERT_TRUE(server_.answered(ticket));
    const bool open = permit_.when_absent == FaultPolicy::open ||
                      (permit_.when_absent == FaultPolicy::freeze && permit_.after_freeze == FaultPolicy::open);
    EXPECT_EQ(server_.answer(ticket).decision, open ? Decision::native : Decision::failed);
    EXPECT_EQ(server_.took(ticket), permit_.when_absent == FaultPolicy::freeze ? kFreezeLimit : SimTime{});
    EXPECT_EQ(server_.doubles(), 0U);
  }

  using Server = testing::Server;
  RandomStream random_;
  HookPermit permit_;
  std::shared_ptr<DeclaredCounts> counts_ = std::make_shared<DeclaredCounts>();
  std::vector<std::uint64_t> grants_;
  std::vector<std::uint64_t> tickets_;
  Server server_;
};

class FaultSchedules : public ::testing::TestWithParam<int> {};

TEST_P(FaultSchedules, LoseNoCallAnswerNoneTwiceLeaveNothingAndEnd) {
  Seen seen;
  for (std::uint64_t i = 0; i < kSchedules; ++i) {
    const std::uint64_t seed = static_cast<std::uint64_t>(GetParam()) * kSchedules + i;
    SCOPED_TRACE(fmt::format("schedule {}", seed));
    Schedule{seed}.run(seen);
    if (HasFailure()) return;
  }
  RecordProperty("seen", fmt::format("{} calls, {} faults, {} failed, {} natively, {} waited beyond the wall limit, {} ejections, {} "
                                     "violations, {} late replies, {} grants",
                                     seen.calls, seen.faults, seen.failed, seen.natively, seen.frozen, seen.ejections, seen.violations,
                                     seen.late, seen.grants));
  // They come everywhere.
  EXPECT_GT(seen.calls, 80 * kSchedules);
  EXPECT_GT(seen.faults, 8 * kSchedules);
  EXPECT_GT(seen.failed, kSchedules);
  EXPECT_GT(seen.natively, kSchedules);
  EXPECT_GT(seen.frozen, 0U);
  EXPECT_GT(seen.ejections, kSchedules / 10);
  EXPECT_GT(seen.violations, kSchedules / 10);
  EXPECT_GT(seen.late, kSchedules / 10);
  EXPECT_GT(seen.grants, 20 * kSchedules);
}

INSTANTIATE_TEST_SUITE_P(Group, FaultSchedules, ::testing::Range(0, kGroups));

}  // namespace
}  // namespace lparsim::vsp

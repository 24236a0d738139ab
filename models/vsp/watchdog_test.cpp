#include <gtest/gtest.h>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA, kB = Bench::kB;
constexpr Hook kService = Hook::os_service;

/// A ready provider.
struct WatchBench : Bench {
  explicit WatchBench(const HookPermit& terms = permit(kService, Role::provider), std::uint32_t credits = 8) {
    exchange.add(vsp(kA, {terms}));
    exchange.started(kA, now());
    bring_up(kA, kService, Role::provider, kAllFeatures, credits);
    take(kA);
  }
};

HookPermit slow_is(FaultPolicy policy) {
  HookPermit made = permit(kService, Role::provider);
  made.when_slow = policy;
  return made;
}

TEST(Watchdog, GoesByThePolicyForSlowPartitionsExactlyAtTheDeadline) {
  for (const FaultPolicy policy : {FaultPolicy::open, FaultPolicy::closed}) {
    WatchBench b{slow_is(policy)};
    b.call(kService, 1);
    b.pass(10_ms - 1_ps);
    EXPECT_EQ(b.caller.times(1), 0u);
    b.pass(1_ps);
    ASSERT_EQ(b.caller.times(1), 1u);
    EXPECT_EQ(b.caller.outcome(1).decision, policy == FaultPolicy::open ? Decision::native : Decision::failed);
    EXPECT_EQ(b.status(kA).timeouts, 1u);
  }
}

TEST(Watchdog, CancelsWhatIsLateAndIgnoresTheReply) {
  WatchBench b;
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.pass(10_ms);
  EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_CANCEL).status, LPARSIM_VSP_TIMED_OUT);
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.caller.times(1), 1u);
  EXPECT_EQ(b.status(kA).late, 1u);
  EXPECT_EQ(b.status(kA).violations, 0u);
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);  // twice is another matter
  EXPECT_EQ(b.status(kA).violations, 1u);
}

TEST(Watchdog, WaitsTheFreezeLimitForASlowAnswerAndTakesIt) {
  for (const bool answers : {true, false}) {
    WatchBench b{slow_is(FaultPolicy::freeze)};
    b.call(kService, 1);
    const auto call = b.taken(kA);
    b.pass(5_s);
    EXPECT_EQ(b.caller.times(1), 0u);
    if (answers) b.reply(kA, call.call, LPARSIM_VSP_COMPLETE, 0, {9});
    b.pass(1_s);
    EXPECT_EQ(b.caller.outcome(1).decision, answers ? Decision::completed : Decision::failed);
  }
}

TEST(Watchdog, DoesNotCountTimeInWhichThePartitionHasNoProcessor) {
  WatchBench b;
  b.call(kService, 1);
  b.pass(4_ms);
  b.host.starve(kA, b.now());
  b.pass(500_ms);
  EXPECT_EQ(b.caller.times(1), 0u);
  b.host.feed(kA, b.now());
  b.pass(5_ms);
  EXPECT_EQ(b.caller.times(1), 0u);
  b.pass(2_ms);
  EXPECT_EQ(b.caller.times(1), 1u);
}

TEST(Watchdog, EndsTheWaitForAStarvedPartitionAtTheWallLimitWithoutEjectingIt) {
  WatchBench b;
  b.host.starve(kA, b.now());
  for (std::uint64_t i = 1; i <= 8; ++i) b.call(kService, i);
  b.pass(1_s);
  for (std::uint64_t i = 1; i <= 8; ++i) EXPECT_EQ(b.caller.times(i), 1u);
  EXPECT_EQ(b.status(kA).timeouts, 8u);
  EXPECT_EQ(b.status(kA).ejections, 0u);
  EXPECT_EQ(b.observer.records.back().undispatched, 1_s);
}

TEST(Watchdog, LooksSeldomAtAPartitionThatIsAPicosecondShortOfItsDeadline) {
  WatchBench b;
  b.call(kService, 1);
  b.pass(10_ms - 1_ps);
  b.host.starve(kA, b.now());
  int looks = 0;
  while (b.calendar.next() <= 1_s) {
    b.calendar.run_until(b.calendar.next());
    ++looks;
  }
  EXPECT_EQ(b.caller.times(1), 1u);
  EXPECT_LT(looks, 2000);
}

TEST(Watchdog, StopsTheDeadlineButNotTheWallLimitForADeferredCall) {
  WatchBench b;
  b.call(kService, 1);
  b.call(kService, 2);
  const auto calls = b.take(kA);
  for (const Message& m : calls) b.reply(kA, parse<lparsim_vsp_call>(m.view()).call, LPARSIM_VSP_DEFER);
  b.pass(900_ms);
  EXPECT_EQ(b.caller.times(1), 0u);
  b.reply(kA, parse<lparsim_vsp_call>(calls[0].view()).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::completed);
  b.pass(100_ms);
  EXPECT_EQ(b.caller.outcome(2).decision, Decision::native);
  EXPECT_EQ(b.caller.at(2), 1_s);
}

TEST(Watchdog, EjectsWhoDefersForEverButNotWhoHasNoProcessorToAnswerWith) {
  for (const bool starves : {true, false}) {
    WatchBench b;
    for (std::uint64_t i = 1; i <= kHangsInARow; ++i) b.call(kService, i);
    for (const Message& m : b.take(kA)) b.reply(kA, parse<lparsim_vsp_call>(m.view()).call, LPARSIM_VSP_DEFER);
    if (starves) b.host.starve(kA, b.now());
    b.pass(1_s);
    for (std::uint64_t i = 1; i <= kHangsInARow; ++i) EXPECT_EQ(b.caller.times(i), 1u);
    EXPECT_EQ(b.status(kA).timeouts, kHangsInARow);
    EXPECT_EQ(b.status(kA).ejections, starves ? 0u : 1u);
  }
}

TEST(Watchdog, SendsNoWaitingCallToWhoIsBeingEjected) {
  HookPermit terms = slow_is(FaultPolicy::closed);
  terms.in_flight = InFlightPolicy::fail;
  WatchBench b{terms, kHangsInARow};
  for (std::uint64_t i = 1; i <= kHangsInARow; ++i) b.call(kService, i);
  b.take(kA);
  b.pass(9_ms);
  for (std::uint64_t i = 11; i <= 14; ++i) b.call(kService, i);
  // Each time-out gives its credit to one of them; the last one is that of the ejection.
  b.pass(1_ms);
  ASSERT_EQ(b.status(kA).state, ChannelState::backing_off);
  EXPECT_EQ(b.caller.outcome(13).decision, Decision::failed);
  EXPECT_EQ(b.caller.outcome(14).decision, Decision::native);
}

TEST(Watchdog, RefusesDeferWhereItWasNotAgreedOnAndASecondTime) {
  for (const std::uint64_t features : {std::uint64_t{0}, std::uint64_t{LPARSIM_VSP_F_DEFER}}) {
    Bench b;
    b.exchange.add(vsp(kA, {permit(kService, Role::provider)}));
    b.exchange.started(kA, b.now());
    b.bring_up(kA, kService, Role::provider, features);
    b.call(kService, 1);
    const auto call = b.taken(kA);
    b.reply(kA, call.call, LPARSIM_VSP_DEFER);
    b.reply(kA, call.call, LPARSIM_VSP_DEFER);
    EXPECT_EQ(b.status(kA).violations, features == 0 ? 2u : 1u);
  }
}

TEST(Watchdog, CountsTheWaitForCreditsTowardsTheWallLimit) {
  WatchBench b{slow_is(FaultPolicy::closed), 1};
  b.call(kService, 1);
  b.call(kService, 2);
  EXPECT_EQ(b.observer.count(VspEventKind::credits_exhausted), 1);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_DEFER);
  b.pass(1_s);
  EXPECT_EQ(b.caller.at(2), 1_s);
  EXPECT_EQ(b.caller.outcome(2).decision, Decision::failed);
}

TEST(Watchdog, EjectsAHangingPartitionWithADumpOfWhatWasUnderWay) {
  WatchBench b;
  b.pass(1_ms);
  for (std::uint64_t i = 1; i <= kHangsInARow; ++i) b.call(kService, i);
  b.take(kA);
  b.pass(1_ms);
  b.call(kService, 77);
  b.pass(9_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::backing_off);
  EXPECT_EQ(b.status(kA).ejections, 1u);
  for (const std::uint64_t i : {1U, 2U, 3U, 4U, 77U}) EXPECT_EQ(b.caller.times(i), 1u) << i;
  const std::string dump = b.observer.last(VspEventKind::ejected);
  for (const char* part :
       {"4 calls in a row", "call 4", "os.service", "client 5", "begun 10 ms ago, 10 ms of that with", "also under way: call 5"})
    EXPECT_NE(dump.find(part), std::string::npos) << part << " in " << dump;
}

TEST(Watchdog, TakesAnEjectedPartitionBackAfterItsBackOffAndTreatsItAsAnyOther) {
  WatchBench b;
  for (std::uint64_t i = 1; i <= kHangsInARow; ++i) b.call(kService, i);
  b.pass(10_ms);
  ASSERT_EQ(b.status(kA).state, ChannelState::backing_off);
  const auto notice = b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE);
  EXPECT_EQ(notice.reason, LPARSIM_VSP_EJECTED);
  EXPECT_EQ(notice.time, 100'000'000u);
  EXPECT_EQ(b.call(kService, 10)->decision, Decision::native);
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));  // too early
  EXPECT_EQ(b.status(kA).state, ChannelState::backing_off);
  b.pass(100_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::closed);
  b.bring_up(kA, kService, Role::provider);
  EXPECT_EQ(b.observer.count(VspEventKind::returned), 1);
  EXPECT_FALSE(b.call(kService, 11));
}

TEST(Watchdog, DoesNotTakeWhoAnswersLateForOneThatHangs) {
  WatchBench b;
  for (std::uint64_t i = 1; i <= 3 * kHangsInARow; ++i) {
    b.call(kService, i);
    const auto call = b.taken(kA);
    b.pass(12_ms);
    b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);
  }
  EXPECT_EQ(b.status(kA).timeouts, 3u * kHangsInARow);
  EXPECT_EQ(b.status(kA).ejections, 0u);
}

TEST(Watchdog, TakesWhoOnlyDefersForOneThatHangs) {
  WatchBench b;
  for (std::uint64_t i = 1; i <= kHangsInARow; ++i) {
    b.call(kService, i);
    b.reply(kA, b.taken(kA).call, LPARSIM_VSP_DEFER);
    b.pass(1_s);
  }
  EXPECT_EQ(b.status(kA).ejections, 1u);
}

TEST(Watchdog, ForgetsTimeoutsWhenAReplyComesBetween) {
  WatchBench b;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    b.call(kService, 2 * i);
    b.take(kA);
    b.pass(10_ms);
    b.call(kService, 2 * i + 1);
    b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  }
  EXPECT_EQ(b.status(kA).timeouts, 20u);
  EXPECT_EQ(b.status(kA).ejections, 0u);
}

TEST(Deadlock, IsFoundBetweenPartitionsThatWaitForEachOtherAndTheYoungestCallFails) {
  Bench b;
  HookPermit patient = permit(kService, Role::provider);
  b.exchange.add(vsp(kA, {patient}));
  HookPermit other = permit(Hook::vscsi_command, Role::provider);
  b.exchange.add(vsp(kB, {other}));
  for (const PartitionId p : {kA, kB}) b.exchange.started(p, b.now());
  b.bring_up(kA, kService, Role::provider);
  b.bring_up(kB, Hook::vscsi_command, Role::provider);
  for (const PartitionId p : {kA, kB}) b.host.starve(p, b.now());  // both only wait
  b.call(kService, 1, kB);                                         // B's program waits for A
  b.pass(1_ms);
  b.call(Hook::vscsi_command, 2, kA);  // A's for B
  b.pass(9_ms);
  EXPECT_EQ(b.observer.count(VspEventKind::deadlock), 0);
  b.pass(1_ms);
  EXPECT_EQ(b.observer.count(VspEventKind::deadlock), 1);
  EXPECT_EQ(b.caller.outcome(2).decision, Decision::failed);
  EXPECT_EQ(b.caller.times(1), 0u);
}

/// A native function that makes a hooked call of another kind for its client.
struct CallingNative final : NativeFunction {
  bool issue(const Call& call, NativeListener&, std::uint64_t ticket, SimTime) override {
    bench->call(calls, 1000 + ticket, call.client);
    return true;
  }
  Bench* bench = nullptr;
  Hook calls{};
};

TEST(Deadlock, IsFoundThroughNativeFunctionsThatProvidersIssue) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::provider)}));
  b.exchange.add(vsp(kB, {permit(Hook::vscsi_command, Role::provider)}));
  for (const PartitionId p : {kA, kB}) b.exchange.started(p, b.now());
  b.bring_up(kA, kService, Role::provider);
  b.bring_up(kB, Hook::vscsi_command, Role::provider);
  for (const PartitionId p : {kA, kB}) b.host.starve(p, b.now());
  CallingNative service, command;
  service.bench = command.bench = &b;
  service.calls = Hook::vscsi_command;
  command.calls = kService;
  b.exchange.add_native(kService, service);
  b.exchange.add_native(Hook::vscsi_command, command);
  const auto issue = [&](PartitionId p) {
    auto message = b.made<lparsim_vsp_issue>(p, LPARSIM_VSP_ISSUE);
    message.issue = 1;
    message.registration = 1;
    message.client = 5;
    b.send(p, message);
  };
  b.call(kService, 1);
  issue(kA);  // a command, which waits for B
  EXPECT_EQ(b.status(kB).under_way, 1u);
  issue(kB);  // a service, which waits for A
  EXPECT_EQ(b.status(kA).under_way, 2u);
  b.pass(10_ms);
  EXPECT_EQ(b.observer.count(VspEventKind::deadlock), 1);
  EXPECT_EQ(b.caller.outcome(1002).decision, Decision::failed);
  EXPECT_EQ(b.caller.times(1001), 0u);
}

TEST(Deadlock, IsNoneWhereCallsBetweenTwoPartitionsEndInTime) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::provider)}));
  b.exchange.add(vsp(kB, {permit(Hook::vscsi_command, Role::provider)}));
  for (const PartitionId p : {kA, kB}) b.exchange.started(p, b.now());
  b.bring_up(kA, kService, Role::provider);
  b.bring_up(kB, Hook::vscsi_command, Role::provider);
  for (const PartitionId p : {kA, kB}) b.host.starve(p, b.now());
  for (std::uint64_t i = 1; i < 20; ++i) {
    b.call(kService, 2 * i, kB);
    b.call(Hook::vscsi_command, 2 * i + 1, kA);
    b.pass(9_ms);
    b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
    b.reply(kB, b.taken(kB).call, LPARSIM_VSP_COMPLETE);
  }
  EXPECT_EQ(b.observer.count(VspEventKind::deadlock), 0);
}

}  // namespace
}  // namespace lparsim::vsp

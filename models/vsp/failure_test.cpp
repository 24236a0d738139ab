#include <gtest/gtest.h>

#include "models/vsp/testing/failure_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA;
constexpr Hook kService = FailureBench::kService;

TEST(Failure, GoesByThePolicyForAbsentPartitionsBeforeTheFirstStart) {
  Bench open, closed, frozen;
  open.exchange.add(vsp(kA, {terms(FaultPolicy::open)}));
  closed.exchange.add(vsp(kA, {terms(FaultPolicy::closed)}));
  frozen.exchange.add(vsp(kA, {terms(FaultPolicy::freeze)}));
  EXPECT_EQ(open.call(kService, 1)->decision, Decision::native);
  EXPECT_EQ(closed.call(kService, 1)->decision, Decision::failed);
  EXPECT_FALSE(frozen.call(kService, 1));
  // Late at boot is not absent for good.
  frozen.pass(2_s);
  frozen.exchange.started(kA, frozen.now());
  frozen.negotiate(kA);
  frozen.enter(kA, 1, kService, Role::provider);
  EXPECT_EQ(frozen.status(kA).waiting, 1u);
  frozen.say_ready(kA);
  frozen.reply(kA, frozen.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(frozen.caller.outcome(1).decision, Decision::completed);
}

TEST(Failure, EndsAFreezeAtItsLimit) {
  for (const FaultPolicy after : {FaultPolicy::open, FaultPolicy::closed}) {
    Bench b;
    HookPermit permit = terms(FaultPolicy::freeze);
    permit.after_freeze = after;
    b.exchange.add(vsp(kA, {permit}));
    EXPECT_FALSE(b.call(kService, 1));
    b.pass(5_s - 1_ps);
    EXPECT_EQ(b.caller.times(1), 0u);
    b.pass(1_ps);
    EXPECT_EQ(b.caller.outcome(1).decision, after == FaultPolicy::open ? Decision::native : Decision::failed);
  }
}

TEST(Failure, DistinguishesAbsentFromSlowPartitions) {
  HookPermit permit = terms(FaultPolicy::closed);
  permit.when_slow = FaultPolicy::open;
  FailureBench b{permit};
  b.call(kService, 1);
  b.pass(10_ms);
  EXPECT_EQ(b.decision(1), Decision::native);
  b.exchange.stopped(kA, false, b.now());
  EXPECT_EQ(b.call(kService, 2)->decision, Decision::failed);
}

TEST(Failure, AbortsWhatTheCrashedPartitionHadTakenAndRoutesTheRestAgain) {
  FailureBench b{terms(FaultPolicy::open)};
  b.call(kService, 1);
  b.take(kA);
  b.call(kService, 2);
  b.crash();
  EXPECT_EQ(b.decision(1), Decision::failed);
  EXPECT_EQ(b.caller.outcome(1).status, LPARSIM_VSP_ABORTED);
  EXPECT_EQ(b.decision(2), Decision::native);
}

TEST(Failure, FailsAllWhereThatIsThePolicy) {
  FailureBench b{terms(FaultPolicy::open, InFlightPolicy::fail)};
  b.call(kService, 1);
  b.take(kA);
  b.call(kService, 2);
  b.crash();
  EXPECT_EQ(b.decision(1), Decision::failed);
  EXPECT_EQ(b.decision(2), Decision::failed);
}

TEST(Failure, GivesCallsAgainInTheirOrderAndSaysSo) {
  FailureBench b{terms(FaultPolicy::freeze, InFlightPolicy::reissue)};
  b.call_once(1, true);
  b.call_once(2, false);
  b.take(kA);
  b.call_once(3, true);
  b.crash();
  EXPECT_EQ(b.status(kA).waiting, 3u);
  b.call_once(4, true);
  b.pass(1_s);
  b.restart();
  std::vector<lparsim_vsp_call> calls;
  for (const Message& message : b.take(kA))
    if (parse<lparsim_vsp_header>(message.view()).type == LPARSIM_VSP_CALL) calls.push_back(parse<lparsim_vsp_call>(message.view()));
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].flags, LPARSIM_VSP_CALL_REISSUED);
  EXPECT_EQ(calls[1].flags, LPARSIM_VSP_CALL_REISSUED | LPARSIM_VSP_CALL_NOT_IDEMPOTENT);
  EXPECT_EQ(calls[2].flags, 0u);  // it had not received this one
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(calls[i].header.epoch, 2u);
    if (i > 0) {
      EXPECT_LT(calls[i - 1].call, calls[i].call);
    }
    b.reply(kA, calls[i].call, LPARSIM_VSP_COMPLETE);
    EXPECT_EQ(b.decision(i + 1), Decision::completed);
  }
}

TEST(Failure, GivesOnlyIdempotentCallsAgainToAPartitionThatCannotTell) {
  FailureBench b{terms(FaultPolicy::open, InFlightPolicy::reissue), LPARSIM_VSP_F_DEFER};
  b.call_once(1, true);
  b.call_once(2, false);
  b.take(kA);
  b.crash();
  EXPECT_EQ(b.caller.times(1), 0u);
  EXPECT_EQ(b.decision(2), Decision::failed);
  b.pass(5_s);
  EXPECT_EQ(b.decision(1), Decision::failed);
}

TEST(Failure, AsksAgainWhetherAPartitionThatReturnsCanTakeACallTwice) {
  FailureBench b{terms(FaultPolicy::open, InFlightPolicy::reissue)};
  b.call_once(1, true);
  b.call_once(2, false);
  b.take(kA);
  b.exchange.stopped(kA, false, b.now());  // in good order: it need not offer the same again
  EXPECT_EQ(b.caller.times(2), 0u);
  b.features = LPARSIM_VSP_F_DEFER;
  b.restart();
  EXPECT_EQ(b.decision(2), Decision::failed);
  EXPECT_EQ(b.caller.outcome(2).status, LPARSIM_VSP_ABORTED);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(1), Decision::completed);
}

TEST(Failure, NeverHoldsACallBeyondTheFreezeLimitHoweverOftenThePartitionReturns) {
  FailureBench b{terms(FaultPolicy::freeze, InFlightPolicy::reissue)};
  b.call(kService, 1);
  SimTime end;
  while (b.caller.times(1) == 0) {
    b.take(kA);
    b.crash();
    b.pass(700_ms);
    b.exchange.started(kA, b.now());
    if (b.status(kA).state == ChannelState::closed) b.up();
    end = b.now();
  }
  EXPECT_LE(end, 7_s);
}

TEST(Failure, LogsTheCallsInFlight) {
  FailureBench b{terms(FaultPolicy::open)};
  b.call(kService, 1);
  b.crash();
  EXPECT_NE(b.observer.last(VspEventKind::state).find("it crashed, epoch 1; under way: call 1 (os.service 0x5 of client 5, not received"),
            std::string::npos)
      << b.observer.last(VspEventKind::state);
}

TEST(Failure, IgnoresCompletionsOfAnOldEpoch) {
  FailureBench b{terms(FaultPolicy::freeze, InFlightPolicy::reissue)};
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.crash();
  b.restart();
  auto reply = b.made<lparsim_vsp_reply>(kA, LPARSIM_VSP_REPLY);
  reply.header.epoch = 1;
  reply.call = call.call;
  reply.verdict = LPARSIM_VSP_COMPLETE;
  b.send(kA, reply);
  EXPECT_EQ(b.caller.times(1), 0u);
  EXPECT_EQ(b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR).status, LPARSIM_VSP_STALE);
}

TEST(Failure, EjectsForTooManyViolationsAndDampsTheLoop) {
  FailureBench b{terms(FaultPolicy::open)};
  SimTime last;
  std::vector<SimTime> away;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 16; ++i) b.reply(kA, 999'999, LPARSIM_VSP_PASS);
    ASSERT_EQ(b.status(kA).state, ChannelState::backing_off) << round;
    last = b.now();
    while (b.status(kA).state == ChannelState::backing_off) b.pass(100_ms);
    away.push_back(b.now() - last);
    b.up();
    ASSERT_EQ(b.status(kA).state, ChannelState::ready) << round;
  }
  EXPECT_EQ(away, (std::vector<SimTime>{100_ms, 200_ms, 10_s, 10_s, 10_s, 10_s}));
  EXPECT_EQ(b.observer.count(VspEventKind::quarantined), 4);
  b.pass(70_s);
  for (int i = 0; i < 16; ++i) b.reply(kA, 999'999, LPARSIM_VSP_PASS);
  b.pass(100_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::closed);  // forgiven
}

TEST(Failure, RestartingDoesNotShortenABackOff) {
  FailureBench b{terms(FaultPolicy::open)};
  for (int i = 0; i < 16; ++i) b.reply(kA, 999'999, LPARSIM_VSP_PASS);
  b.crash();
  b.exchange.started(kA, b.now());
  EXPECT_EQ(b.status(kA).state, ChannelState::backing_off);
  b.pass(99_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::backing_off);
  b.pass(1_s);
  EXPECT_EQ(b.status(kA).state, ChannelState::closed);
}

TEST(Failure, TakesAPartitionBackThatReturnsLaterThanAnyLimit) {
  FailureBench b{terms(FaultPolicy::freeze, InFlightPolicy::reissue)};
  b.call(kService, 1);
  b.crash();
  b.pass(1000_s);
  EXPECT_EQ(b.decision(1), Decision::failed);
  b.restart();
  EXPECT_FALSE(b.call(kService, 2));
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(2), Decision::completed);
}

TEST(Failure, EjectsAPartitionThatSendsAndDoesNotReceive) {
  Bench b;
  VspConfig config = vsp(kA, {terms(FaultPolicy::open)});
  config.most_violations = 100'000;
  b.exchange.add(config);
  b.exchange.started(kA, b.now());
  for (int i = 0; i < 1000; ++i) b.send(kA, b.hello());
  EXPECT_EQ(b.status(kA).state, ChannelState::backing_off);
  EXPECT_EQ(b.take(kA).size(), 1u);
}

TEST(Failure, TakesWhatItTellsAPartitionUnaskedForNoAnswerThatIsLeftUnread) {
  HookPermit filter = permit(kService, Role::filter);
  filter.deadline = filter.wall_limit = 10_s;
  VspConfig config = vsp(kA, {filter});
  config.most_credits = 1000;
  Bench b;
  b.exchange.add(config);
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::filter, Bench::kAllFeatures, 1000);
  for (std::uint64_t i = 1; i <= 600; ++i) b.call(kService, i);
  for (const Message& message : b.take(kA)) {
    const auto call = parse<lparsim_vsp_call>(message.view());
    if (call.header.type == LPARSIM_VSP_CALL) b.reply(kA, call.call, LPARSIM_VSP_PASS);
  }
  for (std::uint64_t i = 1; i <= 600; ++i) b.exchange.ended(b.caller, i, -5, b.now());
  b.say_ready(kA);  // out of place, and answered
  const auto all = b.take(kA);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const Message& m) { return type_of(m.view()) == LPARSIM_VSP_OUTCOME; }), 600);
  EXPECT_TRUE(b.status(kA).state == ChannelState::ready);
}

/// A service that runs on its caller's time: answers with `verdict` after computing 3 us, unless that is 0.
struct LentService final : OnCallersTime {
  SimTime serve(std::span<const std::uint8_t> message, SimTime) override {
    const auto call = parse<lparsim_vsp_call>(message);
    if (verdict != 0) bench->reply(kA, call.call, verdict, 0, {1});
    return 3_us;
  }
  Bench* bench = nullptr;
  std::uint32_t verdict = LPARSIM_VSP_COMPLETE;
};

struct LentBench : Bench {
  explicit LentBench(std::uint64_t features = kAllFeatures) {
    HookPermit permit = terms(FaultPolicy::open);
    permit.payer = Payer::client;
    exchange.add(vsp(kA, {permit}));
    service.bench = this;
    exchange.on_callers_time(kA, service);
    exchange.started(kA, now());
    bring_up(kA, kService, Role::provider, features);
    take(kA);
  }
  std::optional<Outcome> call_lending(bool computes = true) {
    Call made;
    made.hook = kService;
    made.client = made.owner = kClient;
    made.caller_computes = computes;
    return exchange.call(made, caller, 1, now());
  }
  LentService service;
};

TEST(CallersTime, AnswersAtOnceAndChargesTheCaller) {
  LentBench b;
  const auto outcome = b.call_lending();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->decision, Decision::completed);
  EXPECT_EQ(outcome->cost, b.costs.look_up + b.costs.switch_over + 3_us);
  ASSERT_EQ(b.exchange.ledger().size(), 1u);
  EXPECT_EQ(b.exchange.ledger()[0].client_paid, outcome->cost);
  EXPECT_EQ(b.exchange.ledger()[0].vsp_paid, SimTime{});
  EXPECT_TRUE(b.take(kA).empty());
}

TEST(CallersTime, IsNotLentWithoutTheFeatureOrByAPlaceThatCannot) {
  LentBench without{Bench::kAllFeatures & ~std::uint64_t{LPARSIM_VSP_F_CALLERS_TIME}};
  EXPECT_FALSE(without.call_lending());
  LentBench cannot;
  EXPECT_FALSE(cannot.call_lending(false));
}

TEST(CallersTime, AllowsNoDeferringAndNoSilence) {
  for (const std::uint32_t verdict : {std::uint32_t{LPARSIM_VSP_DEFER}, 0U}) {
    LentBench b;
    b.service.verdict = verdict;
    const auto outcome = b.call_lending();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->decision, Decision::native);
    EXPECT_GE(b.status(kA).violations, 1u);
    EXPECT_EQ(b.status(kA).under_way, 0u);
  }
}

}  // namespace
}  // namespace lparsim::vsp

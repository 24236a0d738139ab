#include <gtest/gtest.h>

#include <vector>

#include "models/vsp/testing/failure_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA;
constexpr Hook kService = FailureBench::kService;

TEST(Suspension, GivesNoticeAndWaitsForThePartitionToEndItsCalls) {
  FailureBench b{terms(FaultPolicy::freeze)};
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.exchange.suspend(kA, b.now());
  EXPECT_EQ(b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE).reason, LPARSIM_VSP_SUSPEND);
  b.call(kService, 2);  // too late for this epoch
  EXPECT_TRUE(b.take(kA).empty());
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(1), Decision::completed);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  EXPECT_EQ(b.status(kA).state, ChannelState::suspended);
  b.pass(1_s);
  b.exchange.resume(kA, b.now());
  EXPECT_EQ(b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE).reason, LPARSIM_VSP_RESUME);
  b.up();
  EXPECT_EQ(b.status(kA).epoch, 2u);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(2), Decision::completed);
}

TEST(Suspension, IsBoundedAndTreatsWhatIsLeftByPolicy) {
  FailureBench b{terms(FaultPolicy::open)};
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.reply(kA, call.call, LPARSIM_VSP_DEFER);
  b.exchange.suspend(kA, b.now());
  b.pass(99_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::quiescing);
  b.pass(1_ms);
  EXPECT_EQ(b.status(kA).state, ChannelState::suspended);
  EXPECT_EQ(b.decision(1), Decision::failed);
  b.exchange.resume(kA, b.now());
  auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
  reply.header.epoch = 1;
  reply.call = call.call;
  reply.verdict = LPARSIM_VSP_COMPLETE;
  b.send(kA, reply);  // it did not know
  EXPECT_EQ(b.status(kA).late, 1u);
  EXPECT_EQ(b.status(kA).violations, 0u);
  EXPECT_EQ(b.caller.times(1), 1u);
}

TEST(Suspension, TakesWhatThePartitionWasAboutToSayForNoViolation) {
  FailureBench b{terms(FaultPolicy::open)};
  b.exchange.suspend(kA, b.now());
  b.pass(100_ms);
  b.exchange.resume(kA, b.now());
  const auto say = [&](std::uint32_t type) {
    b.send(kA, blank<lparsim_vsp_init>(type, 1));
    return b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR).status;
  };
  EXPECT_EQ(say(LPARSIM_VSP_QUIESCED), LPARSIM_VSP_STALE);
  EXPECT_EQ(b.status(kA).violations, 0u);
  b.negotiate(kA);  // now it knows of the new epoch
  EXPECT_EQ(say(LPARSIM_VSP_QUIESCED), LPARSIM_VSP_STALE);
  EXPECT_EQ(b.status(kA).violations, 1u);
}

TEST(Suspension, ComesWhateverThePartitionDoesInsteadOfQuiescing) {
  for (const std::uint16_t type : {LPARSIM_VSP_RESET, LPARSIM_VSP_INIT, LPARSIM_VSP_HELLO}) {
    FailureBench b{terms(FaultPolicy::open)};
    b.call(kService, 1);
    b.take(kA);
    b.exchange.suspend(kA, b.now());
    // A message without a place there is refused, sixteen of them eject.
    for (int i = 0; i < 16; ++i) b.send(kA, b.made<lparsim_vsp_init>(kA, type));
    EXPECT_EQ(b.status(kA).state, ChannelState::suspended) << type;
    EXPECT_EQ(b.decision(1), Decision::failed);
    b.exchange.resume(kA, b.now());
    EXPECT_EQ(b.status(kA).state, type == LPARSIM_VSP_HELLO ? ChannelState::backing_off : ChannelState::closed);
    b.pass(100_ms);
    b.up();
    EXPECT_TRUE(b.status(kA).state == ChannelState::ready) << type;
  }
}

TEST(Suspension, ComesAtOnceWhereNoNoticeWasAgreedOn) {
  FailureBench b{terms(FaultPolicy::open), 0};
  b.exchange.suspend(kA, b.now());
  EXPECT_EQ(b.status(kA).state, ChannelState::suspended);
}

// ---- The partition itself

using Done = std::vector<BenchHost::Done>;

TEST(Suspension, StopsThePartitionWhenItsChannelIsSuspendedAndNotBefore) {
  FailureBench b{terms(FaultPolicy::open)};
  b.pass(1_ms);
  b.exchange.suspend(kA, b.now());
  EXPECT_EQ(b.host.done, Done{}) << "it is to answer what it has";
  b.pass(2_ms);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  EXPECT_EQ(b.host.done, (Done{{"suspend", kA, 3_ms}}));
  b.pass(1_s);
  b.exchange.resume(kA, b.now());
  EXPECT_EQ(b.host.done, (Done{{"suspend", kA, 3_ms}, {"resume", kA, 1003_ms}}));
  const auto notice = b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE);
  EXPECT_EQ(notice.reason, LPARSIM_VSP_RESUME);
  EXPECT_EQ(notice.time, 1'000'000'000u) << "for so long it stood still";
}

TEST(Suspension, KeepsAResumptionThatComesWhileThePartitionQuiesces) {
  FailureBench b{terms(FaultPolicy::freeze)};
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.exchange.suspend(kA, b.now());
  b.pass(1_ms);
  b.exchange.resume(kA, b.now());
  EXPECT_EQ(b.status(kA).state, ChannelState::quiescing);
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(1), Decision::completed);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  b.pass(1_ms);
  EXPECT_EQ(b.host.done, (Done{{"suspend", kA, 1_ms}, {"resume", kA, 1_ms}}));
  b.up();
  EXPECT_EQ(b.status(kA).epoch, 2u);
}

TEST(Suspension, EndsWithTheBlackoutOfAMigration) {
  FailureBench b{terms(FaultPolicy::freeze, InFlightPolicy::reissue)};
  b.call(kService, 1);
  b.take(kA);
  b.exchange.migrate(kA, 300_ms, b.now());
  const auto notice = b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE);
  EXPECT_EQ(notice.reason, LPARSIM_VSP_SUSPEND);
  EXPECT_EQ(notice.time, 100'000'000u);
  b.pass(1_ms);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  b.pass(299_ms);
  EXPECT_EQ(b.host.done, (Done{{"suspend", kA, 1_ms}}));
  b.pass(1_ms);
  EXPECT_EQ(b.host.done.back(), (BenchHost::Done{"resume", kA, 301_ms}));
  b.up();
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE);
  EXPECT_EQ(b.decision(1), Decision::completed);
}

TEST(Suspension, OfTheOperatorOutlastsTheBlackoutOfAMigration) {
  for (const SimTime when : {50_ms, 200_ms}) {  // while it quiesces, while it stands still
    FailureBench b{terms(FaultPolicy::open)};
    b.exchange.migrate(kA, 300_ms, b.now());
    b.pass(when);
    b.exchange.suspend(kA, b.now());
    b.pass(10_s);
    EXPECT_EQ(b.status(kA).state, ChannelState::suspended);
    b.exchange.resume(kA, b.now());
    EXPECT_EQ(b.status(kA).state, ChannelState::closed);
    b.pass(10_s);
    EXPECT_EQ(b.host.done.size(), 2u);
  }
}

TEST(Suspension, LeavesWhoResumesEarlyAlone) {
  FailureBench b{terms(FaultPolicy::open)};
  b.exchange.migrate(kA, 300_ms, b.now());
  b.pass(200_ms);
  b.exchange.resume(kA, b.now());
  b.up();
  b.pass(10_s);
  EXPECT_TRUE(b.status(kA).state == ChannelState::ready);
  EXPECT_EQ(b.host.done.size(), 2u);
}

TEST(Shutdown, IsToldAndWaitedForAndNoFailure) {
  FailureBench b{terms(FaultPolicy::open, InFlightPolicy::fail)};
  b.call(kService, 1);
  b.call(kService, 2);
  const auto second = b.taken(kA);
  b.exchange.shut_down(kA, b.now());
  EXPECT_TRUE(b.status(kA).shutting_down);
  const auto notice = b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE);
  EXPECT_EQ(notice.reason, LPARSIM_VSP_SHUTDOWN);
  EXPECT_EQ(notice.time, 100'000'000u);
  EXPECT_TRUE(b.call(kService, 3)) << "done natively: nothing new is given to it";
  b.reply(kA, second.call, LPARSIM_VSP_COMPLETE);
  b.pass(5_ms);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  EXPECT_EQ(b.host.done, (Done{{"stop", kA, 5_ms}}));
  EXPECT_EQ(b.status(kA).state, ChannelState::off);
  EXPECT_EQ(b.decision(1), Decision::failed);
  EXPECT_EQ(b.decision(2), Decision::completed);
  b.exchange.resume(kA, b.now());
  b.exchange.stopped(kA, false, b.now());
  for (int i = 0; i < 3; ++i) {  // crashes as often would hold it back
    b.exchange.started(kA, b.now());
    EXPECT_EQ(b.status(kA).state, ChannelState::closed);
    b.up();
    b.exchange.shut_down(kA, b.now());
    b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
    b.exchange.stopped(kA, false, b.now());
  }
}

TEST(Shutdown, IsBoundedAndComesAtOnceToWhoWantsNoNotice) {
  FailureBench b{terms(FaultPolicy::open)};
  b.exchange.shut_down(kA, b.now());
  b.pass(100_ms);
  EXPECT_EQ(b.host.done, (Done{{"stop", kA, 100_ms}}));
  FailureBench silent{terms(FaultPolicy::open), 0};
  silent.exchange.shut_down(kA, silent.now());
  EXPECT_EQ(silent.host.done, (Done{{"stop", kA, 0_ms}}));
}

TEST(Shutdown, TakesTheRestOfTheTimeOfASuspension) {
  FailureBench b{terms(FaultPolicy::open)};
  b.exchange.suspend(kA, b.now());
  b.pass(40_ms);
  b.exchange.shut_down(kA, b.now());
  EXPECT_EQ(b.last<lparsim_vsp_notice>(kA, LPARSIM_VSP_NOTICE).time, 60'000'000u);
  b.exchange.suspend(kA, b.now());  // of no effect
  b.pass(60_ms);
  EXPECT_EQ(b.host.done, (Done{{"stop", kA, 100_ms}}));
}

TEST(Shutdown, OfASuspendedPartitionComesAtOnce) {
  FailureBench b{terms(FaultPolicy::open)};
  b.exchange.migrate(kA, 300_ms, b.now());
  b.pass(200_ms);
  b.exchange.shut_down(kA, b.now());
  b.exchange.stopped(kA, false, b.now());
  b.pass(1_s);
  EXPECT_EQ(b.host.done, (Done{{"suspend", kA, 100_ms}, {"stop", kA, 200_ms}}));
}

}  // namespace
}  // namespace lparsim::vsp

// Each promise broken on purpose: the Monitor stops the run and names the time and who.
#include "models/hypervisor/monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr PartitionId kA{0}, kB{1};
constexpr VpId kA0{0}, kA1{1}, kB0{2};
constexpr CoreId kCore0{0}, kCore1{1};

SharedSpec shared(std::int64_t hundredths, std::uint32_t online, std::uint32_t most, bool capped) {
  SharedSpec spec;
  spec.entitlement = ProcessingUnits::from_hundredths(hundredths);
  spec.online = online;
  spec.max_virtual = most;
  spec.capped = capped;
  return spec;
}

/// The message with which `act` fails; empty if it does not.
std::string complaint(const std::function<void()>& act) {
  try {
    act();
  } catch (const CheckFailure& failure) {
    return failure.what();
  }
  return {};
}

/// Two cores; partition 0 has two virtual processors and 0.5 PU, partition 1 one and 0.3 PU; windows of 10 ms. Both are active.
class Watched : public ::testing::Test {
 protected:
  Watched() { set_up(false); }
  void set_up(bool capped) {
    monitor_.add_shared(shared(50, 2, 2, capped));
    monitor_.add_shared(shared(30, 1, 1, capped));
    monitor_.activated(kA, 0_ms);
    monitor_.activated(kB, 0_ms);
  }
  void run(VpId vp, CoreId core, SimTime from, SimTime to) {
    monitor_.switched_in(vp, core, from);
    monitor_.switched_out(vp, core, to);
  }

  Monitor monitor_{2, 10_ms};
};

class WatchedCapped : public Watched {
 protected:
  WatchedCapped() {
    monitor_ = Monitor{2, 10_ms};
    set_up(true);
  }
};

TEST_F(Watched, ARunThatKeepsItsPromisesPasses) {
  for (const VpId vp : {kA0, kA1, kB0}) monitor_.ready(vp, 0_ms);
  run(kA0, kCore0, 0_ms, 3_ms);
  run(kA1, kCore1, 0_ms, 2_ms);
  run(kB0, kCore0, 3_ms, 6_ms);
  monitor_.window_began(10_ms);
  monitor_.finish(10_ms);
  EXPECT_EQ(monitor_.consumed(kA0, 10_ms), 3_ms);
}

TEST_F(Watched, TwoVirtualProcessorsOnACore) {
  monitor_.ready(kA0, 0_ms);
  monitor_.ready(kB0, 0_ms);
  monitor_.switched_in(kA0, kCore0, 1_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_in(kB0, kCore0, 2_ms); }),
              AllOf(HasSubstr("core 0 runs two virtual processors at 2000000000 ps"), HasSubstr("partition 1")));
}

TEST_F(Watched, AVirtualProcessorOnTwoCores) {
  monitor_.ready(kA0, 0_ms);
  monitor_.switched_in(kA0, kCore0, 1_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_in(kA0, kCore1, 2_ms); }),
              HasSubstr("a virtual processor of partition 0 is on two cores at 2000000000 ps"));
}

TEST_F(Watched, AVirtualProcessorThatLosesACoreOfOthers) {
  monitor_.ready(kA0, 0_ms);
  monitor_.switched_in(kA0, kCore0, 1_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_out(kA0, kCore1, 2_ms); }),
              HasSubstr("partition 0 loses a core at 2000000000 ps that it does not have"));
}

TEST_F(Watched, DispatchesWithoutEndAtOneInstant) {
  monitor_.ready(kA0, 0_ms);
  for (int i = 0; i < 1000; ++i) run(kA0, kCore0, 1_ms, 1_ms);
  for (int i = 0; i < 10'000; ++i) run(kA0, kCore0, 2_ms, 2_ms);
  EXPECT_THAT(complaint([&] { run(kA0, kCore0, 2_ms, 2_ms); }), HasSubstr("partition 0 is dispatched without end at 2000000000 ps"));
}

TEST_F(Watched, TimeThatRunsBackwards) {
  monitor_.ready(kA0, 0_ms);
  monitor_.switched_in(kA0, kCore0, 5_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_out(kA0, kCore0, 4_ms); }), HasSubstr("partition 0: time runs backwards at 4000000000 ps"));
}

TEST_F(Watched, ACoreUsedForLongerThanTimeHasPassed) {
  monitor_.ready(kA0, 0_ms);
  monitor_.ready(kB0, 0_ms);
  run(kA0, kCore0, 0_ms, 4_ms);
  monitor_.switched_in(kB0, kCore0, 0_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_out(kB0, kCore0, 5_ms); }),
              AllOf(HasSubstr("core 0 has been used for 9000000000 ps by the time of 5000000000 ps"), HasSubstr("partition 1")));
}

TEST_F(Watched, APartitionReadyThroughAWindowThatDoesNotGetItsEntitlement) {
  monitor_.ready(kA0, 0_ms);
  run(kA0, kCore0, 1_ms, 5_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(10_ms); }),
              HasSubstr("partition 0 got 4000000000 of the 5000000000 ps due to it in the window that ends at 10000000000 ps"));
}

TEST_F(Watched, APartitionThatNeverRunsDuringAWindow) {
  monitor_.ready(kB0, 0_ms);
  run(kB0, kCore0, 0_ms, 3_ms);
  monitor_.window_began(10_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(20_ms); }), HasSubstr("partition 1 got 0 of the 3000000000 ps"));
}

TEST_F(Watched, EntitlementIsNotDueToOneThatWokeOrCededDuringTheWindow) {
  monitor_.ready(kA0, 1_ms);
  monitor_.ready(kB0, 0_ms);
  run(kB0, kCore0, 0_ms, 2_ms);
  monitor_.not_ready(kB0, 2_ms);
  EXPECT_EQ(complaint([&] { monitor_.window_began(10_ms); }), "");
}

TEST_F(Watched, EntitlementIsDueFromTheWindowAtWhoseBeginItIsReady) {
  monitor_.ready(kA0, 10_ms);  // inputs come before the window
  monitor_.window_began(10_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(20_ms); }), HasSubstr("partition 0 got 0 of the 5000000000 ps"));
}

TEST_F(Watched, EntitlementIsNotDueToOneThatWakesWhileAWindowThatPassedUnseenIsCaughtUpWith) {
  monitor_.ready(kA0, 37_ms);
  monitor_.window_began(30_ms);
  run(kA0, kCore0, 37_ms, 40_ms);
  EXPECT_EQ(complaint([&] { monitor_.window_began(40_ms); }), "");
}

TEST_F(Watched, NoMoreIsDueThanTheReadyVirtualProcessorsCanUse) {
  monitor_ = Monitor{2, 10_ms};
  monitor_.add_shared(shared(150, 2, 2, true));
  monitor_.activated(kA, 0_ms);
  monitor_.ready(kA0, 0_ms);
  run(kA0, kCore0, 0_ms, 10_ms);
  EXPECT_EQ(complaint([&] { monitor_.window_began(10_ms); }), "");
}

TEST_F(Watched, AnEntitlementThatChangesCountsFromTheNextWindow) {
  monitor_.ready(kB0, 0_ms);
  run(kB0, kCore0, 0_ms, 3_ms);
  monitor_.set_entitlement(kB, ProcessingUnits::from_hundredths(60));
  EXPECT_EQ(complaint([&] { monitor_.window_began(10_ms); }), "");
  run(kB0, kCore0, 10_ms, 13_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(20_ms); }), HasSubstr("partition 1 got 3000000000 of the 6000000000 ps"));
}

TEST_F(WatchedCapped, ACappedPartitionThatGetsMoreThanItsEntitlement) {
  monitor_.ready(kB0, 0_ms);
  run(kB0, kCore0, 0_ms, SimTime::from_ps(3'000'000'001));
  EXPECT_THAT(complaint([&] { monitor_.window_began(10_ms); }),
              HasSubstr("capped partition 1 got 3000000001 ps instead of 3000000000 in the window that ends at 10000000000 ps"));
}

TEST_F(Watched, AWeightOf0IsACap) {
  monitor_ = Monitor{2, 10_ms};
  SharedSpec spec = shared(30, 1, 1, false);
  spec.weight = 0;
  monitor_.add_shared(spec);
  monitor_.activated(kA, 0_ms);
  monitor_.ready(kA0, 0_ms);
  run(kA0, kCore0, 0_ms, 4_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(10_ms); }), HasSubstr("capped partition 0"));
}

TEST_F(WatchedCapped, ACapThatComesDuringTheWindowHoldsFromTheNext) {
  monitor_.set_capped(kB, false);
  monitor_.window_began(10_ms);
  monitor_.ready(kB0, 10_ms);
  run(kB0, kCore0, 10_ms, 14_ms);
  monitor_.set_capped(kB, true);
  EXPECT_EQ(complaint([&] { monitor_.window_began(20_ms); }), "");
  run(kB0, kCore0, 20_ms, 24_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(30_ms); }), HasSubstr("capped partition 1"));
}

TEST_F(WatchedCapped, NothingIsDueInTheRestOfAWindowToACappedPartitionActivatedInIt) {
  monitor_.ready(kB0, 0_ms);
  run(kB0, kCore0, 0_ms, 1_ms);
  monitor_.deactivated(kB);
  monitor_.activated(kB, 5_ms);
  monitor_.ready(kB0, 5_ms);
  run(kB0, kCore0, 5_ms, 6_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(10_ms); }), HasSubstr("capped partition 1 got 2000000000 ps instead of 1000000000"));
}

TEST_F(Watched, APartitionThatIsNotActiveAndRuns) {
  monitor_.deactivated(kB);
  EXPECT_THAT(complaint([&] { monitor_.switched_in(kB0, kCore1, 2_ms); }),
              HasSubstr("partition 1 is not active but runs on core 1 at 2000000000 ps"));
}

TEST_F(Watched, APartitionOnMoreCoresThanItHasVirtualProcessors) {
  monitor_.set_online(kA, 1);
  monitor_.window_began(10_ms);
  monitor_.ready(kA0, 10_ms);
  monitor_.switched_in(kA0, kCore0, 10_ms);
  EXPECT_THAT(complaint([&] { monitor_.switched_in(kA1, kCore1, 11_ms); }),
              HasSubstr("partition 0 runs on more cores than its 1 virtual processors at 11000000000 ps"));
}

TEST_F(Watched, APartitionThatGetsMoreTimeThanItsVirtualProcessorsHave) {
  monitor_.ready(kB0, 0_ms);
  monitor_.switched_in(kB0, kCore0, 0_ms);
  EXPECT_THAT(complaint([&] { monitor_.window_began(11_ms); }),
              HasSubstr("partition 1 exceeds its 1 virtual processors in the window that ends at 10000000000 ps"));
}

TEST(Monitor, APoolThatExceedsItsMaximum) {
  Monitor monitor{4, 10_ms};
  monitor.add_pool({ProcessingUnits::from_hundredths(100), {}});
  for (int i = 0; i < 2; ++i) {
    SharedSpec spec = shared(50, 1, 1, false);
    spec.pool = PoolId{1};
    monitor.add_shared(spec);
    monitor.activated(id_of<PartitionId>(static_cast<std::size_t>(i)), 0_ms);
  }
  monitor.ready(VpId{0}, 0_ms);
  monitor.ready(VpId{1}, 0_ms);
  monitor.switched_in(VpId{0}, kCore0, 0_ms);
  monitor.switched_in(VpId{1}, kCore1, 0_ms);
  monitor.switched_out(VpId{0}, kCore0, 5_ms);
  monitor.switched_out(VpId{1}, kCore1, SimTime::from_ps(5'000'000'001));
  EXPECT_THAT(complaint([&] { monitor.window_began(10_ms); }),
              HasSubstr("shared processor pool 1 exceeds its maximum in the window that ends at 10000000000 ps"));
}

class WatchedDedicated : public ::testing::Test {
 protected:
  WatchedDedicated() {
    monitor_.add_dedicated({1, SharingMode::share_idle_procs});
    monitor_.activated(kA, 0_ms);
    monitor_.ready(kA0, 1_ms);
  }
  Monitor monitor_{2, 10_ms};
};

TEST_F(WatchedDedicated, AProcessorThatWaitsForItsCore) {
  EXPECT_THAT(complaint([&] { monitor_.switched_in(kA0, kCore0, 2_ms); }),
              HasSubstr("dedicated partition 0 waits for its core from 1000000000 to 2000000000 ps"));
}

TEST_F(WatchedDedicated, AProcessorThatNeverGetsItsCore) {
  EXPECT_THAT(complaint([&] { monitor_.not_ready(kA0, 2_ms); }),
              HasSubstr("dedicated partition 0 had no core from 1000000000 to 2000000000 ps"));
}

TEST_F(WatchedDedicated, AProcessorThatHasNotGotItsCoreInTheEnd) {
  EXPECT_THAT(complaint([&] { monitor_.finish(3_ms); }),
              HasSubstr("dedicated partition 0 has 0 of the 1 cores that it can use at 3000000000 ps"));
}

TEST_F(WatchedDedicated, MayRunForManyWindows) {
  monitor_.switched_in(kA0, kCore0, 1_ms);
  monitor_.window_began(50_ms);
  monitor_.finish(61_ms);
  EXPECT_EQ(monitor_.consumed(kA0, 61_ms), 60_ms);
}

}  // namespace
}  // namespace lparsim::hypervisor

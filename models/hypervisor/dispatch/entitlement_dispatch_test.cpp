#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ProcessingUnits pu(std::int64_t hundredths) {
  return ProcessingUnits::from_hundredths(hundredths);
}

/// Writes down who runs: "2 A0 on 1 entitled", "3.5 A0 off" (times in ms; partitions are A, B, ... in the order they were added).
struct Stage : DispatchSink {
  explicit Stage(std::uint32_t cores, ShareExcessBy by = ShareExcessBy::partition)
      : dispatch{{.cores = cores, .share_excess_by = by}, *this} {}

  PartitionId shared(std::int64_t entitlement, std::uint32_t vps, bool capped, std::uint32_t weight = 128, PoolId pool = {}) {
    return start(dispatch.add_shared({pool, pu(entitlement), vps, vps, capped, weight}), vps);
  }
  PartitionId dedicated(std::uint32_t cores, SharingMode sharing) { return start(dispatch.add_dedicated({cores, sharing}), cores); }
  PartitionId start(PartitionId id, std::uint32_t vps) {
    for (std::uint32_t i = 0; i < vps; ++i) names.push_back(fmt::format("{}{}", static_cast<char>('A' + index(id)), i));
    dispatch.activate(id, now);
    return id;
  }
  void ready(PartitionId partition, std::uint32_t vp) {
    dispatch.make_ready(dispatch.vp(partition, vp), DispatchReason::external_interrupt, now);
  }
  void cede(PartitionId partition, std::uint32_t vp) { dispatch.cede(dispatch.vp(partition, vp), PreemptReason::cede, now); }
  /// All that happens before `end`.
  void until(SimTime end) {
    while (dispatch.next_event() < end) {
      now = dispatch.next_event();
      dispatch.advance(now);
    }
    now = end;
  }
  SimTime consumed(PartitionId partition, std::uint32_t vp) { return dispatch.consumed(dispatch.vp(partition, vp), now); }

  void switched_in(const SwitchIn& in) override {
    last = in;
    log.push_back(
        fmt::format("{:g} {} on {}{}", in.now.milliseconds(), names[index(in.vp)], index(in.core), in.entitled ? " entitled" : ""));
  }
  void switched_out(const SwitchOut& out) override {
    log.push_back(fmt::format("{:g} {} off", out.now.milliseconds(), names[index(out.vp)]));
  }
  void window_began(SimTime begin) override { windows.push_back(begin); }

  SimTime now;
  std::vector<std::string> names, log;
  std::vector<SimTime> windows;
  SwitchIn last;
  EntitlementDispatch dispatch;
};

TEST(EntitlementDispatch, GivesEqualSlicesInEveryWindow) {
  Stage stage{1};
  const auto a = stage.shared(40, 2, true);
  stage.ready(a, 0);
  stage.ready(a, 1);
  stage.until(14_ms);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled", "2 A0 off", "2 A1 on 0 entitled", "4 A1 off",  //
                                     "10 A0 on 0 entitled", "12 A0 off", "12 A1 on 0 entitled"));
}

TEST(EntitlementDispatch, SwitchesNobodyOffAtTheWindowsEndWhenNobodyWaits) {
  Stage stage{1};
  stage.ready(stage.shared(100, 1, true), 0);
  stage.until(35_ms);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled"));
}

TEST(EntitlementDispatch, CedesToSiblingsFirst) {
  Stage stage{1};
  const auto a = stage.shared(40, 2, true), b = stage.shared(50, 1, true);
  stage.ready(a, 0);
  stage.ready(a, 1);
  stage.ready(b, 0);
  stage.until(1_ms);
  stage.cede(a, 0);  // 1 ms of its slice is left
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0), 1_ms);
  EXPECT_EQ(stage.consumed(a, 1), 3_ms);
  EXPECT_EQ(stage.consumed(b, 0), 5_ms);
}

TEST(EntitlementDispatch, CedesToOthersWhenNoSiblingIsReady) {
  Stage stage{1};
  const auto a = stage.shared(40, 1, true), b = stage.shared(50, 1, false);
  stage.ready(a, 0);
  stage.ready(b, 0);
  stage.until(1_ms);
  stage.cede(a, 0);
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(b, 0), 9_ms);
}

TEST(EntitlementDispatch, SharesOutAgainWhenASiblingWakes) {
  Stage stage{2};
  const auto a = stage.shared(80, 2, true);
  stage.ready(a, 0);
  stage.until(2_ms);
  stage.ready(a, 1);
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0), 4_ms);
  EXPECT_EQ(stage.consumed(a, 1), 4_ms);
}

TEST(EntitlementDispatch, LosesWhatIsNotUsedInItsWindow) {
  Stage stage{1};
  const auto a = stage.shared(50, 1, true);
  stage.until(8_ms);
  stage.ready(a, 0);  // 2 ms are left of the window, 5 ms of the entitlement
  stage.until(20_ms);
  EXPECT_EQ(stage.consumed(a, 0), 2_ms + 5_ms);
}

TEST(EntitlementDispatch, PreemptsExcessButNotEntitlement) {
  Stage stage{1};
  const auto a = stage.shared(30, 1, false), b = stage.shared(30, 1, true), c = stage.shared(30, 1, true);
  stage.ready(a, 0);
  stage.until(1_ms);
  stage.ready(b, 0);  // A is on its entitlement
  stage.until(7_ms);
  stage.ready(c, 0);  // A is on excess
  stage.until(10_ms);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled", "3 A0 off", "3 B0 on 0 entitled", "6 B0 off", "6 A0 on 0",  //
                                     "7 A0 off", "7 C0 on 0 entitled"));
}

TEST(EntitlementDispatch, TreatsWeightZeroAsCapped) {
  Stage stage{2};
  const auto a = stage.shared(30, 1, false, 0);
  stage.ready(a, 0);
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0), 3_ms);
}

TEST(EntitlementDispatch, StartsAPromisedSliceInTimeWhereSlicesDoNotPack) {
  Stage stage{2};  // three slices of 6.6 ms on two cores
  PartitionId p[3];
  for (auto& id : p) id = stage.shared(66, 1, true);
  for (const auto id : p) stage.ready(id, 0);
  stage.until(100_ms);
  for (const auto id : p) EXPECT_EQ(stage.consumed(id, 0), 66_ms);
}

TEST(EntitlementDispatch, KeepsAPromiseThatPassesFromOneSiblingToAnother) {
  Stage stage{1};
  const auto a = stage.shared(40, 2, true), b = stage.shared(60, 1, true);
  stage.ready(a, 0);
  stage.ready(b, 0);
  stage.until(1_ms);
  stage.ready(a, 1);  // A0 and A1 now have a slice of 2 ms each
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0) + stage.consumed(a, 1), 4_ms);
  EXPECT_EQ(stage.consumed(b, 0), 6_ms);
}

TEST(EntitlementDispatch, HandsTheCoreToTheSiblingThatIsConferredTo) {
  Stage stage{1};
  const auto a = stage.shared(60, 3, true);
  for (std::uint32_t i : {0u, 1u, 2u}) stage.ready(a, i);
  stage.until(1_ms);
  const VpId favoured = stage.dispatch.vp(a, 2);
  stage.dispatch.cede(stage.dispatch.vp(a, 0), PreemptReason::confer, stage.now, &favoured);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled", "1 A0 off", "1 A2 on 0 entitled"));
  EXPECT_EQ(stage.last.reason, DispatchReason::conferred);
}

TEST(EntitlementDispatch, ReturnsToTheLastCore) {
  Stage stage{2};
  const auto a = stage.shared(30, 1, true), b = stage.shared(30, 1, true);
  stage.ready(a, 0);
  stage.ready(b, 0);
  stage.until(5_ms);
  stage.log.clear();
  stage.cede(a, 0);
  stage.until(12_ms);
  stage.ready(a, 0);
  EXPECT_THAT(stage.log, ElementsAre("10 B0 on 1 entitled", "12 A0 on 0 entitled"));
  EXPECT_FALSE(stage.last.moved);
}

TEST(EntitlementDispatch, SplitsTheWaitByWhatItWasFor) {
  Stage stage{1};
  const auto a = stage.shared(20, 1, true), b = stage.shared(60, 1, true);
  stage.ready(a, 0);
  stage.until(1_ms);
  stage.ready(b, 0);  // entitled, but the core is taken until 2 ms
  stage.until(3_ms);
  EXPECT_EQ(stage.last.ready_since, 1_ms);
  EXPECT_EQ(stage.last.processor_wait, 1_ms);
  EXPECT_EQ(stage.last.capacity_wait, 0_ms);
  stage.until(15_ms);  // A: nothing left from 2 to 10 ms, then B holds the core or it runs at once
  EXPECT_EQ(stage.last.vp, stage.dispatch.vp(b, 0));
  stage.log.clear();
  stage.until(11_ms + 10_ms);
  EXPECT_EQ(stage.last.vp, stage.dispatch.vp(a, 0));
  EXPECT_EQ(stage.last.capacity_wait, 8_ms);
  EXPECT_EQ(stage.last.processor_wait, 0_ms);
}

TEST(EntitlementDispatch, LetsWindowsPassUnseenWhileNobodyIsReady) {
  Stage stage{4};
  const auto a = stage.shared(50, 1, true);
  EXPECT_EQ(stage.dispatch.next_event(), SimTime::never());
  stage.until(1003_ms);
  stage.ready(a, 0);
  EXPECT_THAT(stage.windows, ElementsAre(1000_ms));
  stage.until(1020_ms);
  EXPECT_EQ(stage.consumed(a, 0), 10_ms);
  stage.cede(a, 0);
  stage.until(1031_ms);
  EXPECT_EQ(stage.dispatch.next_event(), SimTime::never());
}

TEST(EntitlementDispatch, GivesADedicatedOwnerItsCoreBackAtOnce) {
  Stage stage{2};
  const auto d = stage.dedicated(1, SharingMode::share_idle_procs_always);
  const auto a = stage.shared(100, 2, false);
  stage.ready(a, 0);
  stage.ready(a, 1);
  stage.until(2_ms);
  EXPECT_EQ(stage.consumed(a, 0) + stage.consumed(a, 1), 4_ms);
  stage.ready(d, 0);
  EXPECT_EQ(stage.log.back(), "2 A0 on 0 entitled");
}

struct Lending {
  SharingMode mode;
  bool while_active, while_inactive;
};

TEST(EntitlementDispatch, LendsIdleDedicatedCoresAsTheSharingModeSays) {
  for (const Lending& c :
       {Lending{SharingMode::keep_idle_procs, false, false}, Lending{SharingMode::share_idle_procs, false, true},
        Lending{SharingMode::share_idle_procs_active, true, false}, Lending{SharingMode::share_idle_procs_always, true, true}}) {
    Stage stage{2};
    const auto d = stage.dedicated(1, c.mode);
    const auto a = stage.shared(50, 2, false);
    stage.ready(a, 0);
    stage.ready(a, 1);
    const auto used = [&] {
      const SimTime before = stage.consumed(a, 0) + stage.consumed(a, 1);
      stage.until(stage.now + 10_ms);
      return stage.consumed(a, 0) + stage.consumed(a, 1) - before;
    };
    EXPECT_EQ(used(), c.while_active ? 20_ms : 10_ms) << static_cast<int>(c.mode);
    stage.dispatch.deactivate(d, stage.now);
    EXPECT_EQ(used(), c.while_inactive ? 20_ms : 10_ms) << static_cast<int>(c.mode);
  }
}

TEST(EntitlementDispatch, ChangesEntitlementFromTheNextWindowOn) {
  Stage stage{1};
  const auto a = stage.shared(20, 1, true);
  stage.ready(a, 0);
  stage.until(1_ms);
  stage.dispatch.set_entitlement(a, pu(70));
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0), 2_ms);
  stage.until(20_ms);
  EXPECT_EQ(stage.consumed(a, 0), 2_ms + 7_ms);
}

TEST(EntitlementDispatch, ChangesCapAndWeightAtOnce) {
  Stage stage{1};
  const auto a = stage.shared(20, 1, true);
  stage.ready(a, 0);
  stage.until(4_ms);
  stage.dispatch.set_capped(a, false, stage.now);
  stage.until(6_ms);
  stage.dispatch.set_weight(a, 0, stage.now);
  stage.until(8_ms);
  stage.dispatch.set_weight(a, 1, stage.now);
  stage.until(9_ms);
  stage.dispatch.set_capped(a, true, stage.now);
  stage.until(10_ms);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled", "2 A0 off", "4 A0 on 0", "6 A0 off", "8 A0 on 0", "9 A0 off"));
}

TEST(EntitlementDispatch, TakesVirtualProcessorsAwayAndGivesTheirSliceToTheRest) {
  Stage stage{2};
  const auto a = stage.shared(80, 2, true);
  stage.ready(a, 0);
  stage.ready(a, 1);
  stage.until(1_ms);
  stage.dispatch.set_online(a, 1, stage.now);
  EXPECT_FALSE(stage.dispatch.is_ready(stage.dispatch.vp(a, 1)));
  stage.until(10_ms);
  EXPECT_EQ(stage.consumed(a, 0), 7_ms);
  stage.dispatch.set_online(a, 2, stage.now);
  stage.ready(a, 1);
  stage.until(20_ms);
  EXPECT_EQ(stage.consumed(a, 1), 1_ms + 4_ms);
}

TEST(EntitlementDispatch, OwesAPartitionStartedInMidWindowNothingUntilTheNext) {
  Stage stage{1};
  const auto a = stage.shared(50, 1, true);
  stage.ready(a, 0);
  stage.until(4_ms);
  const auto b = stage.shared(50, 1, true);
  stage.ready(b, 0);
  stage.until(20_ms);
  EXPECT_EQ(stage.consumed(a, 0), 10_ms);
  EXPECT_EQ(stage.consumed(b, 0), 5_ms);
}

TEST(EntitlementDispatch, StopsAPartitionAtOnce) {
  Stage stage{1};
  const auto a = stage.shared(50, 2, false), b = stage.shared(50, 1, true);
  stage.ready(a, 0);
  stage.ready(a, 1);
  stage.ready(b, 0);
  stage.until(1_ms);
  stage.dispatch.deactivate(a, stage.now);
  EXPECT_THAT(stage.log, ElementsAre("0 A0 on 0 entitled", "1 A0 off", "1 B0 on 0 entitled"));
  stage.until(30_ms);
  EXPECT_EQ(stage.consumed(a, 0) + stage.consumed(a, 1), 1_ms);
}

TEST(EntitlementDispatch, KeepsAPoolAtItsMaximumAlsoWhenMembersComeAndGo) {
  Stage stage{4};
  const PoolId pool = stage.dispatch.add_pool({pu(100), {}});
  const auto a = stage.shared(50, 4, false, 128, pool), b = stage.shared(50, 1, true, 128, pool);
  for (std::uint32_t i = 0; i < 4; ++i) stage.ready(a, i);
  SimTime before;
  for (int window = 0; window < 50; ++window) {  // B uses its entitlement in some windows, in others it sleeps
    if (window % 3 == 0) stage.ready(b, 0);
    stage.until(stage.now + 10_ms);
    if (window % 3 == 1) stage.cede(b, 0);
    EXPECT_LE(stage.dispatch.pool_consumed(pool, stage.now) - before, 10_ms) << "window " << window;
    EXPECT_GE(stage.dispatch.pool_consumed(pool, stage.now) - before, 9_ms + 900_us) << "window " << window;
    before = stage.dispatch.pool_consumed(pool, stage.now);
  }
}

TEST(EntitlementDispatch, KeepsEntitlementForAMemberThatWakesUnderThePoolsMaximum) {
  Stage stage{4};
  const PoolId pool = stage.dispatch.add_pool({pu(100), {}});
  const auto a = stage.shared(50, 4, false, 128, pool), b = stage.shared(50, 1, true, 128, pool);
  for (std::uint32_t i = 0; i < 4; ++i) stage.ready(a, i);
  stage.ready(b, 0);
  stage.until(20_ms);
  stage.cede(b, 0);
  stage.until(21_ms);  // it used 5 ms in the window before: nearly all of that is still held back
  stage.ready(b, 0);
  const SimTime before = stage.consumed(b, 0);
  stage.until(30_ms);
  EXPECT_GT(stage.consumed(b, 0) - before, 4_ms + 400_us);
}

TEST(EntitlementDispatch, CountsThePresentWaitAndStay) {
  Stage stage{1};
  const auto a = stage.shared(20, 1, true);
  stage.ready(a, 0);
  stage.until(1_ms);
  const VpId vp = stage.dispatch.vp(a, 0);
  EXPECT_EQ(stage.dispatch.entitled_so_far(vp, stage.now), 1_ms);
  stage.until(5_ms);
  EXPECT_EQ(stage.dispatch.present_wait(vp, stage.now).capacity, 3_ms);
  EXPECT_EQ(stage.dispatch.present_wait(vp, stage.now).processor, 0_ms);
}

TEST(EntitlementDispatch, RefusesWhatCannotBe) {
  Stage stage{1};
  const auto a = stage.shared(50, 1, true);
  EXPECT_THROW(stage.cede(a, 0), CheckFailure);
  stage.ready(a, 0);
  EXPECT_THROW(stage.ready(a, 0), CheckFailure);
  EXPECT_THROW(stage.dispatch.activate(a, stage.now), CheckFailure);
  EXPECT_THROW(stage.dispatch.set_online(a, 2, stage.now), CheckFailure);
  EXPECT_THROW(stage.dispatch.add_dedicated({2, SharingMode::keep_idle_procs}), CheckFailure);
  stage.now = 6_ms;  // the slice ended at 5 ms
  EXPECT_THROW(stage.cede(a, 0), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor

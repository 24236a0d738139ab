#include "models/hypervisor/hypervisor.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;
using testing::uncapped;

TEST(Hypervisor, DispatchesAndPreemptsByEntitlement) {
  ServerBench bench{1};
  bench.shared("a", capped(40, 1));
  bench.shared("b", capped(60, 1));
  bench.play({{0_ms,
               [&] { bench.activate_all(); },
               {"0 ms: a boots with 1", "0 ms: a 0 on core 0", "0 ms: b boots with 1", "4 ms: a 0 off", "4 ms: b 0 on core 0"}},
              {10_ms, [] {}, {"10 ms: b 0 off", "10 ms: a 0 on core 0"}}},
             12_ms);
}

TEST(Hypervisor, TellsWhenTheProcessorsOwnInstructionsStart) {
  HypervisorConfig config;
  config.dispatch_cost = 3_us;
  ServerBench bench{1, config};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.activate_all();
  bench.run_until(12_ms);
  EXPECT_EQ(a.useful_from, 10_ms + 3_us);
}

TEST(Hypervisor, HasWarmCachesUnlessAskedForOthers) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.shared("b", capped(60, 1));
  bench.activate_all();
  bench.run_until(25_ms);
  EXPECT_EQ(a.warm_from, 20_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).cache_refill, 0_ms);
}

TEST(Hypervisor, TellsWhenTheCachesAreWarmAgainAndCountsTheTimeUntilThen) {
  HypervisorConfig config;
  config.dispatch_cost = 3_us;
  config.cache_refill.emplace();
  ServerBench bench{1, config};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  ScriptedPartition& b = bench.shared("b", capped(60, 1));
  bench.activate_all();
  bench.run_until(11_ms);
  EXPECT_EQ(a.warm_from, 10_ms + 3_us + 44'288_ns) << "b has filled the cache meanwhile";
  EXPECT_EQ(b.warm_from, 4_ms + 3_us) << "the first time";
  EXPECT_EQ(bench.hypervisor.usage(a.id).cache_refill, 44'288_ns);
  bench.run_until(20_ms + 23_us);
  EXPECT_EQ(bench.hypervisor.usage(a.id).cache_refill, 44'288_ns + 20_us) << "still at it";
}

TEST(Hypervisor, ForgetsTheCachesOfAPartitionThatStops) {
  HypervisorConfig config;
  config.cache_refill.emplace();
  ServerBench bench{1, config};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.shared("b", capped(60, 1));
  bench.activate_all();
  bench.run_until(15_ms);
  bench.hypervisor.deactivate(a.id);
  bench.run_until(18_ms);
  bench.hypervisor.activate(a.id);
  bench.run_until(25_ms);
  EXPECT_GE(a.useful_from, 18_ms);
  EXPECT_EQ(a.warm_from, a.useful_from);
}

// ---- at one instant

TEST(Hypervisor, SeesACedeAtTheVeryEndOfASliceAsACede) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.activate_all();
  bench.play({{4_ms, [&] { a.cede(0); }, {}}}, 11_ms);
  const PartitionUsage usage = bench.hypervisor.usage(a.id);
  EXPECT_EQ(usage.preemptions, 0U);
  EXPECT_EQ(usage.vcsw, 1U);
}

TEST(Hypervisor, DoesNotTellAPreemptionToOneThatCededAtThatInstant) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(50, 1), 0);
  ScriptedPartition& b = bench.shared("b", uncapped(10, 1));
  bench.activate_all();
  bench.play({{3_ms,
               [&] {
                 a.port.interrupt(0, DispatchReason::external_interrupt);  // takes the core that b uses on excess
                 b.cede(0);
               },
               {"3 ms: a 0 on core 0", "8 ms: a 0 off"}}},
             9_ms);
}

TEST(Hypervisor, DoesNotTellADispatchThatIsOverAtItsOwnInstant) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", uncapped(10, 1));
  ScriptedPartition& b = bench.shared("b", capped(50, 1), 0);
  bench.activate_all();
  bench.play({{2_ms, [&] { a.cede(0); }, {}},
              {3_ms,
               [&] {
                 a.port.interrupt(0, DispatchReason::external_interrupt);  // on excess
                 b.port.interrupt(0, DispatchReason::external_interrupt);  // on its entitlement
               },
               {"3 ms: b 0 on core 0", "8 ms: b 0 off", "8 ms: a 0 on core 0"}}},
             9_ms);
}

TEST(Hypervisor, TellsBothIfACoreIsLostAndWonAtOneInstant) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", uncapped(10, 1));
  bench.activate_all();
  bench.play({{3_ms,
               [&] {
                 a.call(0, Hcall::set_ppp, {10, 0});  // a weight of 0 caps it
                 a.call(0, Hcall::set_ppp, {10, 128});
               },
               {"3 ms: a 0 off", "3 ms: a 0 on core 0"}}},
             4_ms);
}

TEST(Hypervisor, LetsAnAnswerToADispatchActAtOnce) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(50, 2), 2);
  a.on_dispatched = [&](std::uint32_t vp) {
    a.cede(vp);
  };
  bench.play({{0_ms, [&] { bench.activate_all(); }, {"0 ms: a boots with 2", "0 ms: a 0 on core 0", "0 ms: a 1 on core 0"}}}, 50_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).consumed, 0_ms);
}

// ---- interrupts

TEST(Hypervisor, IgnoresInterruptsForWhatIsNotThere) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(50, 1, 2));
  bench.play({{0_ms, [&] { a.port.interrupt(0, DispatchReason::external_interrupt); }, {}},
              {1_ms, [&] { bench.activate_all(); }, {"1 ms: a boots with 1", "10 ms: a 0 on core 0"}},  // nothing is due to it before
              {11_ms, [&] { a.port.interrupt(1, DispatchReason::external_interrupt); }, {}},
              {12_ms, [&] { bench.hypervisor.deactivate(a.id); }, {"12 ms: a stops"}},
              {13_ms, [&] { a.port.interrupt(0, DispatchReason::external_interrupt); }, {}}},
             30_ms);
}

TEST(Hypervisor, CountsPhantomInterruptsForThePartitionThatIsDisturbed) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(50, 1));
  ScriptedPartition& b = bench.shared("b", capped(50, 1));
  bench.activate_all();
  bench.run_until(1_ms);
  a.port.interrupt(0, DispatchReason::external_interrupt);  // runs itself
  a.cede(0);
  bench.run_until(2_ms);
  a.port.interrupt(0, DispatchReason::decrementer);  // no device
  EXPECT_EQ(bench.hypervisor.usage(b.id).phint, 0U);
  a.port.interrupt(0, DispatchReason::external_interrupt);
  EXPECT_EQ(bench.hypervisor.usage(b.id).phint, 1U);
  EXPECT_EQ(bench.hypervisor.usage(a.id).phint, 0U);
  bench.hypervisor.deactivate(a.id);
  bench.run_until(3_ms);
  a.port.interrupt(0, DispatchReason::external_interrupt);
  EXPECT_EQ(bench.hypervisor.usage(b.id).phint, 1U);
}

TEST(Hypervisor, CountsNoPhantomInterruptForTheOwnerOfALentCore) {
  ServerBench bench{1};
  ScriptedPartition& owner = bench.dedicated("owner", {1, SharingMode::share_idle_procs_always});
  ScriptedPartition& guest = bench.shared("guest", uncapped(0, 1));
  bench.activate_all();
  bench.play(
      {{1_ms, [&] { owner.cede(0); }, {"1 ms: guest 0 on core 0"}},
       {2_ms, [&] { owner.port.interrupt(0, DispatchReason::external_interrupt); }, {"2 ms: guest 0 off", "2 ms: owner 0 on core 0"}}},
      3_ms);
  EXPECT_EQ(bench.hypervisor.usage(guest.id).phint, 0U);
  EXPECT_EQ(bench.hypervisor.usage(owner.id).donated, 1_ms);
}

// ---- DLPAR, stop and start

TEST(Hypervisor, TakesProcessorsAwayWithoutAPreemption) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(200, 2), 2);
  bench.activate_all();
  bench.play({{1_ms,
               [&] {
                 bench.hypervisor.change(a.id, {{}, {}, {}, 1});
               },
               {"1 ms: a has 1"}},
              {2_ms,
               [&] {
                 bench.hypervisor.change(a.id, {{}, {}, {}, 2});
               },
               {"2 ms: a has 2"}},
              {3_ms, [&] { a.port.interrupt(1, DispatchReason::boot); }, {"3 ms: a 1 on core 1"}}},
             4_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).preemptions, 0U);
}

TEST(Hypervisor, StopsAndStartsAPartitionFromTheBeginning) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(200, 2), 2);
  bench.activate_all();
  bench.play({{1_ms, [&] { a.call(1, Hcall::join, {}, false); }, {}},
              {2_ms, [&] { bench.hypervisor.deactivate(a.id); }, {"2 ms: a stops"}},
              {10_ms, [&] { bench.hypervisor.activate(a.id); }, {"10 ms: a boots with 2", "10 ms: a 0 on core 0", "10 ms: a 1 on core 1"}},
              {11_ms, [&] { EXPECT_EQ(a.call(0, Hcall::join, {}, false), HcallStatus::success); }, {}}},
             12_ms);
  EXPECT_EQ(bench.hypervisor.account(a.id, 0).dispatch_count % 2, 1U);
}

TEST(Hypervisor, DropsWhoWaitsForAnotherWhenBothAreStopped) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(100, 2), 2);
  bench.activate_all();
  bench.play({{5_ms, [] {}, {"5 ms: a 0 off", "5 ms: a 1 off"}},
              {10_ms, [] {}, {"10 ms: a 0 on core 0", "10 ms: a 1 on core 1"}},
              {11_ms, [&] { a.cede(1); }, {}},
              {12_ms,
               [&] {
                 a.call(0, Hcall::confer, {1, bench.hypervisor.account(a.id, 1).dispatch_count});
                 a.port.interrupt(1, DispatchReason::decrementer);
                 bench.hypervisor.deactivate(a.id);
               },
               {"12 ms: a 1 on core 1", "12 ms: a stops"}}},
             30_ms);
}

TEST(Hypervisor, RefusesToActivateTwice) {
  ServerBench bench{1};
  bench.shared("a", capped(50, 1));
  bench.activate_all();
  bench.activate_all();
  EXPECT_ANY_THROW(bench.run_until(1_ms));
}

// ---- accounts

TEST(Hypervisor, KeepsTheWaitsOfAPartitionThatIsStoppedWhileItWaits) {
  ServerBench bench{1};
  bench.shared("a", capped(50, 1));
  ScriptedPartition& b = bench.shared("b", capped(50, 1));
  bench.activate_all();
  bench.run_until(3_ms);
  EXPECT_EQ(bench.hypervisor.usage(b.id).wait_processor, 3_ms);
  bench.hypervisor.deactivate(b.id);
  bench.run_until(9_ms);
  EXPECT_EQ(bench.hypervisor.usage(b.id).wait_processor, 3_ms);
  EXPECT_EQ(bench.hypervisor.account(b.id, 0).waited_processor, 3_ms);
}

TEST(Hypervisor, KeepsTheWaitsOfAProcessorThatIsTakenAwayWhileItWaits) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(20, 2), 2);
  bench.activate_all();
  bench.run_until(7_ms);  // 1 ms each; then no capacity is left
  bench.hypervisor.change(a.id, {{}, {}, {}, 1});
  bench.run_until(8_ms);
  EXPECT_EQ(bench.hypervisor.account(a.id, 1).waited_processor, 1_ms);
  EXPECT_EQ(bench.hypervisor.account(a.id, 1).waited_capacity, 5_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).wait_capacity, 5_ms + 7_ms);  // and 0 since 1 ms
}

TEST(Hypervisor, CountsEntitlementWhileThePartitionIsActive) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(50, 1));
  bench.run_until(2_ms);
  bench.activate_all();
  bench.run_until(4_ms);
  bench.hypervisor.change(a.id, {ProcessingUnits::from_hundredths(100), {}, {}, {}});
  bench.run_until(7_ms);
  bench.hypervisor.deactivate(a.id);
  bench.run_until(9_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).entitled, 1_ms + 3_ms);
}

TEST(Hypervisor, CountsDispatchesOnAnotherCore) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", capped(100, 1));
  ScriptedPartition& b = bench.shared("b", capped(100, 1), 0);
  bench.activate_all();
  bench.run_until(1_ms);
  a.cede(0);
  b.port.interrupt(0, DispatchReason::external_interrupt);  // core 0 is free
  bench.run_until(2_ms);
  a.port.interrupt(0, DispatchReason::external_interrupt);
  bench.run_until(3_ms);
  EXPECT_EQ(bench.hypervisor.account(a.id, 0).dispersion, 1U);
  EXPECT_EQ(bench.hypervisor.account(b.id, 0).dispersion, 0U);
  EXPECT_EQ(bench.hypervisor.account(a.id, 0).dispatch_count, 4U);
}

TEST(Hypervisor, LogsADispatchAfterAWaitByteForByte) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.shared("b", capped(60, 1));
  bench.activate_all();
  bench.run_until(1_ms);
  bench.register_areas(a, 0);
  a.cede(0);  // b runs until 7 ms
  bench.run_until(3_ms);
  a.port.interrupt(0, DispatchReason::decrementer);
  bench.run_until(8_ms);
  const PartitionMemory& memory = bench.hypervisor.memory(a.id);
  constexpr std::uint64_t kLog = testing::log_of(0);
  EXPECT_EQ(memory.read(kLog + 0x00, 8), 0x0302'0000'001F'4000U);  // decrementer, after H_CEDE, core 0; 4 ms for the core
  EXPECT_EQ(memory.read(kLog + 0x08, 8), 0x0000'0000'000F'A000U);  // 0 for capacity; 2 ms until the decrementer
  EXPECT_EQ(memory.read(kLog + 0x10, 8), 0x0000'0000'0036'B000U);  // at 7 ms
  for (std::uint64_t i = 0x18; i < 0x38; i += 8) EXPECT_EQ(memory.read(kLog + i, 8), 0U);
  constexpr std::uint64_t kVpa = testing::vpa_of(0);
  EXPECT_EQ(memory.read(kVpa + 0x100, 4), 4U);
  EXPECT_EQ(memory.read(kVpa + 0x158, 8), 0x1F'4000U);
  EXPECT_EQ(memory.read(kVpa + 0x160, 8), 0U);
  EXPECT_EQ(memory.read(kVpa + 0x168, 8), 0xF'A000U);
  EXPECT_EQ(memory.read(kVpa + 0x218, 8), 1U);
}

TEST(Hypervisor, LogsADispatchAfterATimeSlice) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.activate_all();
  bench.run_until(1_ms);
  bench.register_areas(a, 0);
  bench.run_until(11_ms);
  const PartitionMemory& memory = bench.hypervisor.memory(a.id);
  constexpr std::uint64_t kLog = testing::log_of(0);
  EXPECT_EQ(memory.read(kLog + 0x00, 8), 0x0704'0000'0000'0000U);  // entitled time slice, after HDEC, core 0; 0 for the core
  EXPECT_EQ(memory.read(kLog + 0x08, 8), 0x002E'E000'0000'0000U);  // 6 ms for capacity
  EXPECT_EQ(memory.read(kLog + 0x10, 8), 0x0000'0000'004E'2000U);  // at 10 ms
}

TEST(Hypervisor, FindsItsBooksInAgreementAtTheEnd) {
  ServerBench bench{2};
  bench.shared("a", uncapped(50, 2), 2);
  bench.shared("b", capped(50, 1));
  bench.activate_all();
  bench.run_until(123_ms);
  EXPECT_NO_THROW(bench.hypervisor.finish());
  EXPECT_EQ(bench.hypervisor.server_used() + bench.hypervisor.pool_usage(PoolId{0}).idle, 123_ms * 2);
}

}  // namespace
}  // namespace lparsim::hypervisor

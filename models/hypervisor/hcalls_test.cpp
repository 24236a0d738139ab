// One test for each clause of LoPAR's calls that is modelled: who gives up a core, who wakes whom.
#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::Log;
using testing::ScriptedPartition;
using testing::ServerBench;
using testing::uncapped;

constexpr std::uint64_t kAll = 0xFFFF'FFFF;  // minus 1 as an int32

/// One partition on its own; all that can be seen is its own doing.
class Alone {
 public:
  Alone(std::uint32_t cores, const SharedSpec& spec, std::uint32_t boots) : bench{cores}, a{bench.shared("a", spec, boots)} {
    bench.activate_all();
  }
  std::uint64_t count(std::uint32_t vp) const { return bench.hypervisor.account(a.id, vp).dispatch_count; }
  HcallStatus confer(std::uint32_t vp, std::uint64_t target, std::uint64_t dispatch_count = 0, bool interrupts_enabled = true) {
    return a.call(vp, Hcall::confer, {target, dispatch_count}, interrupts_enabled);
  }
  /// Why the latest dispatch that follows a wait or a slice of `vp`, whose areas are registered.
  std::uint64_t latest_reason(std::uint32_t vp) { return bench.entry(a, vp, bench.logged(a, vp) - 1, 0, 1); }
  HcallStatus prod(std::uint32_t caller, std::uint64_t target) { return a.call(caller, Hcall::prod, {target}); }

  ServerBench bench;
  ScriptedPartition& a;
};

// ---- H_CEDE

TEST(HCede, WaitsForAnInterruptEvenIfCalledWithInterruptsDisabled) {
  Alone t{1, capped(100, 1), 1};
  t.bench.play({{1_ms, [&] { EXPECT_EQ(t.a.call(0, Hcall::cede, {}, false), HcallStatus::success); }, {}},
                {2_ms, [&] { t.a.port.interrupt(0, DispatchReason::external_interrupt); }, {"2 ms: a 0 on core 0"}}},
               3_ms);
}

TEST(HCede, WaitsForTheDecrementer) {
  Alone t{1, capped(100, 1), 1};
  t.bench.play(
      {{1_ms, [&] { t.a.cede(0); }, {}}, {2_ms, [&] { t.a.port.interrupt(0, DispatchReason::decrementer); }, {"2 ms: a 0 on core 0"}}},
      3_ms);
}

TEST(HCede, WaitsForAProd) {
  Alone t{2, capped(200, 2), 2};
  t.bench.play({{1_ms, [&] { t.a.cede(1); }, {}}, {2_ms, [&] { t.prod(0, 1); }, {"2 ms: a 1 on core 1"}}}, 3_ms);
}

TEST(HCede, ReturnsAtOnceIfProddedBeforeAndWaitsTheNextTime) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.prod(0, 1);
  const HcallExtension& first = t.a.ask(1, Hcall::cede);
  EXPECT_EQ(first.status, HcallStatus::success);
  EXPECT_TRUE(first.keeps_core);
  EXPECT_EQ(t.count(1) % 2, 0U);
  EXPECT_FALSE(t.a.ask(1, Hcall::cede).keeps_core);
  EXPECT_EQ(t.count(1) % 2, 1U);
}

TEST(HCede, ForgetsAProdThatCameBeforeTheDispatch) {
  Alone t{1, capped(100, 2), 2};
  t.bench.run_until(1_ms);  // 1 is ready and waits for the core
  t.prod(0, 1);
  t.a.cede(0);
  t.bench.run_until(2_ms);
  EXPECT_EQ(t.count(1) % 2, 0U);
  EXPECT_FALSE(t.a.ask(1, Hcall::cede).keeps_core);
}

TEST(HCede, ReturnsAtOnceForAnInterruptThatDisabledInterruptsHeldBack) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.confer(1, 1, 0, false);
  t.a.port.interrupt(1, DispatchReason::external_interrupt);
  t.bench.run_until(2_ms);
  EXPECT_EQ(t.count(1) % 2, 1U);
  t.prod(0, 1);
  t.bench.run_until(3_ms);
  EXPECT_TRUE(t.a.ask(1, Hcall::cede, {}, false).keeps_core);
  EXPECT_FALSE(t.a.ask(1, Hcall::cede, {}, false).keeps_core);
}

TEST(HCede, WaitsIfTheInterruptHeldBackHasBeenTakenSince) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.confer(1, 1, 0, false);
  t.a.port.interrupt(1, DispatchReason::external_interrupt);
  t.prod(0, 1);
  t.bench.run_until(2_ms);
  EXPECT_FALSE(t.a.ask(1, Hcall::cede, {}, true).keeps_core);
}

TEST(HCede, LeavesTheRestOfTheSliceToASibling) {
  Alone t{1, capped(50, 2), 2};
  t.bench.play({{0_ms, [] {}, {"0 ms: a boots with 2", "0 ms: a 0 on core 0"}},
                {1_ms, [&] { t.a.cede(0); }, {"1 ms: a 1 on core 0", "5 ms: a 1 off"}}},
               9_ms);
}

TEST(HCede, ByOneThatDoesNotRunIsTheCallersFault) {
  Alone t{1, capped(100, 1), 1};
  t.bench.run_until(1_ms);
  t.a.cede(0);
  EXPECT_THROW(t.a.cede(0), CheckFailure);
}

// ---- H_CONFER

TEST(HConfer, RefusesProcessorsThatThePartitionDoesNotHave) {
  Alone t{1, capped(100, 2, 4), 1};
  t.bench.run_until(1_ms);
  EXPECT_EQ(t.confer(0, 2), HcallStatus::parameter);
  EXPECT_EQ(t.confer(0, 0xFFFF'FFFE), HcallStatus::parameter);  // minus 2
  EXPECT_EQ(t.count(0) % 2, 0U);
}

TEST(HConfer, LooksAtTheLow32BitsOfItsArguments) {
  Alone t{1, capped(100, 2), 2};
  t.bench.run_until(1_ms);
  EXPECT_EQ(t.confer(0, 0xABCD'0000'0000'0001, 0x1234'0000'0000'0000 | t.count(1)), HcallStatus::success);
  EXPECT_EQ(t.count(0) % 2, 1U);
}

TEST(HConfer, DoesNothingIfTheTargetRuns) {
  Alone t{2, capped(200, 2), 2};
  t.bench.play({{1_ms, [&] { EXPECT_EQ(t.confer(0, 1, t.count(1)), HcallStatus::success); }, {}}}, 2_ms);
  EXPECT_EQ(t.count(0) % 2, 0U);
}

TEST(HConfer, DoesNothingIfTheTargetHasBeenDispatchedSince) {
  Alone t{1, capped(100, 2), 2};
  t.bench.play({{1_ms, [&] { EXPECT_EQ(t.confer(0, 1, t.count(1) - 2), HcallStatus::success); }, {}}}, 2_ms);
  EXPECT_EQ(t.count(0) % 2, 0U);
}

TEST(HConfer, DoesNothingIfTheTargetConfersToAll) {
  Alone t{1, capped(100, 3), 3};
  t.bench.play({{1_ms, [&] { t.confer(0, kAll); }, {"1 ms: a 1 on core 0"}},
                {2_ms,
                 [&] {
                   EXPECT_EQ(t.confer(1, 0, t.count(0)), HcallStatus::success);
                   EXPECT_EQ(t.count(1) % 2, 0U);
                 },
                 {}}},
               3_ms);
}

TEST(HConfer, RunsTheTargetNextOnConferredCyclesAndReturnsAfterItsDispatchCycle) {
  Alone t{1, capped(80, 2), 2};
  t.bench.play(
      {{0_ms,
        [] {},
        {"0 ms: a boots with 2", "0 ms: a 0 on core 0", "4 ms: a 0 off", "4 ms: a 1 on core 0", "8 ms: a 1 off", "10 ms: a 0 on core 0"}},
       {11_ms,
        [&] {
          t.bench.register_areas(t.a, 1);
          t.confer(0, 1, t.count(1));
        },
        {"11 ms: a 1 on core 0"}},
       {12_ms, [&] { t.a.cede(1); }, {"12 ms: a 0 on core 0"}}},
      13_ms);
  EXPECT_EQ(t.latest_reason(1), 6U);
}

TEST(HConfer, ReturnsWhenTheTargetsSliceEnds) {
  Alone t{1, capped(80, 2), 2};
  t.bench.play({{0_ms, [] {}, {"0 ms: a boots with 2", "0 ms: a 0 on core 0"}},
                // What 0 leaves is for 1, which has used all by 8 ms.
                {1_ms, [&] { t.confer(0, 1, t.count(1)); }, {"1 ms: a 1 on core 0", "8 ms: a 1 off"}},
                {10_ms, [] {}, {"10 ms: a 1 on core 0", "14 ms: a 1 off", "14 ms: a 0 on core 0"}}},
               15_ms);
}

TEST(HConfer, ReturnsWhenTheTargetHasRunIntoTheNextWindow) {
  Alone t{1, uncapped(50, 2), 2};
  t.bench.play({{0_ms, [] {}, {"0 ms: a boots with 2", "0 ms: a 0 on core 0"}},
                {1_ms, [&] { t.confer(0, 1, t.count(1)); }, {"1 ms: a 1 on core 0"}},
                {10_ms, [] {}, {"12.5 ms: a 1 off", "12.5 ms: a 0 on core 0"}}},
               13_ms);
}

TEST(HConfer, ToAllWaitsForOneAfterTheOtherOfThoseThatAreReadyAndDoNotRun) {
  Alone t{2, capped(160, 5), 5};
  t.bench.play({{0_ms, [] {}, {"0 ms: a boots with 5", "0 ms: a 0 on core 0", "0 ms: a 1 on core 1"}},
                // 1 runs, 2, 3 and 4 wait.
                {1_ms, [&] { t.confer(0, kAll); }, {"1 ms: a 2 on core 0"}},
                {2_ms, [&] { t.a.cede(2); }, {"2 ms: a 3 on core 0"}},
                // 4 is left.
                {3_ms, [&] { t.a.cede(1); }, {"3 ms: a 4 on core 1"}},
                {4_ms, [&] { t.a.cede(3); }, {"4 ms: a 0 on core 0"}}},
               5_ms);
}

TEST(HConfer, ToAllDoesNothingIfNobodyElseWaits) {
  Alone t{2, capped(200, 3), 2};
  t.bench.play({{1_ms, [&] { EXPECT_TRUE(t.a.ask(0, Hcall::confer, {kAll, 0}).keeps_core); }, {}}}, 2_ms);
}

TEST(HConfer, IsEndedByAnInterruptIfInterruptsAreEnabled) {
  Alone t{2, capped(200, 2), 1};
  t.bench.play({{1_ms, [&] { t.confer(0, 1, t.count(1), true); }, {}},
                {2_ms, [&] { t.a.port.interrupt(0, DispatchReason::external_interrupt); }, {"2 ms: a 0 on core 0"}}},
               3_ms);
}

TEST(HConfer, IsNotEndedByAnInterruptOrTheDecrementerIfInterruptsAreDisabled) {
  Alone t{2, capped(200, 2), 1};
  t.bench.play({{1_ms, [&] { t.confer(0, 1, t.count(1), false); }, {}},
                {2_ms, [&] { t.a.port.interrupt(0, DispatchReason::external_interrupt); }, {}},
                {3_ms, [&] { t.a.port.interrupt(0, DispatchReason::decrementer); }, {}}},
               4_ms);
}

TEST(HConfer, IsEndedByAProdAndByASystemResetEvenIfInterruptsAreDisabled) {
  Alone t{2, capped(200, 2), 2};
  t.bench.play({{1_ms, [&] { t.confer(0, 0, 0, false); }, {}},
                {2_ms, [&] { t.prod(1, 0); }, {"2 ms: a 0 on core 0"}},
                {3_ms, [&] { t.confer(0, 0, 0, false); }, {}},
                {4_ms, [&] { t.a.port.interrupt(0, DispatchReason::boot); }, {"4 ms: a 0 on core 0"}}},
               5_ms);
}

TEST(HConfer, ToItselfWaitsForAProdWhateverTheDispatchCount) {
  Alone t{2, capped(200, 2), 2};
  t.bench.play({{1_ms, [&] { t.confer(0, 0, 12345); }, {}}, {9_ms, [&] { t.prod(1, 0); }, {"9 ms: a 0 on core 0"}}}, 10_ms);
}

TEST(HConfer, ToItselfReturnsAtOnceIfProddedBefore) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.prod(1, 0);
  EXPECT_TRUE(t.a.ask(0, Hcall::confer, {0, 0}).keeps_core);
  EXPECT_FALSE(t.a.ask(0, Hcall::confer, {0, 0}).keeps_core);
}

// A ceded virtual processor has an odd dispatch count, too, and so looks preempted: Linux commit f9bc9bbe8afd tells of "very long H_CONFER
// latencies waiting for H_CEDE wakeup" on PowerVM.
TEST(HConfer, ToACededProcessorWaitsUntilThatOneIsWoken) {
  Alone t{2, capped(200, 2), 2};
  t.bench.play({{1_ms, [&] { t.a.cede(1); }, {}},
                {2_ms, [&] { t.confer(0, 1, t.count(1)); }, {}},
                {500_ms, [&] { t.a.port.interrupt(1, DispatchReason::decrementer); }, {"500 ms: a 1 on core 1"}},
                {501_ms, [&] { t.a.cede(1); }, {"501 ms: a 0 on core 0"}}},
               502_ms);
}

TEST(HConfer, EndsWhenTheTargetIsTakenAway) {
  Alone t{2, capped(200, 3), 3};
  t.bench.play({{0_ms, [] {}, {"0 ms: a boots with 3", "0 ms: a 0 on core 0", "0 ms: a 1 on core 1"}},
                {1_ms, [&] { t.confer(0, 2, t.count(2)); }, {"1 ms: a 2 on core 0"}},
                {2_ms,
                 [&] {
                   t.bench.hypervisor.change(t.a.id, {{}, {}, {}, 2});
                 },
                 {"2 ms: a has 2", "2 ms: a 0 on core 0"}}},
               3_ms);
}

TEST(HConfer, ChangesNoOtherRegister) {
  Alone t{1, capped(100, 2), 2};
  t.bench.run_until(1_ms);
  const HcallExtension& call = t.a.ask(0, Hcall::confer, {1, t.count(1), 3, 4, 5, 6, 7, 8, 9});
  EXPECT_EQ(call.status, HcallStatus::success);
  EXPECT_EQ(call.registers, (std::array<std::uint64_t, 9>{1, 1, 3, 4, 5, 6, 7, 8, 9}));
}

// ---- H_PROD

TEST(HProd, RefusesProcessorsThatThePartitionDoesNotHave) {
  Alone t{1, capped(100, 2, 4), 1};
  t.bench.run_until(1_ms);
  EXPECT_EQ(t.prod(0, 2), HcallStatus::parameter);
  EXPECT_EQ(t.prod(0, ~std::uint64_t{0}), HcallStatus::parameter);
  EXPECT_EQ(t.prod(0, 1), HcallStatus::success);
}

TEST(HProd, IsTheReasonOfTheDispatch) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.bench.register_areas(t.a, 1);
  t.a.cede(1);
  t.bench.run_until(2_ms);
  t.prod(0, 1);
  t.bench.run_until(3_ms);
  EXPECT_EQ(t.latest_reason(1), 2U);
}

TEST(HProd, EndsAConferToAnother) {
  Alone t{2, capped(200, 3), 2};
  t.bench.play({{1_ms, [&] { t.confer(0, 2, t.count(2), false); }, {}}, {2_ms, [&] { t.prod(1, 0); }, {"2 ms: a 0 on core 0"}}}, 3_ms);
}

TEST(HProd, ChangesNoOtherRegister) {
  Alone t{1, capped(100, 2), 1};
  t.bench.run_until(1_ms);
  EXPECT_EQ(t.a.ask(0, Hcall::prod, {1, 2, 3, 4, 5, 6, 7, 8, 9}).registers, (std::array<std::uint64_t, 9>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

// ---- H_JOIN

TEST(HJoin, RefusesACallerWithInterruptsEnabled) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  EXPECT_EQ(t.a.call(0, Hcall::join, {}, true), HcallStatus::bad_mode);
}

TEST(HJoin, ParksAllButTheLastWhichGoesOn) {
  Alone t{3, capped(300, 3), 3};
  t.bench.play({{1_ms,
                 [&] {
                   EXPECT_FALSE(t.a.ask(0, Hcall::join, {}, false).keeps_core);
                   EXPECT_FALSE(t.a.ask(1, Hcall::join, {}, false).keeps_core);
                   EXPECT_EQ(t.a.call(2, Hcall::join, {}, false), HcallStatus::continue_);
                 },
                 {}},
                {2_ms, [&] { t.a.port.interrupt(0, DispatchReason::external_interrupt); }, {}},
                {3_ms, [&] { t.prod(2, 0); }, {"3 ms: a 0 on core 0"}},
                // 0 has left, so that 2 is not the last any more.
                {4_ms, [&] { EXPECT_FALSE(t.a.ask(2, Hcall::join, {}, false).keeps_core); }, {}},
                {5_ms, [&] { EXPECT_EQ(t.a.call(0, Hcall::join, {}, false), HcallStatus::continue_); }, {}}},
               6_ms);
}

TEST(HJoin, CountsACededProcessorAsActive) {
  Alone t{2, capped(200, 2), 2};
  t.bench.run_until(1_ms);
  t.a.cede(1);
  EXPECT_EQ(t.a.call(0, Hcall::join, {}, false), HcallStatus::success);
}

TEST(HJoin, ForgetsAJoinedProcessorThatIsTakenAway) {
  Alone t{3, capped(300, 3), 3};
  t.bench.play({{1_ms, [&] { t.a.call(2, Hcall::join, {}, false); }, {}},
                {2_ms,
                 [&] {
                   t.bench.hypervisor.change(t.a.id, {{}, {}, {}, 2});
                 },
                 {"2 ms: a has 2"}},
                {3_ms, [&] { EXPECT_EQ(t.a.call(1, Hcall::join, {}, false), HcallStatus::success); }, {}},
                {4_ms, [&] { EXPECT_EQ(t.a.call(0, Hcall::join, {}, false), HcallStatus::continue_); }, {}}},
               5_ms);
}

TEST(HJoin, WorksForDedicatedProcessors) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.dedicated("a", {2, SharingMode::share_idle_procs}, 2);
  bench.activate_all();
  bench.play({{1_ms, [&] { EXPECT_FALSE(a.ask(1, Hcall::join, {}, false).keeps_core); }, {}},
              {2_ms, [&] { EXPECT_EQ(a.call(0, Hcall::join, {}, false), HcallStatus::continue_); }, {}},
              {3_ms, [&] { a.ask(0, Hcall::prod, {1}); }, {"3 ms: a 1 on core 1"}}},
             4_ms);
}

}  // namespace
}  // namespace lparsim::hypervisor

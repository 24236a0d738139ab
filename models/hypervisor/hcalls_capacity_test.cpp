// H_GET_PPP, H_SET_PPP, H_PURR, H_PIC, H_POLL_PENDING: registers bit for bit.
#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;
using testing::uncapped;

constexpr std::uint64_t kTicksPerMs = 512'000;

/// The results in R4 and on; all registers hold rubbish on entry.
std::array<std::uint64_t, 9> results(ScriptedPartition& partition, Hcall which, std::uint32_t vp = 0) {
  constexpr std::uint64_t kRubbish = 0xDEAD'BEEF'DEAD'BEEF;
  const HcallExtension& call =
      partition.ask(vp, which, {kRubbish, kRubbish, kRubbish, kRubbish, kRubbish, kRubbish, kRubbish, kRubbish, kRubbish});
  EXPECT_EQ(call.status, HcallStatus::success);
  return call.registers;
}

TEST(HGetPpp, PacksASharedPartitionsParameters) {
  ServerBench bench{8};
  const PoolId pool = bench.hypervisor.add_pool({ProcessingUnits::cores(3), ProcessingUnits::from_hundredths(50)});
  bench.dedicated("owner", {2, SharingMode::share_idle_procs});
  SharedSpec spec = uncapped(120, 4, 200);
  spec.pool = pool;
  ScriptedPartition& a = bench.shared("a", spec);
  SharedSpec other = capped(30, 1);
  other.pool = pool;
  bench.shared("b", other);
  bench.shared("c", capped(200, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  const auto r = results(a, Hcall::get_ppp);
  EXPECT_EQ(r[0], 120U);
  EXPECT_EQ(r[1], 100U);                    // of the pool's 300: 50 reserved, 120 and 30 given; of the frame's 600: 50, 120, 30, 200
  EXPECT_EQ(r[2], 0x0000'0000'8002'0001U);  // group 32770, pool 1
  EXPECT_EQ(r[3], 0x0000'C800'0006'0008U);  // not capped, weight 200, 6 processors in the pool, 8 in the platform
  EXPECT_EQ(r[4], 0x0006'0001'2C00'00C8U);  // 6 virtualized; the pool: at most 300, entitled 200
  EXPECT_EQ(r[5], 0xDEAD'BEEF'DEAD'BEEFU);
}

TEST(HGetPpp, PacksADedicatedPartitionsParameters) {
  ServerBench bench{8};
  ScriptedPartition& a = bench.dedicated("a", {3, SharingMode::share_idle_procs});
  bench.activate_all();
  bench.run_until(1_ms);
  const auto r = results(a, Hcall::get_ppp);
  EXPECT_EQ(r[0], 300U);
  EXPECT_EQ(r[1], 0U);
  EXPECT_EQ(r[2], 0x0000'0000'8001'FFFFU);
  EXPECT_EQ(r[3], 0x0001'0000'0000'0008U);
  EXPECT_EQ(r[4], 0U);
}

TEST(HGetPpp, SetsTheCappedBit) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(100, 1));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(results(a, Hcall::get_ppp)[3], 0x0001'8000'0001'0001U);
}

TEST(HSetPpp, TakesEffectForTheNextHGetPpp) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", uncapped(50, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {120, 255}), HcallStatus::success);
  const auto r = results(a, Hcall::get_ppp);
  EXPECT_EQ(r[0], 120U);
  EXPECT_EQ(r[3] >> 40 & 0xFF, 255U);
}

TEST(HSetPpp, RefusesAWeightBeyond255) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", uncapped(50, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {50, 256}), HcallStatus::parameter);
  EXPECT_EQ(results(a, Hcall::get_ppp)[3] >> 40 & 0xFF, 128U);
}

TEST(HSetPpp, ConstrainsTheEntitlementToWhatEachVirtualProcessorMustAndMayHave) {
  ServerBench bench{8};
  ScriptedPartition& a = bench.shared("a", uncapped(50, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {9, 1}), HcallStatus::constrained);
  EXPECT_EQ(results(a, Hcall::get_ppp)[0], 10U);
  EXPECT_EQ(results(a, Hcall::get_ppp)[3] >> 40 & 0xFF, 1U);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {~std::uint64_t{0}, 1}), HcallStatus::constrained);
  EXPECT_EQ(results(a, Hcall::get_ppp)[0], 200U);
}

TEST(HSetPpp, NeverGivesTwoPartitionsTheSameCapacity) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.shared("a", uncapped(50, 2));
  ScriptedPartition& b = bench.shared("b", uncapped(50, 2));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {150, 128}), HcallStatus::success);
  EXPECT_EQ(results(b, Hcall::get_ppp)[1], 0U);
  EXPECT_EQ(b.call(0, Hcall::set_ppp, {150, 128}), HcallStatus::constrained);
  EXPECT_EQ(results(b, Hcall::get_ppp)[0], 50U);
  bench.run_until(100_ms);  // and the Monitor finds both promises kept
  bench.hypervisor.finish();
}

TEST(HSetPpp, LeavesAStoppedPartitionItsEntitlement) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", uncapped(50, 1));
  ScriptedPartition& b = bench.shared("b", uncapped(30, 1));
  bench.hypervisor.activate(a.id);
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {100, 128}), HcallStatus::constrained);
  EXPECT_EQ(results(a, Hcall::get_ppp)[0], 70U);
  bench.hypervisor.activate(b.id);
  bench.run_until(50_ms);
  EXPECT_EQ(results(a, Hcall::get_ppp)[4] & 0xFF'FFFF, 100U);
}

TEST(HSetPpp, IsNotForDedicatedPartitions) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.dedicated("a", {1, SharingMode::share_idle_procs});
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::set_ppp, {100, 128}), HcallStatus::function);
}

TEST(HPurr, CountsTicksOnACoreUpToNow) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.activate_all();
  bench.run_until(3_ms);
  EXPECT_EQ(results(a, Hcall::purr)[0], 3 * kTicksPerMs);
  EXPECT_EQ(results(a, Hcall::purr)[1], 0xDEAD'BEEF'DEAD'BEEFU);
  bench.run_until(11_ms);  // 4 ms of the first window, 1 of the second
  EXPECT_EQ(results(a, Hcall::purr)[0], 5 * kTicksPerMs);
}

TEST(HPic, GivesTheTicksOfThePool) {
  ServerBench bench{4};
  const PoolId pool = bench.hypervisor.add_pool({});
  bench.dedicated("owner", {1, SharingMode::keep_idle_procs});
  SharedSpec spec = capped(100, 1);
  spec.pool = pool;
  ScriptedPartition& a = bench.shared("a", spec);
  bench.shared("b", capped(100, 1));
  bench.activate_all();
  bench.run_until(6_ms);
  const auto r = results(a, Hcall::pic);
  EXPECT_EQ(r[0], 6 * kTicksPerMs);  // one of three cores has nobody to run
  EXPECT_EQ(r[1], 3U);
  EXPECT_EQ(r[2], 18 * kTicksPerMs);
  EXPECT_EQ(r[3], 6 * kTicksPerMs);
  EXPECT_EQ(r[4], 6 * kTicksPerMs);
  EXPECT_EQ(r[5], 1U);
  EXPECT_EQ(r[6], 18 * kTicksPerMs);
  EXPECT_EQ(r[7], 12 * kTicksPerMs);
  EXPECT_EQ(r[8], 12 * kTicksPerMs);
}

TEST(HPic, IsNotForDedicatedPartitions) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.dedicated("a", {1, SharingMode::share_idle_procs});
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::pic), HcallStatus::function);
}

TEST(HPollPending, FindsNoAdministrativeWork) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(100, 1));
  bench.activate_all();
  bench.run_until(1_ms);
  EXPECT_EQ(a.call(0, Hcall::poll_pending), HcallStatus::success);
}

}  // namespace
}  // namespace lparsim::hypervisor

// H_REGISTER_VPA, clause by clause.
#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;

constexpr std::uint64_t kVpa = 0x1000;
constexpr std::uint64_t kLog = 0x2080;
constexpr std::uint64_t kSlb = 0x3F80;

class Registration {
 public:
  Registration() : a{bench.shared("a", capped(100, 2), 1)}, memory{bench.hypervisor.memory(a.id)} {
    bench.activate_all();
    bench.run_until(1_ms);
    memory.write(kVpa + 4, 2, 640);
    memory.write(kLog + 4, 4, 96);
    memory.write(kSlb + 4, 4, 128);
  }
  HcallStatus call(VpaFunction function, std::uint64_t address, std::uint64_t vp = 0) {
    return a.call(0, Hcall::register_vpa, {vpa_flags(function), vp, address});
  }
  HcallStatus call_flags(std::uint64_t flags) { return a.call(0, Hcall::register_vpa, {flags, 0, kVpa}); }

  ServerBench bench{1};
  ScriptedPartition& a;
  PartitionMemory& memory;
};

TEST(HRegisterVpa, KnowsItsSubfunctionsByBits16To18) {
  EXPECT_EQ(vpa_flags(VpaFunction::register_vpa), 0x0000'2000'0000'0000U);
  EXPECT_EQ(vpa_flags(VpaFunction::deregister_slb), 0x0000'E000'0000'0000U);
}

TEST(HRegisterVpa, RefusesReservedSubfunctionsAndIgnoresBitsBesideTheField) {
  Registration t;
  EXPECT_EQ(t.call_flags(0), HcallStatus::parameter);
  EXPECT_EQ(t.call_flags(std::uint64_t{4} << 45), HcallStatus::parameter);
  EXPECT_EQ(t.call_flags(std::uint64_t{0x21} << 40), HcallStatus::parameter);
  EXPECT_EQ(t.call_flags(std::uint64_t{0x20} << 40 | 0xFFFF'00FF'FFFF'FFFF), HcallStatus::success);
}

TEST(HRegisterVpa, RefusesProcessorsThatThePartitionDoesNotHave) {
  Registration t;
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa, 2), HcallStatus::parameter);
  EXPECT_EQ(t.call(VpaFunction::deregister_vpa, 0, 2), HcallStatus::parameter);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa, 1), HcallStatus::success);
}

TEST(HRegisterVpa, RefusesAddressesOffACacheLineOrOutsideTheMemory) {
  Registration t;
  t.memory.write(kVpa + 64 + 4, 2, 640);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa + 64), HcallStatus::parameter);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, ServerBench::kMemory.count), HcallStatus::parameter);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, ~std::uint64_t{127}), HcallStatus::parameter);
}

TEST(HRegisterVpa, WantsAnAreaOf640BytesWithinAPage) {
  Registration t;
  t.memory.write(kVpa + 4, 2, 639);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::parameter);
  t.memory.write(kVpa + 4, 2, 4096);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  t.memory.write(kVpa + 4, 2, 4097);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::parameter);
  t.memory.write(0x1E00 + 4, 2, 640);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, 0x1E00), HcallStatus::parameter);
  t.memory.write(0x1D80 + 4, 2, 640);
  EXPECT_EQ(t.call(VpaFunction::register_vpa, 0x1D80), HcallStatus::success);
}

TEST(HRegisterVpa, WantsALogOf48BytesTo4KibiBytes) {
  Registration t;
  ASSERT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  t.memory.write(kLog + 4, 4, 47);
  EXPECT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::parameter);
  t.memory.write(kLog + 4, 4, 4097);
  EXPECT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::parameter);
  t.memory.write(kLog + 4, 4, 4096);
  EXPECT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::success);
  t.memory.write(kLog + 4, 4, 48);
  EXPECT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::success);
}

TEST(HRegisterVpa, WantsAnSlbShadowBufferOf8BytesWithinAPage) {
  Registration t;
  ASSERT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::register_slb, kSlb), HcallStatus::success);
  t.memory.write(kSlb + 4, 4, 129);
  EXPECT_EQ(t.call(VpaFunction::register_slb, kSlb), HcallStatus::parameter);
  t.memory.write(kSlb + 4, 4, 7);
  EXPECT_EQ(t.call(VpaFunction::register_slb, kSlb), HcallStatus::parameter);
}

TEST(HRegisterVpa, WantsTheAreaFirstAndTheOthersGoneBeforeItGoes) {
  Registration t;
  EXPECT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::resource);
  EXPECT_EQ(t.call(VpaFunction::register_slb, kSlb), HcallStatus::resource);
  EXPECT_EQ(t.call(VpaFunction::deregister_dtl, 0), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::deregister_slb, 0), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::deregister_vpa, 0), HcallStatus::success);
  ASSERT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  ASSERT_EQ(t.call(VpaFunction::register_dtl, kLog), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::deregister_vpa, 0), HcallStatus::resource);
  ASSERT_EQ(t.call(VpaFunction::deregister_dtl, 0), HcallStatus::success);
  ASSERT_EQ(t.call(VpaFunction::register_slb, kSlb), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::deregister_vpa, 0), HcallStatus::resource);
  ASSERT_EQ(t.call(VpaFunction::deregister_slb, 0), HcallStatus::success);
  EXPECT_EQ(t.call(VpaFunction::deregister_vpa, 0), HcallStatus::success);
}

TEST(HRegisterVpa, KeepsTheLastOfSeveralRegistrations) {
  Registration t;
  t.memory.write(0x5000 + 4, 2, 640);
  ASSERT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  ASSERT_EQ(t.call(VpaFunction::register_vpa, 0x5000), HcallStatus::success);
  t.a.cede(0);
  EXPECT_EQ(t.memory.read(kVpa + 0x100, 4), 2U);
  EXPECT_EQ(t.memory.read(0x5000 + 0x100, 4), 3U);
}

TEST(HRegisterVpa, StopsAtTheDeregistration) {
  Registration t;
  ASSERT_EQ(t.call(VpaFunction::register_vpa, kVpa), HcallStatus::success);
  ASSERT_EQ(t.call(VpaFunction::deregister_vpa, 0), HcallStatus::success);
  t.a.cede(0);
  EXPECT_EQ(t.memory.read(kVpa + 0x100, 4), 2U);
}

TEST(HRegisterVpa, EndsWithTheVirtualProcessorWhoseLastCountIsOdd) {
  Registration t;
  t.bench.register_areas(t.a, 1);
  t.a.port.interrupt(1, DispatchReason::external_interrupt);
  t.a.cede(0);
  t.bench.run_until(2_ms);
  ASSERT_EQ(t.memory.read(testing::vpa_of(1) + 0x100, 4), 2U);
  t.bench.hypervisor.change(t.a.id, {{}, {}, {}, 1});
  t.bench.run_until(3_ms);
  EXPECT_EQ(t.memory.read(testing::vpa_of(1) + 0x100, 4), 3U);
  t.bench.hypervisor.change(t.a.id, {{}, {}, {}, 2});
  t.bench.run_until(4_ms);
  t.a.port.interrupt(1, DispatchReason::external_interrupt);
  t.bench.run_until(5_ms);
  EXPECT_EQ(t.bench.hypervisor.account(t.a.id, 1).dispatch_count, 4U);
  EXPECT_EQ(t.memory.read(testing::vpa_of(1) + 0x100, 4), 3U);
}

}  // namespace
}  // namespace lparsim::hypervisor

// Services that somebody hooks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "lpars/services/testing/os_services_bench.hpp"

namespace lparsim::services {
namespace {

using namespace services::testing;
using ::testing::ElementsAre;

TEST(OsServices, AHookedServiceIsAnsweredByWhoeverHooksIt) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.outcome.decision = vsp::Decision::completed;
  b.hooks.outcome.cost = 7_us;
  const auto& w = b.add(2, 1, {file(Operation::write)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().failed(), 0U);
  EXPECT_EQ(b.host.used(), 14_us);
  ASSERT_EQ(b.hooks.calls.size(), 2U);
  EXPECT_EQ(b.hooks.calls[0].function, 0x202U);
  EXPECT_EQ(b.hooks.calls[0].arguments[2], 8192U);
  EXPECT_EQ(b.hooks.calls[0].buffers[0].length, Bytes{8192});
  EXPECT_TRUE(b.hooks.calls[0].caller_computes);
  EXPECT_EQ(b.of(ServiceType::file_system).elsewhere, 2U);
  EXPECT_TRUE(b.hooks.ends.empty());
}

TEST(OsServices, ADeniedServiceFailsAndANativeOneIsDoneHereAndTold) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.outcome.decision = vsp::Decision::denied;
  const auto& denied = b.add(1, 1, {file(Operation::write)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(denied.statistics().failed(), 1U);
  EXPECT_TRUE(b.accesses.empty());
  Bench other;
  other.establish(true);
  ASSERT_TRUE(other.services->set(ServiceType::file_system, {"Log Service"}, {}));
  other.hooks.arm(vsp::Hook::os_service);
  const auto& native = other.add(1, 1, {file(Operation::write), file(Operation::sync)});
  other.host.activate();
  other.host.run_until(1_s);
  EXPECT_EQ(native.statistics().failed(), 0U);
  EXPECT_THAT(other.hooks.ends, ElementsAre(0, 0));
}

TEST(OsServices, TheThreadIsBlockedUntilWhoHooksItHasDecided) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::application_event);
  b.hooks.later = 1_ms;
  const auto& w = b.add(1, 1, {workload::ApplicationEvent{"checkout"}, workload::Compute{parse_distribution("1 us").value()}});
  b.host.activate();
  b.host.run_until(5_ms);
  EXPECT_EQ(w.statistics().completed(), 0U);
  ASSERT_EQ(b.hooks.waiting.size(), 1U);
  EXPECT_EQ(b.hooks.calls[0].function, workload::event_number("checkout"));
  const auto [ticket, caller] = *b.hooks.waiting.begin();
  caller->decided(ticket, {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());
  caller->decided(ticket + (std::uint64_t{9} << 32), {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());  // nobody's
  b.host.run_until(6_ms);
  EXPECT_EQ(w.statistics().completed(), 1U);
  EXPECT_EQ(w.statistics().response().max(), 5_ms + 1_us);
}

TEST(OsServices, WithdrawsWhatIsNotDecidedWhenThePartitionStops) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.later = 1_ms;
  b.add(1, 1, {file(Operation::read)});
  b.host.activate();
  b.host.run_until(5_ms);
  b.host.deactivate();
  EXPECT_EQ(b.hooks.withdrawn, 1U);
  const auto [ticket, caller] = *b.hooks.waiting.begin();
  caller->decided(ticket, {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());
}

TEST(OsServices, TellsWhoLetAServicePassThatThePartitionStoppedBeforeItsEnd) {
  for (const SimTime later : {SimTime{}, 1_ms}) {
    Bench b;
    b.establish(true);
    ASSERT_TRUE(b.services->set(ServiceType::file_system, {"Log Service"}, {}));
    b.hooks.arm(vsp::Hook::os_service);
    b.hooks.later = later;
    b.drivers.device = 1_s;
    b.add(1, 1, {file(Operation::write), file(Operation::sync)});
    b.host.activate();
    b.host.run_until(5_ms);
    for (const auto& [ticket, caller] : std::exchange(b.hooks.waiting, {}))
      caller->decided(ticket, b.hooks.answer(b.hooks.calls.back()), b.calendar.now());
    ASSERT_EQ(b.accesses.size(), later == SimTime{} ? 1U : 0U);  // the one waits for the disk, the other for its thread
    const std::size_t before = b.hooks.ends.size();
    b.host.deactivate();
    ASSERT_EQ(b.hooks.ends.size(), before + 1);
    EXPECT_EQ(b.hooks.ends.back(), -125);
    EXPECT_EQ(b.hooks.withdrawn, 0U);
  }
}

TEST(OsServices, AFilterChangesWhatIsAskedOfAService) {
  Bench b;
  b.establish(true);
  ASSERT_TRUE(b.services->set(ServiceType::memory_management, {"LRU"}, {}));
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.change = [](auto& values) {
    values[4] = 4096;  // one page, whatever the program would have referred to
    values[3] = 77;    // no way of access: as it was
  };
  b.add(1, 1, {touch(100)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(b.of(ServiceType::memory_management).references, 100U);
  EXPECT_EQ(b.of(ServiceType::memory_management).faults, 1U);
}

TEST(OsServices, OnlyOperationsThatMayBeDoneTwiceAreIdempotent) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.outcome = {vsp::Decision::completed, 0, {}, {}};
  OsService unknown;
  unknown.type = ServiceType::security;
  unknown.operation = Operation::call;
  unknown.size = {};
  b.add(1, 1, {file(Operation::write), file(Operation::create), unknown});
  b.host.activate();
  b.host.run_until(1_s);
  ASSERT_EQ(b.hooks.calls.size(), 3U);
  EXPECT_TRUE(b.hooks.calls[0].idempotent);
  EXPECT_FALSE(b.hooks.calls[1].idempotent);
  EXPECT_FALSE(b.hooks.calls[2].idempotent);
}

}  // namespace
}  // namespace lparsim::services

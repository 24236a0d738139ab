// A guest on the real hypervisor, through the TLM-2.0 calls.
#include "lpars/guest/partition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lpars/guest/testing/puppet.hpp"
#include "lpars/guest/testing/real_frame.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using hypervisor::Hcall;
using hypervisor::HcallStatus;
using hypervisor::SharingMode;
using ::testing::ElementsAre;
using ::testing::Pair;
using testing::RealFrame;
using testing::share;

workload::Config spin(std::uint32_t threads) {
  return {"spin", workload::Spin{threads}};
}
workload::Config batch(std::uint64_t jobs, std::uint32_t threads, std::string_view demand) {
  return {"jobs", workload::Batch{jobs, threads, {workload::Compute{parse_distribution(demand).value()}}}};
}
workload::Config open(std::string_view arrivals, std::string_view demand) {
  return {"orders",
          workload::Open{parse_arrivals(arrivals).value(), std::nullopt, {workload::Compute{parse_distribution(demand).value()}}}};
}

TEST(Partition, CedesAtTheVeryEndOfASliceAndIsSeenToCede) {
  RealFrame frame{1};
  auto& a = frame.shared("a", share(40, 1), {batch(1, 1, "4 ms")});
  frame.activate_all();
  frame.run_until(50_ms);
  const auto usage = frame.hypervisor().usage(a.id);
  EXPECT_EQ(usage.consumed, 4_ms);
  EXPECT_EQ(usage.vcsw, 1U);
  EXPECT_EQ(usage.preemptions, 0U);
  EXPECT_EQ(RealFrame::statistics(a).response().max(), 4_ms);
}

TEST(Partition, CompletesWorkThatEndsWithItsSliceAndNotAWindowLater) {
  RealFrame frame{1};
  auto& a = frame.shared("a", share(40, 1), {batch(1, 1, "8 ms")});
  frame.activate_all();
  frame.run_until(50_ms);
  const auto usage = frame.hypervisor().usage(a.id);
  EXPECT_EQ(RealFrame::statistics(a).response().max(), 14_ms);
  EXPECT_EQ(usage.dispatches, 2U);
  EXPECT_EQ(usage.preemptions, 1U);
  EXPECT_EQ(usage.wait_capacity, 6_ms);
}

// Both virtual processors end their work with their slices, which end together.
TEST(Partition, CompletesTheWorkOfAllProcessorsWhoseSlicesEndTogether) {
  RealFrame frame{2};
  auto& a = frame.shared("a", share(80, 2), {batch(2, 2, "4 ms")});
  frame.activate_all();
  frame.run_until(9_ms);
  EXPECT_EQ(RealFrame::statistics(a).completed_total(), 2U);
  EXPECT_EQ(frame.hypervisor().usage(a.id).preemptions, 0U);
}

TEST(Partition, LosesNoWorkWhenProcessorsComeAndGo) {
  RealFrame frame{4};
  auto& a = frame.shared("a", share(300, 4, false, 6), {batch(60, 8, "10 ms")});
  frame.shared("b", share(50, 2, false), {spin(2)});
  frame.activate_all();
  std::uint32_t online = 4;
  for (SimTime at = 3_ms; at < 300_ms; at += 7_ms) {
    frame.run_until(at);
    online = online % 6 + 1;
    frame.hypervisor().change(a.id, {{}, {}, {}, online});
  }
  frame.run_until(1_s);
  EXPECT_EQ(RealFrame::statistics(a).completed_total(), 60U);
  EXPECT_EQ(frame.hypervisor().usage(a.id).consumed, 600_ms);
  frame.check_books(a);
  frame.hypervisor().finish();
}

TEST(Partition, DisturbsWhoRunsWhereItRanLast) {
  RealFrame frame{1};
  auto& a = frame.shared("a", share(50, 1), {open("every(3 ms)", "1 ms")});
  auto& b = frame.shared("b", share(50, 1, false), {spin(1)});
  frame.activate_all();
  frame.run_until(31_ms);
  // Arrivals at 3, 6, ..., 30 ms. At 3 ms it has never been on a core; at 15 and 24 ms it is awake and waits for b's slice to end.
  EXPECT_EQ(RealFrame::statistics(a).arrived(), 10U);
  EXPECT_EQ(frame.hypervisor().usage(b.id).phint, 7U);
  EXPECT_EQ(frame.hypervisor().usage(a.id).phint, 0U);
}

TEST(Partition, DropsWhatIsInItWhenItStopsUnderLoadAndStartsAfresh) {
  RealFrame frame{2};
  auto& a = frame.shared("a", share(100, 2), {open("poisson(400 /s)", "exponential(2 ms)"), batch(5, 2, "3 ms")});
  auto& b = frame.shared("b", share(100, 2, false), {spin(3)});
  frame.activate_all();
  for (SimTime at = 25_ms; at < 1_s; at += 100_ms) {
    frame.run_until(at);
    frame.hypervisor().deactivate(a.id);
    frame.run_until(at + 33_ms);
    frame.check_books(a);
    frame.hypervisor().activate(a.id);
  }
  frame.run_until(1_s);
  frame.check_books(a);
  frame.check_books(b);
  EXPECT_GT(RealFrame::statistics(a).dropped(), 0U);
  EXPECT_GT(RealFrame::statistics(a).completed_total(), 100U);
  EXPECT_EQ(RealFrame::statistics(a, 1).arrived(), 55U);
  frame.hypervisor().finish();
}

TEST(Partition, IsNotWokenByAnInterruptThatComesAfterItsEnd) {
  RealFrame frame{1};
  auto& a = frame.shared("a", share(50, 1), {batch(1, 1, "1 ms")});
  frame.activate_all();
  frame.run_until(5_ms);
  frame.hypervisor().deactivate(a.id);
  frame.run_until(6_ms);
  const auto before = frame.hypervisor().usage(a.id).dispatches;
  a.partition.hypercalls().interrupt(0, hypervisor::DispatchReason::external_interrupt);
  frame.run_until(40_ms);
  EXPECT_EQ(frame.hypervisor().usage(a.id).dispatches, before);
}

TEST(Partition, GoesBackToSleepAfterAnInterruptWithoutWork) {
  RealFrame frame{1};
  auto& a = frame.shared("a", share(50, 1), {batch(1, 1, "1 ms")});
  frame.activate_all();
  frame.run_until(5_ms);
  a.partition.hypercalls().interrupt(0, hypervisor::DispatchReason::external_interrupt);
  frame.run_until(40_ms);
  EXPECT_EQ(frame.hypervisor().usage(a.id).dispatches, 2U);
  EXPECT_EQ(frame.hypervisor().usage(a.id).consumed, 1_ms);
}

/// Calls programs at its own times.
struct Device : sc_core::sc_module {
  SC_HAS_PROCESS(Device);
  Device(const sc_core::sc_module_name& name, std::function<void()> story) : sc_module{name}, story_{std::move(story)} { SC_THREAD(run); }
  void run() { story_(); }
  std::function<void()> story_;
};

TEST(Partition, NoticesTimersAndThreadsThatDevicesBringFromOutside) {
  RealFrame frame{1};
  testing::Puppet driver{{testing::ThreadKind::interrupt, testing::ThreadKind::kernel}};
  driver.begins_with(0, 1_ms);
  driver.begins_with(1, 2_ms);
  auto& a = frame.shared("a", share(50, 1), {}, {&driver});
  const Device device{"device", [&] {
                        sc_core::wait(kernel::to_sc_time(20_ms));
                        driver.set_timer(1, 25_ms);
                        sc_core::wait(kernel::to_sc_time(30_ms));
                        driver.make_ready(1, kernel::now());  // and at the same instant, as from a call that another partition makes:
                        a.partition.virtual_interrupt(0, kernel::now());
                      }};
  frame.activate_all();
  frame.run_until(100_ms);
  EXPECT_THAT(driver.ended, ElementsAre(Pair(1, 27_ms), Pair(0, 51_ms), Pair(1, 53_ms)));
  EXPECT_EQ(a.partition.guest().times(100_ms).system, 5_ms);
  EXPECT_EQ(a.partition.guest().undispatched(100_ms), 95_ms);
  frame.check_books(a);
}

TEST(Partition, SeesInItsOwnAreasWhatTheHypervisorCounts) {
  RealFrame frame{2};
  auto& a = frame.shared("a", share(60, 3), {batch(40, 3, "exponential(2 ms)")});
  frame.shared("b", share(80, 2, false), {spin(2)});
  frame.shared("c", share(60, 2, false), {open("poisson(300 /s)", "exponential(1 ms)")});
  hypervisor::PartitionMemory& memory = frame.hypervisor().memory(a.id);
  const auto area = [](std::uint32_t vp) {
    return 0x1000 + std::uint64_t{vp} * 0x1000;
  };
  frame.activate_all();
  frame.run_until(SimTime::from_ps(1));
  for (std::uint32_t vp = 0; vp < 3; ++vp) {
    memory.write(area(vp) + 4, 2, 640);
    EXPECT_EQ(a.partition.hypercalls()
                  .call(vp, Hcall::register_vpa, {hypervisor::vpa_flags(hypervisor::VpaFunction::register_vpa), vp, area(vp)})
                  .status,
              HcallStatus::success);
  }
  frame.run_until(2_s);
  ASSERT_EQ(RealFrame::statistics(a).in_system(), 0U);  // nothing of a runs or waits
  SimTime capacity, processor;
  std::uint64_t dispatches = 0;
  for (std::uint32_t vp = 0; vp < 3; ++vp) {
    const hypervisor::VpAccount& account = frame.hypervisor().account(a.id, vp);
    capacity += account.waited_capacity;
    processor += account.waited_processor;
    EXPECT_EQ(memory.read(area(vp) + 0x100, 4), account.dispatch_count);
    EXPECT_EQ(memory.read(area(vp) + 0x100, 4) % 2, 1U);
    dispatches += (memory.read(area(vp) + 0x100, 4) - 1) / 2;
    EXPECT_EQ(memory.read(area(vp) + 0x158, 8), static_cast<std::uint64_t>(timebase_ticks(account.waited_processor)));
    EXPECT_EQ(memory.read(area(vp) + 0x160, 8), static_cast<std::uint64_t>(timebase_ticks(account.waited_capacity)));
    EXPECT_EQ(memory.read(area(vp) + 0x168, 8), static_cast<std::uint64_t>(timebase_ticks(account.waited_ready)));
  }
  const auto usage = frame.hypervisor().usage(a.id);
  EXPECT_GT(capacity, SimTime{});
  EXPECT_EQ(capacity, usage.wait_capacity);
  EXPECT_EQ(processor, usage.wait_processor);
  EXPECT_EQ(dispatches, usage.dispatches);
}

TEST(Partition, ReadsAsItsPurrTheTimeForWhichItWasDispatched) {
  RealFrame frame{2};
  auto& a = frame.shared("a", share(70, 2, false), {spin(1), open("poisson(200 /s)", "exponential(1 ms)")});
  auto& d = frame.dedicated("d", {1, SharingMode::share_idle_procs_always}, {open("poisson(300 /s)", "exponential(1 ms)")});
  frame.activate_all();
  for (SimTime at = 7_ms; at < 500_ms; at += 11_ms) {
    frame.run_until(at);
    SimTime purr;
    for (std::uint32_t vp = 0; vp < 2; ++vp) {
      const auto ticks = static_cast<std::int64_t>(a.partition.hypercalls().call(vp, Hcall::purr).registers[0]);
      purr += SimTime::from_ps(ticks * 15'625 / 8);
    }
    EXPECT_LE(purr, frame.hypervisor().usage(a.id).consumed);
    EXPECT_GT(purr + SimTime::from_ps(2 * 1954), frame.hypervisor().usage(a.id).consumed);
    frame.check_books(a);
    frame.check_books(d);
  }
}

}  // namespace
}  // namespace lparsim::guest

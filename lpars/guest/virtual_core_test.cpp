#include "lpars/guest/virtual_core.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sim/base/random.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;

Speed power7(std::int64_t frequency_ppm = 1'000'000) {
  return {core::SmtThroughput::from_table(std::array{1.0, 1.4, 1.6}).value(), frequency_ppm};
}

struct Bench {
  VirtualCore core;
  ProcessorTimes totals;
  explicit Bench(std::uint32_t mode) {
    core.set_mode(mode);
    core.dispatch(0_s, 0_s, 0_s);
  }
};

TEST(VirtualCore, GivesABusyThreadItsPartOfTheCoreAndTheRestToTheIdleOnes) {
  Bench b{4};
  b.core.occupy(0, 7, SimTime::never(), false);
  b.core.advance(8_ms, power7(), b.totals);
  EXPECT_EQ(b.totals.user, 5_ms);  // 62.5 %
  EXPECT_EQ(b.totals.idle, 3_ms);
  EXPECT_EQ(b.core.times(0).user, 5_ms);
  for (std::uint32_t i = 1; i < 4; ++i) EXPECT_EQ(b.core.times(i).idle, 1_ms);
}

TEST(VirtualCore, SlowsThreadsThatShareIt) {
  Bench b{4};
  b.core.occupy(0, 1, 7_ms, false);
  EXPECT_EQ(b.core.next_burst_end(power7()), 7_ms);
  b.core.occupy(1, 2, 14_ms, false);
  EXPECT_EQ(b.core.next_burst_end(power7()), 10_ms);  // at 0.7 of its speed
  b.core.advance(10_ms, power7(), b.totals);
  EXPECT_EQ(b.core.vacate(0), SimTime{});
  EXPECT_EQ(b.core.next_burst_end(power7()), 17_ms);  // the 7 ms left, alone
}

TEST(VirtualCore, RunsWithItsFrequency) {
  Bench b{1};
  b.core.occupy(0, 1, 5_ms, false);
  EXPECT_EQ(b.core.next_burst_end(power7(500'000)), 10_ms);
  b.core.advance(10_ms, power7(500'000), b.totals);
  EXPECT_EQ(b.totals.dispatched, 10_ms);
  EXPECT_EQ(b.totals.scaled, 5_ms);
}

TEST(VirtualCore, WaitsForItsCachesAsAUserButGetsNothingDone) {
  VirtualCore core;
  ProcessorTimes totals;
  core.occupy(0, 1, 5_ms, false);
  core.dispatch(0_s, 1_ms, 3_ms);
  EXPECT_EQ(core.next_burst_end(power7()), 8_ms);
  core.advance(8_ms, power7(), totals);
  EXPECT_EQ(core.vacate(0), SimTime{});
  EXPECT_EQ(totals.system, 1_ms);
  EXPECT_EQ(totals.user, 7_ms);
}

/// The same in small steps of floating-point time.
TEST(VirtualCore, AgreesWithANaiveModelOverRandomChanges) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    RandomStream random{seed, "core"};
    Bench b{8};
    const Speed speed{core::SmtThroughput::from_table(std::array{1.0, 1.45, 1.89, 2.0}).value(), seed % 2 == 0 ? 1'000'000 : 730'001};
    std::array<double, 8> left{};
    SimTime now;
    for (int step = 0; step < 200; ++step) {
      const auto slot = static_cast<std::uint32_t>(random.uniform() * 8);
      if ((b.core.busy_mask() >> slot & 1) != 0) {
        const double exact = left[slot];
        EXPECT_NEAR(b.core.vacate(slot).seconds(), std::max(exact, 0.0), 1e-9);
      } else {
        const SimTime demand = SimTime::from_us(1 + static_cast<std::int64_t>(random.uniform() * 5000));
        b.core.occupy(slot, step, demand, false);
        left[slot] = demand.seconds();
      }
      const SimTime next = std::min(b.core.next_burst_end(speed), now + SimTime::from_us(700));
      const double rate = b.core.busy() == 0 ? 0 : static_cast<double>(speed.thread_ppm(b.core.busy())) * 1e-6;
      for (double& work : left) work -= rate * (next - now).seconds();
      b.core.advance(next, speed, b.totals);
      now = next;
      for (std::uint32_t i = 0; i < 8; ++i) {
        if ((b.core.busy_mask() >> i & 1) != 0 && b.core.slot(i).ends_at <= b.core.work_clock()) {
          EXPECT_NEAR(left[i], 0, 1e-8);
          b.core.vacate(i);
        }
      }
    }
    EXPECT_EQ(b.totals.user + b.totals.idle, now);
    SimTime sum;
    for (std::uint32_t i = 0; i < 8; ++i) sum += b.core.times(i).user + b.core.times(i).idle;
    EXPECT_EQ(sum, now);
  }
}

}  // namespace
}  // namespace lparsim::guest

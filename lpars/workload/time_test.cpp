// What workloads do over the simulated time: schedules, delays, staggering, partitions that come and go.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "lpars/workload/testing/processors.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using testing::Processors;
using Shape = Schedule::Shape;

Distribution d(std::string_view text) {
  return parse_distribution(text).value();
}
Config open(std::string_view arrivals, Schedule schedule, SimTime start = {}) {
  return {"w", Open{parse_arrivals(arrivals).value(), std::nullopt, {Sleep{d("1 ns")}}, {}, std::move(schedule)}, start};
}

/// Arrivals in each part of the period, over many periods.
std::vector<double> arrivals_by_part(const Config& config, SimTime period, std::size_t parts, int periods) {
  Processors host{1000};
  const Workload& workload = host.add(config);
  host.activate();
  std::vector<double> counts(parts);
  std::uint64_t before = 0;
  for (int i = 0; i < periods * static_cast<int>(parts); ++i) {
    host.run_until(period / static_cast<std::int64_t>(parts) * (i + 1) - 1_ps);
    const std::uint64_t now = workload.statistics().arrived();
    counts[static_cast<std::size_t>(i) % parts] += static_cast<double>(now - before);
    before = now;
  }
  return counts;
}

void expect_integral(const Schedule& schedule, double rate, double most_chi_square, std::string_view arrivals) {
  constexpr std::size_t kParts = 20;
  constexpr int kPeriods = 400;
  const SimTime period = *schedule.period;
  const auto counts = arrivals_by_part(open(arrivals, schedule), period, kParts, kPeriods);
  const Profile profile{schedule};
  double chi_square = 0;
  for (std::size_t part = 0; part < kParts; ++part) {
    double integral = 0;
    constexpr int kPieces = 1000;
    const double width = period.seconds() / kParts / kPieces;
    for (int i = 0; i < kPieces; ++i)
      integral += width * profile.factor(SimTime::from_seconds((static_cast<double>(part * kPieces) + i + 0.5) * width));
    const double expected = kPeriods * rate * integral;
    if (expected < 1e-9) {
      EXPECT_EQ(counts[part], 0) << part;
      continue;
    }
    chi_square += (counts[part] - expected) * (counts[part] - expected) / expected;
  }
  EXPECT_LT(chi_square, most_chi_square);
}

const Schedule kDay{24_s, {{0_s, 0.1}, {7_s, 0.5}, {9_s, 1}, {12_s, 0.6}, {13_s, 1}, {17_s, 0}, {22_s, 0.3}}, Shape::steps};

TEST(Schedule, MakesAPoissonProcessInhomogeneous) {
  // 99.9 % of chi-square with 20 degrees of freedom is 45.3.
  expect_integral(kDay, 100, 45.3, "poisson(100 /s)");
  Schedule linear = kDay;
  linear.shape = Shape::linear;
  expect_integral(linear, 100, 45.3, "poisson(100 /s)");
}

TEST(Schedule, MakesTheNumbersOfArrivalsPoissonToo) {
  // In disjoint parts of time counts are independent and as variable as their mean.
  Processors host{1000};
  const Workload& workload = host.add(open("poisson(50 /s)", kDay));
  host.activate();
  constexpr int kPeriods = 3000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kPeriods; ++i) {
    host.run_until(24_s * i + 8_s);
    const auto before = workload.statistics().arrived();
    host.run_until(24_s * i + 14_s);
    const auto count = static_cast<double>(workload.statistics().arrived() - before);
    sum += count;
    squares += count * count;
  }
  const double mean = sum / kPeriods;
  EXPECT_NEAR(mean, 50 * (0.5 + 3 + 0.6 + 1), 1);
  EXPECT_NEAR((squares / kPeriods - mean * mean) / mean, 1, 3.3 * std::sqrt(2.0 / kPeriods));
}

TEST(Schedule, ScalesRegularArrivalsToo) {
  // The chi-square of what is regular is next to nothing.
  expect_integral(kDay, 100, 0.5, "every(10 ms)");
}

TEST(Schedule, LetsNothingArriveWhereItsFactorIsZero) {
  Processors host{10};
  const Workload& workload = host.add(open("every(10 ms)", {std::nullopt, {{0_s, 0}, {5_s, 2}, {6_s, 0}}, Shape::steps}));
  host.activate();
  host.run_until(5_s);
  EXPECT_EQ(workload.statistics().arrived(), 0U);
  host.run_until(1000_s);
  EXPECT_EQ(workload.statistics().arrived(), 200U);
}

TEST(Schedule, GoesByTheClockOfTheSimulationNotThatOfThePartition) {
  Processors host{10};
  const Workload& workload = host.add(open("every(10 ms)", {std::nullopt, {{0_s, 1}, {5_s, 0.1}}, Shape::steps}));
  host.run_until(5_s);
  host.activate();
  host.run_until(6_s);
  EXPECT_EQ(workload.statistics().arrived(), 10U);
}

TEST(Schedule, DoesNotChangeWhichNumbersAreDrawn) {
  const auto responses = [](Schedule schedule) {
    Processors host{1000};
    const Workload& w =
        host.add({"w", Open{parse_arrivals("every(1 ms)").value(), std::nullopt, {Compute{d("exponential(1 us)")}}, {}, schedule}});
    host.activate();
    while (w.statistics().arrived() < 5000) host.run_until(host.now() + 100_us);
    return w.statistics().response().max();
  };
  EXPECT_EQ(responses({}), responses({1_s, {{0_s, 0.5}, {500_ms, 3}}, Shape::linear}));
}

Config closed(std::uint32_t users, Schedule schedule, SimTime stagger = {}, SimTime start = {}) {
  return {"w", Closed{users, d("1 ms"), {Compute{d("1 ms")}}, {}, stagger, std::move(schedule)}, start};
}

TEST(Users, AreAsManyAsTheScheduleSays) {
  Processors host{1000};
  const Workload& workload = host.add(closed(100, {10_s, {{0_s, 0.2}, {2_s, 1.5}, {4_s, 0}}, Shape::steps}));
  host.activate();
  const auto rate = [&](SimTime from, SimTime to) {
    host.run_until(from);
    const auto before = workload.statistics().completed();
    host.run_until(to);
    return static_cast<double>(workload.statistics().completed() - before) / (to - from).seconds() / 500;  // 500 /s a user
  };
  EXPECT_DOUBLE_EQ(rate(500_ms, 1500_ms), 20);
  EXPECT_DOUBLE_EQ(rate(2500_ms, 3500_ms), 150);
  EXPECT_EQ(rate(4010_ms, 10_s), 0);
  EXPECT_DOUBLE_EQ(rate(10_s + 500_ms, 11_s + 500_ms), 20);
  EXPECT_EQ(host.threads(), 150U);
}

TEST(Users, FollowALineOneByOne) {
  Processors host{1000};
  const Workload& workload = host.add(closed(100, {20_s, {{0_s, 0}, {10_s, 1}}, Shape::linear}));
  host.activate();
  std::uint64_t before = 0;
  for (int i = 0; i < 40; ++i) {
    host.run_until(1_s * (i + 1));
    const auto now = workload.statistics().completed();
    const double middle = 100 * (1 - std::abs(std::fmod(i + 0.5, 20) - 10) / 10);
    EXPECT_NEAR(static_cast<double>(now - before) / 500, middle, 1) << i;
    before = now;
  }
}

TEST(Users, GoHomeOnlyWhenTheirTransactionHasEnded) {
  Processors host{1};
  const Workload& workload = host.add({"w", Closed{3, d("1 ms"), {Compute{d("100 ms")}}, {}, {}, {std::nullopt, {{0_s, 1}, {50_ms, 0}}}}});
  host.activate();
  host.run_until(10_s);
  EXPECT_EQ(workload.statistics().completed(), 3U);
  EXPECT_EQ(workload.statistics().in_system(), 0U);
  EXPECT_EQ(workload.statistics().response().max(), 300_ms);
}

TEST(Users, WhoReturnWhileTheirTransactionLastsSimplyGoOn) {
  Processors host{1};
  const Workload& workload =
      host.add({"w", Closed{1, d("1 ms"), {Compute{d("100 ms")}}, {}, {}, {std::nullopt, {{0_s, 1}, {50_ms, 0}, {60_ms, 1}}}}});
  host.activate();
  host.run_until(1010_ms);
  EXPECT_EQ(workload.statistics().completed(), 10U);
}

TEST(Workload, BeginsAfterItsStartAndThreadByThread) {
  Processors host{100};
  host.add({"spin", Spin{4, 10_ms}, 1_s});
  host.add({"jobs", Batch{100, 4, {Compute{d("5 ms")}}, {}, 10_ms}, 2_s});
  host.add(closed(3, {}, 100_ms, 3_s));
  host.add(open("every(1 ms)", {}, 4_s));
  host.activate();
  host.run_until(1_s - 1_ps);
  EXPECT_EQ(host.busy(), 0U);
  for (std::uint32_t i = 0; i < 6; ++i) {
    host.run_until(1_s + 10_ms * i);
    EXPECT_EQ(host.busy(), std::min(4U, i + 1));
  }
  host.run_until(2_s - 1_ps);
  EXPECT_EQ(host.workloads()[1]->statistics().arrived(), 0U);
  host.run_until(2_s);
  EXPECT_EQ(host.workloads()[1]->statistics().arrived(), 100U);
  EXPECT_EQ(host.busy(), 5U);
  host.run_until(2_s + 30_ms);
  EXPECT_EQ(host.busy(), 8U);
  host.run_until(2900_ms);
  EXPECT_EQ(host.workloads()[1]->statistics().completed(), 100U);
  EXPECT_EQ(host.workloads()[1]->statistics().response().max(), 140_ms) << "500 ms of work and 60 ms lost to staggering, on 4 threads";
  for (std::uint32_t i = 0; i < 5; ++i) {
    host.run_until(3_s + 1500_us + 100_ms * i);
    EXPECT_EQ(host.busy(), 4 + std::min(i + 1, 3U)) << "the users compute in step";
  }
  host.run_until(4_s);
  EXPECT_EQ(host.workloads()[3]->statistics().arrived(), 0U);
  host.run_until(4_s + 1_ms);
  EXPECT_EQ(host.workloads()[3]->statistics().arrived(), 1U);
}

TEST(Workload, GivesItsThreadsItsNiceValue) {
  Processors host{4};
  host.add({"spin", Spin{2}, {}, 19});
  host.add({"w", Batch{1, 1, {Parallel{{{Compute{d("1 ms")}}}}}}, {}, -20});
  host.activate();
  host.run_until(1_s);
  EXPECT_EQ(host.nice(0), 19);
  EXPECT_EQ(host.nice(2), -20);
  EXPECT_EQ(host.nice(3), -20) << "of a branch too";
}

TEST(Workload, LosesNoTransactionWhateverHappensToThePartition) {
  const Transaction everything{Compute{d("exponential(200 us)")}, Sleep{d("uniform(0 us, 1 ms)")},
                               Parallel{{{Compute{d("300 us")}}, {Locked{"lock", d("20 us"), d("10 us")}, Sleep{d("exponential(1 ms)")}}}}};
  const std::vector<Kind> mix{{"a", 0.5, everything}, {"b", 0.5, {Compute{d("exponential(1 ms)")}}}};
  const Schedule schedule{200_ms, {{10_ms, 0}, {100_ms, 3}}, Shape::linear};
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Processors host{40};
    host.add({"open", Open{parse_arrivals("poisson(500 /s)").value(), 5, {}, mix, schedule}, 3_ms}, seed);
    host.add({"closed", Closed{6, d("exponential(3 ms)"), {}, mix, 1_ms, schedule}}, seed);
    host.add({"batch", Batch{50, 3, {}, mix, 2_ms}}, seed);
    host.add({"recording", Recording{{{0_s, 1.5}, {30_ms, 0}, {50_ms, 4}}, 2, 7_ms, true}}, seed);
    host.add({"spin", Spin{1, 1_ms}, 1_ms}, seed);
    RandomStream random{seed, "platform"};
    bool active = false;
    SimTime now;
    for (int i = 0; i < 400; ++i) {
      if (!active || random.uniform() < 0.05) {
        active ? host.deactivate() : host.activate();
        active = !active;
      }
      now += SimTime::from_us(static_cast<std::int64_t>(random.uniform() * 10'000));
      host.run_until(now);
      for (const auto& workload : host.workloads()) {
        const Statistics& s = workload->statistics();
        ASSERT_EQ(s.arrived(), s.completed_total() + s.in_system() + s.dropped()) << workload->name();
        std::uint64_t completed = 0;
        for (const auto& kind : workload->kinds()) {
          ASSERT_EQ(kind.statistics.arrived(), kind.statistics.completed_total() + kind.statistics.in_system() + kind.statistics.dropped());
          completed += kind.statistics.completed_total();
        }
        ASSERT_EQ(completed, workload->kinds().empty() ? 0 : s.completed_total());
      }
    }
    for (std::size_t i = 0; i < 4; ++i) EXPECT_GT(host.workloads()[i]->statistics().completed_total(), 50U) << host.workloads()[i]->name();
  }
}

}  // namespace
}  // namespace lparsim::workload

// Long runs of mixes and random times against what theory says, and what another policy may change.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "lpars/workload/testing/processors.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using testing::Processors;

Distribution d(std::string_view text) {
  return parse_distribution(text).value();
}
Transaction steps(std::string_view first, std::string_view second) {
  return {Compute{d(first)}, Compute{d(second)}};
}
const std::vector<Kind> kMix{{"read", 0.7, steps("exponential(1 ms)", "1 us")},
                             {"write", 0.25, {Compute{d("uniform(1 ms, 3 ms)")}}},
                             {"report", 0.05, {Compute{d("lognormal(5 ms, 1)")}}}};

TEST(Mix, HasTheProportionsOfItsProbabilities) {
  Processors host{64};
  const Workload& workload = host.add({"w", Open{parse_arrivals("poisson(1000 /s)").value(), std::nullopt, {}, kMix}});
  host.activate();
  host.run_until(SimTime::from_s(300));
  const auto all = static_cast<double>(workload.statistics().arrived());
  double chi_square = 0;
  double sum = 0;
  ASSERT_EQ(workload.kinds().size(), 3U);
  for (std::size_t k = 0; k < 3; ++k) {
    const auto count = static_cast<double>(workload.kinds()[k].statistics.arrived());
    const double expected = all * kMix[k].probability;
    chi_square += (count - expected) * (count - expected) / expected;
    sum += count;
  }
  EXPECT_EQ(sum, all);
  EXPECT_LT(chi_square, 13.8) << "99.9 % of chi-square with 2 degrees of freedom";
  EXPECT_EQ(workload.kinds()[0].name, "read");
  EXPECT_NEAR(workload.kinds()[1].statistics.response().mean().milliseconds(), 2, 0.01);
  EXPECT_NEAR(workload.kinds()[2].statistics.response().mean().milliseconds(), 5, 0.15);
}

/// Kolmogorov-Smirnov's distance of the samples from a distribution function.
template <class F>
double distance(std::vector<double> samples, F function) {
  std::ranges::sort(samples);
  const auto n = static_cast<double>(samples.size());
  double most = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double f = function(samples[i]);
    most = std::max({most, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  return most;
}

/// Every demand of the jobs of a batch but the first, in ms and in their order.
std::vector<double> demands(std::string_view distribution, std::uint64_t count) {
  Processors host{1};
  host.add({"w", Batch{count + 1, 1, {Compute{d(distribution)}}}});
  std::vector<double> out;
  host.watch = [&](ThreadId, const Activity& activity, SimTime) {
    if (activity.kind == Activity::Kind::compute) out.push_back(activity.demand.milliseconds());
  };
  host.activate();
  host.run_until(SimTime::from_s(10'000));
  return out;
}

TEST(Demands, FollowTheirDistributionOverLongRuns) {
  constexpr std::uint64_t kCount = 200'000;
  const double limit = 1.95 / std::sqrt(static_cast<double>(kCount));  // 99.9 % of Kolmogorov's distribution
  const auto exponential = demands("exponential(1 ms)", kCount);
  ASSERT_EQ(exponential.size(), kCount);
  EXPECT_LT(distance(exponential, [](double x) { return 1 - std::exp(-x); }), limit);
  EXPECT_LT(distance(demands("uniform(1 ms, 3 ms)", kCount), [](double x) { return std::clamp((x - 1) / 2, 0.0, 1.0); }), limit);
  EXPECT_LT(distance(demands("erlang(3, 3 ms)", kCount), [](double x) { return 1 - std::exp(-x) * (1 + x + x * x / 2); }), limit);
  EXPECT_LT(distance(demands("lognormal(1 ms, 1)", kCount),
                     [](double x) { return 0.5 * std::erfc(-(std::log(x) + std::log(2.0) / 2) / std::sqrt(2 * std::log(2.0))); }),
            limit);
  // Balanced means: both branches give half of the time.
  const double p = 0.5 * (1 + std::sqrt(3.0 / 5));
  EXPECT_LT(distance(demands("hyperexponential(1 ms, 2)", kCount),
                     [&](double x) { return 1 - p * std::exp(-2 * p * x) - (1 - p) * std::exp(-2 * (1 - p) * x); }),
            limit);
}

TEST(Demands, OfNeighbouringTransactionsAreIndependent) {
  const auto samples = demands("uniform(0 ms, 1 ms)", 200'000);
  double products = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) products += (samples[i] - 0.5) * (samples[i - 1] - 0.5);
  EXPECT_NEAR(products / static_cast<double>(samples.size()), 0, 3.3 / 12 / std::sqrt(200'000.0));
}

/// What all transactions compute after their first steps, in order of size.
std::vector<SimTime> sorted_demands(const Config& config, std::uint32_t processors, bool newest_first) {
  Processors host{processors};
  host.newest_first = newest_first;
  host.add(config);
  std::vector<SimTime> out;
  host.watch = [&](ThreadId, const Activity& activity, SimTime) {
    if (activity.kind == Activity::Kind::compute) out.push_back(activity.demand);
  };
  host.activate();
  host.run_until(SimTime::from_s(20));
  std::ranges::sort(out);
  return out;
}

TEST(CommonRandomNumbers, GiveEachTransactionTheSameWhateverTheOrder) {
  // The second steps are what the guest is told when a thread asks; all transactions are over at the end.
  const Config open{
      "w", Open{parse_arrivals("poisson(150 /s)").value(),
                std::nullopt,
                {},
                {{"a", 0.5, steps("exponential(1 ms)", "exponential(2 ms)")},
                 {"b", 0.5, {Compute{d("1 ms")}, Parallel{{steps("1 ms", "uniform(0 ms, 3 ms)"), steps("2 ms", "exponential(1 ms)")}}}}},
                {std::nullopt, {{0_s, 1}, {10_s, 0}}, Schedule::Shape::steps}}};
  const auto fifo = sorted_demands(open, 1, false);
  EXPECT_GT(fifo.size(), 1500U);
  EXPECT_EQ(fifo, sorted_demands(open, 1, true));
  EXPECT_EQ(fifo, sorted_demands(open, 7, true));
}

TEST(CommonRandomNumbers, GiveEachUserTheSameThoughtsAndDemandsInTheirOrder) {
  const auto run = [](bool newest_first) {
    Processors host{2};
    host.newest_first = newest_first;
    host.add({"w", Closed{5, d("exponential(10 ms)"), steps("exponential(3 ms)", "exponential(3 ms)")}});
    std::map<std::uint32_t, std::vector<SimTime>> by_user;
    host.watch = [&](ThreadId thread, const Activity& activity, SimTime) {
      if (activity.kind == Activity::Kind::compute) by_user[static_cast<std::uint32_t>(thread)].push_back(activity.demand);
    };
    host.activate();
    host.run_until(SimTime::from_s(10));
    for (auto& [user, demands_of_user] : by_user) {
      EXPECT_GT(demands_of_user.size(), 200U);
      demands_of_user.resize(200);
    }
    return by_user;
  };
  EXPECT_EQ(run(false), run(true));
}

TEST(CommonRandomNumbers, AreLeftAloneByTheProbabilitiesOfOtherKinds) {
  const auto kind = [](double first, double second) {
    Processors host{64};
    const Workload& w = host.add({"w", Open{parse_arrivals("poisson(500 /s)").value(),
                                            std::nullopt,
                                            {},
                                            {{"a", 0.3, steps("exponential(1 ms)", "1 us")},
                                             {"b", first, steps("2 ms", "1 us")},
                                             {"c", second, steps("3 ms", "1 us")}}}});
    host.activate();
    host.run_until(SimTime::from_s(50));
    return std::pair{w.kinds()[0].statistics.completed(), w.kinds()[0].statistics.response().mean()};
  };
  EXPECT_EQ(kind(0.5, 0.2), kind(0.1, 0.6));
}

}  // namespace
}  // namespace lparsim::workload

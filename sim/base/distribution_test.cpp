#include "sim/base/distribution.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace lparsim {
namespace {

using namespace literals;

TEST(Distribution, SamplesHaveTheMeanAndTheSpreadThatAreStated) {
  for (const auto* text :
       {"5 ms", "exponential(2 ms)", "uniform(1 ms, 3 ms)", "normal(5 ms, 1 ms)", "normal(1 ms, 2 ms)", "lognormal(5 ms, 1.5)",
        "erlang(4, 2 ms)", "erlang(1000, 2 ms)", "hyperexponential(2 ms, 3)", "hyperexponential(2 ms, 1)", "normal(3 ms, 0 ms)"}) {
    const auto distribution = parse_distribution(text).value();
    RandomStream stream{3, text};
    constexpr int kDraws = 100'000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double x = distribution.sample(stream).seconds();
      ASSERT_GE(x, 0);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / kDraws;
    const double cv = std::sqrt(std::max(0.0, squares / kDraws - mean * mean)) / mean;
    EXPECT_NEAR(mean / distribution.mean().seconds(), 1, 0.02) << text;
    EXPECT_NEAR(cv, distribution.cv(), 0.02 + 0.06 * distribution.cv()) << text;
  }
}

TEST(Distribution, AConstantIsExactAndDrawsNothing) {
  const auto constant = parse_distribution("1.000001 s").value();
  RandomStream used{1, "x"};
  RandomStream unused{1, "x"};
  EXPECT_EQ(constant.sample(used), 1'000'001_us);
  EXPECT_EQ(used.bits(), unused.bits());
}

TEST(Distribution, CyclesBecomeATimeAtAClockRate) {
  const auto cycles = parse_distribution("exponential(7.6 Mcycles)").value();
  EXPECT_TRUE(cycles.in_cycles());
  EXPECT_EQ(cycles.at(Hertz{3.8e9}).mean(), 2_ms);
  EXPECT_EQ(parse_distribution("uniform(3.8 Gcycles, 7.6 Gcycles)")->at(Hertz{3.8e9}).mean(), 1500_ms);
  const auto time = parse_distribution("2 ms").value();
  EXPECT_FALSE(time.in_cycles());
  EXPECT_EQ(time.at(Hertz{1e9}).mean(), 2_ms);
}

TEST(Distribution, ALongestSampleStillFitsItsType) {
  RandomStream stream{1, "x"};
  const auto extreme = parse_distribution("lognormal(100 d, 1000)").value();
  for (int i = 0; i < 10'000; ++i) ASSERT_GE(extreme.sample(stream), 0_ps);
}

TEST(Distribution, SaysWhatIsWrongInOneSentence) {
  const auto error = [](std::string_view text) {
    return parse_distribution(text).error();
  };
  EXPECT_EQ(error("erlang(0, 2 ms)"), "erlang needs a whole number of phases from 1 to 1000; \"0\" is not");
  EXPECT_EQ(error("erlang(2.5, 2 ms)"), "erlang needs a whole number of phases from 1 to 1000; \"2.5\" is not");
  EXPECT_EQ(error("hyperexponential(2 ms, 0.5)"), "hyperexponential needs a coefficient of variation from 1 to 1000; \"0.5\" is not");
  EXPECT_EQ(error("lognormal(2 ms, nan)"), "lognormal needs a coefficient of variation from 0 to 1000; \"nan\" is not");
  EXPECT_EQ(error("uniform(3 ms, 1 ms)"), "uniform needs its least value first; 3 ms is more than 1 ms");
  EXPECT_EQ(error("uniform(3 ms, 5 cycles)"), "uniform needs its least and its greatest value both in time or both in cycles");
  EXPECT_EQ(error("exponential(2 ms, 3 ms)"), "exponential takes 1 argument: exponential(mean)");
  EXPECT_EQ(error("exponential(2)"),
            "exponential needs its mean with a unit; `2` has no unit; allowed: a time such as `10 ms` (ns, us, ms, s, min, h, d)");
  EXPECT_EQ(error("5"), "`5` has no unit; allowed: a time such as `10 ms` (ns, us, ms, s, min, h, d)");
  EXPECT_THAT(error("gauss(1 ms)"), testing::StartsWith("\"gauss\" is not a distribution; write a value such as 5 ms, exponential(mean)"));
  for (const auto* text : {"", "(", ")", "exponential(", "exponential)", "exponential()", "exponential(2 ms) x",
                           "exponential(exponential(2 ms))", "(2 ms)", "2 ms, 3 ms", ",", "normal(,)", "erlang(99999999999, 1 ms)"}) {
    EXPECT_FALSE(parse_distribution(text)) << text;
  }
}

TEST(Arrivals, ReadsRatesPeriodsAndGaps) {
  EXPECT_EQ(parse_arrivals("poisson(200 /s)")->mean(), 5_ms);
  EXPECT_EQ(parse_arrivals("poisson(200 /s)")->cv(), 1);
  EXPECT_EQ(parse_arrivals("every(10 ms)")->mean(), 10_ms);
  EXPECT_EQ(parse_arrivals("every(10 ms)")->cv(), 0);
  EXPECT_EQ(parse_arrivals("erlang(4, 10 ms)")->cv(), 0.5);
}

TEST(Arrivals, RejectsWhatWouldStopTimeOrHasNoRate) {
  EXPECT_EQ(parse_arrivals("every(0 ms)").error(), "arrivals need a gap longer than 0");
  EXPECT_EQ(parse_arrivals("5 Mcycles").error(), "arrivals are apart by a time, not by cycles");
  EXPECT_EQ(parse_arrivals("poisson(0 /s)").error(), "poisson needs a rate of at least 0.000001 /s");
  EXPECT_FALSE(parse_arrivals("poisson(200)"));
  EXPECT_FALSE(parse_arrivals("poisson(1 /s, 2 /s)"));
  EXPECT_FALSE(parse_arrivals("every(1 ms, 2 ms)"));
  EXPECT_FALSE(parse_arrivals("sometimes"));
}

}  // namespace
}  // namespace lparsim

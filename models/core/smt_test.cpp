#include "models/core/smt.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

namespace lparsim::core {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

SmtThroughput table(const std::vector<double>& figures) {
  const auto made = SmtThroughput::from_table(figures);
  EXPECT_TRUE(made) << made.error();
  return made.value_or(SmtThroughput{});
}
std::string problem(const std::vector<double>& figures) {
  const auto made = SmtThroughput::from_table(figures);
  return made ? "" : made.error();
}

TEST(Smt, GivesTheTablesFiguresForOneTwoFourAndEightBusyThreads) {
  const auto smt = table({1, 1.45, 1.89, 2.0});
  EXPECT_EQ(smt.ppm(0), 0);
  EXPECT_EQ(smt.ppm(1), 1'000'000);
  EXPECT_EQ(smt.ppm(2), 1'450'000);
  EXPECT_EQ(smt.ppm(4), 1'890'000);
  EXPECT_EQ(smt.ppm(8), 2'000'000);
}

TEST(Smt, InterpolatesBetweenTheTablesFiguresAndHoldsTheLast) {
  const auto eight = table({1, 1.45, 1.89, 2.0});
  EXPECT_EQ(eight.ppm(3), 1'670'000);
  EXPECT_EQ(eight.ppm(5), 1'917'500);
  EXPECT_EQ(eight.ppm(6), 1'945'000);
  EXPECT_EQ(eight.ppm(7), 1'972'500);
  const auto two = table({1, 1.4});
  for (std::uint32_t busy = 2; busy <= 8; ++busy) EXPECT_EQ(two.ppm(busy), 1'400'000);
}

TEST(Smt, WithoutATableMoreBusyThreadsGainNothing) {
  constexpr SmtThroughput none;
  for (std::uint32_t busy = 1; busy <= 8; ++busy) {
    EXPECT_EQ(none.ppm(busy), 1'000'000);
    EXPECT_EQ(none.thread_ppm(busy), 1'000'000 / busy);
  }
  EXPECT_EQ(none, table({1}));
}

TEST(Smt, RefusesATableThatNoCoreCouldHave) {
  EXPECT_THAT(problem({}), HasSubstr("0 figures; allowed:"));
  EXPECT_THAT(problem({1, 1.1, 1.2, 1.3, 1.4}), StartsWith("5 figures; allowed:"));
  EXPECT_THAT(problem({1.1, 1.4}), StartsWith("1.1 for one busy thread; allowed: 1"));
  EXPECT_THAT(problem({1, 1.4, 1.3}), StartsWith("1.3 for 4 busy threads is less than for 2; allowed: at least 1.4"));
  EXPECT_THAT(problem({1, 2.1}), StartsWith("2.1 for 2 busy threads would make each of them faster than one alone; allowed: at most 2"));
  EXPECT_THAT(problem({1, 1.4, 3}), HasSubstr("faster than each of 2; allowed: at most 2.8"));
  EXPECT_THAT(problem({1, std::nan("")}), HasSubstr("nan for 2 busy threads"));
  EXPECT_EQ(problem({1, 2, 4, 8}), "");
}

TEST(Smt, EveryGenerationHasAFigureForEachCountOfThreadsAndASource) {
  for (const Generation generation : kGenerations) {
    const auto& facts = generation_facts(generation);
    const auto figures = smt_figures(generation);
    ASSERT_FALSE(figures.empty()) << facts.name;
    EXPECT_EQ(figures.back().threads, facts.most_threads_per_core) << facts.name;
    const SmtThroughput smt = smt_throughput(generation);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      EXPECT_EQ(figures[i].threads, SmtThroughput::kTableThreads[i]) << facts.name;
      EXPECT_FALSE(figures[i].source.empty()) << facts.name;
      EXPECT_EQ(smt.ppm(figures[i].threads), std::llround(figures[i].throughput * 1e6)) << facts.name;
    }
  }
}

TEST(Smt, MoreBusyThreadsNeverSlowTheCoreNorSpeedUpAThread) {
  for (const Generation generation : kGenerations) {
    const SmtThroughput smt = smt_throughput(generation);
    for (std::uint32_t busy = 2; busy <= SmtThroughput::kMostThreads; ++busy) {
      EXPECT_GE(smt.ppm(busy), smt.ppm(busy - 1)) << generation_facts(generation).name << ", " << busy << " threads";
      EXPECT_LE(smt.thread_ppm(busy), smt.thread_ppm(busy - 1)) << generation_facts(generation).name << ", " << busy << " threads";
    }
  }
}

struct Published {
  std::uint32_t busy;
  double utilization;
};

// What AIX shows of a core with so many busy threads: zoltannyiri.wordpress.com, 2017-02-28 and 2017-03-26.
TEST(Smt, BusyThreadsShareOfThePurrIsThePublishedUtilizationOfPower7AndPower8) {
  for (const auto& [busy, utilization] : {Published{1, .625}, Published{2, .875}, Published{4, 1.0}})
    EXPECT_EQ(smt_throughput(Generation::power7).busy_purr_ppm(busy, 4), std::llround(utilization * 1e6)) << busy;
  for (const auto& [busy, utilization] : {Published{1, .50}, Published{2, .73}, Published{4, .95}, Published{8, 1.0}})
    EXPECT_NEAR(static_cast<double>(smt_throughput(Generation::power8).busy_purr_ppm(busy, 8)), utilization * 1e6, 5'000) << busy;
}

// Per-thread performance 1, .73, .47 and .25 of one thread alone: the same article on POWER8.
TEST(Smt, SpeedOfAThreadIsThePublishedOneOfPower8) {
  const SmtThroughput smt = smt_throughput(Generation::power8);
  EXPECT_EQ(smt.thread_ppm(1), 1'000'000);
  EXPECT_NEAR(static_cast<double>(smt.thread_ppm(2)), .73e6, 5'000);
  EXPECT_NEAR(static_cast<double>(smt.thread_ppm(4)), .47e6, 5'000);
  EXPECT_NEAR(static_cast<double>(smt.thread_ppm(8)), .25e6, 5'000);
}

// Simulated in the same article for an LPAR of 8 POWER7 cores: 8 hogs, one a core, keep it 62.5 % busy, 16 hogs 7.0 of its 8 cores.
TEST(Smt, EightAndSixteenHogsKeepEightPower7CoresAsBusyAsPublished) {
  const SmtThroughput smt = smt_throughput(Generation::power7);
  EXPECT_EQ(8 * smt.busy_purr_ppm(1, 4), 5'000'000);
  EXPECT_EQ(8 * smt.busy_purr_ppm(2, 4), 7'000'000);
}

TEST(Smt, AFullCoreIsWhollyBusyInEveryMode) {
  for (const Generation generation : kGenerations) {
    for (const SmtFigure& figure : smt_figures(generation))
      EXPECT_EQ(smt_throughput(generation).busy_purr_ppm(figure.threads, figure.threads), 1'000'000);
  }
  EXPECT_EQ(smt_throughput(Generation::power7).busy_purr_ppm(0, 4), 0);
}

}  // namespace
}  // namespace lparsim::core

#include "lpars/workload/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/base/random.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using Shape = Schedule::Shape;

const Schedule kSteps{10_s, {{0_s, 0.5}, {4_s, 2}, {6_s, 0}}, Shape::steps};
const Schedule kLinear{10_s, {{2_s, 0}, {6_s, 2}}, Shape::linear};

TEST(Profile, WithoutPointsIsOne) {
  const Profile profile{Schedule{}};
  EXPECT_TRUE(profile.constant());
  EXPECT_EQ(profile.factor(3_s), 1);
  EXPECT_EQ(profile.after(3_s, 7_ps), 3_s + 7_ps);
  EXPECT_EQ(profile.next_change(0_s, 5, 5).at, SimTime::never());
}

TEST(Profile, OfStepsHoldsEachFactorUntilTheNextPoint) {
  const Profile profile{kSteps};
  EXPECT_EQ(profile.factor(0_s), 0.5);
  EXPECT_EQ(profile.factor(4_s - 1_ps), 0.5);
  EXPECT_EQ(profile.factor(4_s), 2);
  EXPECT_EQ(profile.factor(9_s), 0);
  EXPECT_EQ(profile.factor(14_s), 2) << "the next period";
  EXPECT_EQ(profile.greatest(), 2);
}

TEST(Profile, OfLinesMovesFromPointToPointAndOverTheEndOfThePeriod) {
  const Profile profile{kLinear};
  EXPECT_DOUBLE_EQ(profile.factor(4_s), 1);
  EXPECT_DOUBLE_EQ(profile.factor(6_s), 2);
  EXPECT_DOUBLE_EQ(profile.factor(9_s), 1) << "from 2 at 6 s to 0 at 12 s";
  EXPECT_DOUBLE_EQ(profile.factor(10_s), 2.0 / 3);
  EXPECT_DOUBLE_EQ(profile.factor(1_s), 1.0 / 3);
}

TEST(Profile, WithoutAPeriodKeepsTheFirstAndTheLastFactor) {
  const Profile profile{{std::nullopt, {{2_s, 3}, {6_s, 1}}, Shape::linear}};
  EXPECT_EQ(profile.factor(0_s), 3);
  EXPECT_DOUBLE_EQ(profile.factor(4_s), 2);
  EXPECT_EQ(profile.factor(SimTime::from_s(8'000'000)), 1);
}

TEST(Profile, StretchesGapsExactly) {
  const Profile steps{kSteps};
  EXPECT_EQ(steps.after(0_s, 1_s), 2_s);
  EXPECT_EQ(steps.after(0_s, 2_s), 4_s);
  EXPECT_EQ(steps.after(0_s, 4_s), 5_s);
  EXPECT_EQ(steps.after(5_s, 3_s), 12_s) << "over the time without any";
  EXPECT_EQ(steps.after(7_s, 4_s + 6_s * 100'000 - 1_s), 10_s * 100'000 + 14_s + 500_ms) << "many periods at once";
  const Profile linear{kLinear};
  EXPECT_EQ(linear.after(2_s, 1_s), 4_s) << "from 0: 2 t^2 / 8";
  EXPECT_EQ(linear.after(2_s, 4_s), 6_s);
  EXPECT_EQ(linear.after(6_s, 4_s + 500_ms), 9_s + 0_ps) << "as much again until 12 s would be 6 s";
}

TEST(Profile, NeverEndsAGapWhenNothingComesAnyMore) {
  const Profile profile{{std::nullopt, {{0_s, 1}, {5_s, 0}}, Shape::steps}};
  EXPECT_EQ(profile.after(0_s, 5_s - 1_ps), 5_s - 1_ps);
  EXPECT_EQ(profile.after(0_s, 6_s), SimTime::never());
  EXPECT_EQ(profile.after(7_s, 1_ps), SimTime::never());
  const Profile faint{{1_s, {{0_s, 1e-12}}, Shape::steps}};
  EXPECT_EQ(faint.after(0_s, SimTime::from_s(500'000)), SimTime::never()) << "beyond all time";
}

/// One-line oracle: the integral by the trapezoid rule in small steps.
double integral(const Profile& profile, SimTime from, SimTime to) {
  constexpr int kPieces = 4'000;
  double sum = 0;
  for (int i = 0; i < kPieces; ++i)
    sum += profile.factor(from + SimTime::from_ps((to - from).ps() / kPieces * i + (to - from).ps() / kPieces / 2));
  return sum * (to - from).seconds() / kPieces;
}

TEST(Profile, AgreesWithItsIntegralOnRandomSchedules) {
  RandomStream random{1, "schedules"};
  for (int round = 0; round < 300; ++round) {
    Schedule schedule;
    const auto points = 1 + static_cast<int>(random.uniform() * 6);
    SimTime at;
    for (int i = 0; i < points; ++i) {
      at += SimTime::from_ms(1 + static_cast<std::int64_t>(random.uniform() * 3000));
      schedule.points.push_back({at, i == 0 || random.uniform() < 0.7 ? 0.1 + 3 * random.uniform() : 0});
    }
    schedule.period = at + SimTime::from_ms(1 + static_cast<std::int64_t>(random.uniform() * 3000));
    schedule.shape = random.uniform() < 0.5 ? Shape::steps : Shape::linear;
    ASSERT_FALSE(problem_of(schedule));
    const Profile profile{schedule};
    const SimTime from = SimTime::from_ms(static_cast<std::int64_t>(random.uniform() * 20'000));
    const SimTime gap = SimTime::from_ms(1 + static_cast<std::int64_t>(random.uniform() * 20'000));
    const SimTime to = profile.after(from, gap);
    ASSERT_GE(to, from);
    ASSERT_NEAR(integral(profile, from, to), gap.seconds(), 0.01 * gap.seconds() + 0.02) << round;
    // In two parts it comes to the same time.
    const SimTime half = profile.after(from, gap / 2);
    ASSERT_NEAR(static_cast<double>(profile.after(half, gap - gap / 2).ps()), static_cast<double>(to.ps()), 1000) << round;
  }
}

TEST(Profile, NamesEveryChangeOfAShare) {
  const Profile steps{kSteps};
  const auto first = steps.next_change(0_s, 5, 10);
  EXPECT_EQ(first.at, 4_s);
  EXPECT_EQ(first.share, 20U);
  const auto third = steps.next_change(6_s, 0, 10);
  EXPECT_EQ(third.at, 10_s);
  EXPECT_EQ(third.share, 5U);

  const Profile linear{kLinear};
  SimTime now;
  std::uint32_t present = Profile::share(10, linear.factor(now));
  int changes = 0;
  for (; changes < 400; ++changes) {
    const auto change = linear.next_change(now, present, 10);
    ASSERT_GT(change.at, now);
    ASSERT_LT(change.at, now + 10_s);
    ASSERT_EQ(std::max(change.share, present) - std::min(change.share, present), 1U);
    ASSERT_EQ(Profile::share(10, linear.factor(change.at + 10_ps)), change.share) << change.at.ps();
    ASSERT_EQ(Profile::share(10, linear.factor(change.at - 10_ps)), present) << change.at.ps();
    now = change.at;
    present = change.share;
  }
  EXPECT_EQ(now / 10_s, 9) << "40 changes a period";
}

TEST(Schedule, SaysWhatIsWrongAndWhere) {
  const auto key = [](const Schedule& schedule) {
    const auto problem = problem_of(schedule);
    return problem ? problem->key : "";
  };
  EXPECT_EQ(key(kSteps), "");
  EXPECT_EQ(key({10_s, {{3_s, 1}, {2_s, 1}}}), "points.1.at");
  EXPECT_EQ(key({10_s, {{10_s, 1}}}), "points.0.at");
  EXPECT_EQ(key({10_us, {{0_s, 1}}}), "period");
  EXPECT_EQ(key({10_s, {{0_s, -1}}}), "points.0.factor");
  EXPECT_EQ(key({10_s, {{0_s, std::nan("")}}}), "points.0.factor");
  EXPECT_EQ(key({10_s, {{0_s, 0}, {1_s, 0}}}), "points");
}

}  // namespace
}  // namespace lparsim::workload

#include "gui/timeline/geometry.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lparsim::gui {
namespace {

using namespace literals;

const TimeRange kDays{0_s, 86400_s * 100};

/// Windows of all lengths from a nanosecond to the limits, anywhere in them.
TimeRange anyWindow(std::mt19937_64& random, TimeRange limits) {
  const double most = std::log(static_cast<double>((limits.end - limits.begin).ps()));
  const double length = std::exp(std::uniform_real_distribution{std::log(1000.0), most}(random));
  const double begin = std::uniform_real_distribution{0.0, std::exp(most) - length}(random);
  const SimTime from = limits.begin + SimTime::from_ps(static_cast<std::int64_t>(begin));
  return fitted({from, from + SimTime::from_ps(static_cast<std::int64_t>(length))}, limits);
}

TEST(TimeScale, LeadsFromPixelToTimeAndBackAtAnyZoom) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 2000; ++i) {
    const TimeRange window = anyWindow(random, kDays);
    const TimeScale scale{window, 190, 1210};
    const double x = std::uniform_real_distribution{190.0, 1400.0}(random);
    // A picosecond is rounded; more is lost nowhere.
    EXPECT_NEAR(scale.xOf(scale.timeAt(x)), x, 0.5 * scale.widthOf(1_ps) + 1e-6);
    EXPECT_DOUBLE_EQ(scale.xOf(window.begin), 190);
    EXPECT_NEAR(scale.xOf(window.end), 1400, 1e-9);
    EXPECT_EQ(scale.timeAt(190), window.begin);
    EXPECT_EQ(scale.timeAt(1400), window.end);
  }
}

TEST(TimeScale, IsExactToThePicosecondDaysIntoARun) {
  const SimTime late = 86400_s * 99 + 7_ps;
  const TimeScale scale{{late, late + 1_ns}, 0, 1000};
  for (int ps = 0; ps <= 1000; ++ps) {
    EXPECT_DOUBLE_EQ(scale.xOf(late + SimTime::from_ps(ps)), ps);
    EXPECT_EQ(scale.timeAt(ps), late + SimTime::from_ps(ps));
  }
}

TEST(Zooming, LeavesTheAnchorWhereItIs) {
  std::mt19937_64 random{2};
  for (int i = 0; i < 2000; ++i) {
    const TimeRange window = anyWindow(random, kDays);
    const double x = std::uniform_real_distribution{0.0, 1000.0}(random);
    const SimTime anchor = TimeScale{window, 0, 1000}.timeAt(x);
    const TimeRange nearer = zoomed(window, 0.8, anchor, kDays);
    const double pixel = TimeScale{nearer, 0, 1000}.widthOf(1_ps);
    EXPECT_NEAR(TimeScale(nearer, 0, 1000).xOf(anchor), TimeScale(window, 0, 1000).xOf(anchor), std::max(1e-6, 1.5 * pixel));
    EXPECT_GE(nearer.begin, window.begin);
    EXPECT_LE(nearer.end, window.end);
    EXPECT_GE(nearer.end - nearer.begin, 1_ns);
  }
}

TEST(Zooming, ManyStepsAndAsManyBackLeadToTheVeryWindow) {
  std::mt19937_64 random{3};
  for (int i = 0; i < 200; ++i) {
    const TimeRange start = anyWindow(random, kDays);
    const double x = std::uniform_real_distribution{0.0, 1000.0}(random);
    const SimTime anchor = TimeScale{start, 0, 1000}.timeAt(x);
    ZoomGesture gesture;
    TimeRange window = start;
    int steps = 0;
    while (window.end - window.begin > 1_ns && steps < 500) {
      window = gesture.by(1, TimeScale{window, 0, 1000}.timeAt(x), x, window, kDays);
      ++steps;
      EXPECT_EQ(gesture.continues(), steps > 1);
    }
    EXPECT_EQ(window.end - window.begin, 1_ns);
    EXPECT_NEAR(static_cast<double>((anchor - window.begin).ps()), x, 1.5);
    // At the shortest, further steps do not count.
    window = gesture.by(1, anchor, x, window, kDays);
    for (int back = 0; back < steps; ++back) window = gesture.by(-1, TimeScale{window, 0, 1000}.timeAt(x), x, window, kDays);
    EXPECT_EQ(window, start) << steps;
  }
}

TEST(Zooming, AnotherPlaceIsAnotherGesture) {
  ZoomGesture gesture;
  TimeRange window{0_s, 10_s};
  window = gesture.by(1, 5_s, 500, window, kDays);
  EXPECT_FALSE(gesture.continues());
  window = gesture.by(1, 5_s, 500, window, kDays);
  EXPECT_TRUE(gesture.continues());
  window = gesture.by(1, 6_s, 700, window, kDays);
  EXPECT_FALSE(gesture.continues());
  gesture.by(1, 6_s, 700, {1_s, 2_s}, kDays);
  EXPECT_FALSE(gesture.continues());
}

TEST(Zooming, OutEndsAtTheLimits) {
  ZoomGesture gesture;
  const TimeRange limits{0_s, 20_s};
  TimeRange window{4_s, 5_s};
  for (int i = 0; i < 60; ++i) window = gesture.by(-1, 4500_ms, 500, window, limits);
  EXPECT_EQ(window, limits);
  // Those beyond the limits did not count: the way back begins at once.
  EXPECT_LT((gesture.by(1, 4500_ms, 500, window, limits).end - SimTime{}).ps(), (20_s).ps());
}

TEST(Panning, KeepsTheLengthAndStaysInside) {
  std::mt19937_64 random{4};
  for (int i = 0; i < 2000; ++i) {
    const TimeRange window = anyWindow(random, kDays);
    const auto by = SimTime::from_ps(static_cast<std::int64_t>(random()));
    const TimeRange moved = panned(window, by, kDays);
    EXPECT_EQ(moved.end - moved.begin, window.end - window.begin);
    EXPECT_GE(moved.begin, kDays.begin);
    EXPECT_LE(moved.end, kDays.end);
  }
  EXPECT_EQ(panned({2_s, 3_s}, 4_s, {0_s, 10_s}), (TimeRange{6_s, 7_s}));
}

TEST(Around, PutsAThingInTheMiddle) {
  const TimeRange window = around({4_s, 6_s}, 0.5, {0_s, 10_s});
  EXPECT_EQ(window, (TimeRange{3_s, 7_s}));
  // At the edge the window is moved inside, and what has no length is shown as near as can be.
  EXPECT_EQ(around({0_s, 2_s}, 0.5, {0_s, 10_s}), (TimeRange{0_s, 4_s}));
  EXPECT_EQ(around({5_s, 5_s}, 0.5, {0_s, 10_s}).end - around({5_s, 5_s}, 0.5, {0_s, 10_s}).begin, 1_ns);
}

TEST(Areas, CoverTheViewWithoutOverlap) {
  for (const QSizeF size : {QSizeF{1400, 800}, QSizeF{360, 220}}) {
    const Areas a = areasOf(size, 190, 14, 16);
    EXPECT_EQ(a.minimap.bottom(), a.axis.top());
    EXPECT_EQ(a.axis.bottom(), a.flags.top());
    EXPECT_EQ(a.flags.bottom(), a.tracks.top());
    EXPECT_EQ(a.tracks.bottom(), a.legend.top());
    EXPECT_EQ(a.headers.right(), a.tracks.left());
    EXPECT_EQ(a.tracks.right(), size.width() - 16);
    EXPECT_EQ(a.legend.bottom(), size.height());
    EXPECT_GT(a.tracks.height(), 60);
  }
}

}  // namespace
}  // namespace lparsim::gui

#include "gui/paint/time_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace lparsim::gui {
namespace {

using namespace literals;

std::string duration(SimTime length) {
  return durationText(length).toStdString();
}
std::string instant(SimTime at, SimTime resolution) {
  return instantText(at, resolution).toStdString();
}

TEST(DurationText, HasFourDigitsAtMostAndTheUnitThatFits) {
  EXPECT_EQ(duration(0_s), "0 s");
  EXPECT_EQ(duration(7_ps), "7 ps");
  EXPECT_EQ(duration(1250_us), "1.25 ms");
  EXPECT_EQ(duration(10_ms), "10 ms");
  EXPECT_EQ(duration(123'456_ns), "123.5 µs");
  EXPECT_EQ(duration(1'953'125_ps), "1.953 µs");
  EXPECT_EQ(duration(300_s), "300 s");
  EXPECT_EQ(duration(999_s), "999 s");
  EXPECT_EQ(duration(1500_s), "25 min");
  EXPECT_EQ(duration(5400_s), "1.5 h");
  EXPECT_EQ(duration(86400_s * 3), "3 d");
  EXPECT_EQ(duration(0_s - 1250_us), "−1.25 ms");
}

TEST(DurationText, RoundsIntoTheNextUnit) {
  EXPECT_EQ(duration(999'960'000_ns), "1 s");
  EXPECT_EQ(duration(999'940_ns), "999.9 µs");
  EXPECT_EQ(duration(999'960_ns), "1 ms");
}

TEST(DurationText, KnowsTheLongestLengths) {
  EXPECT_EQ(duration(SimTime::never()), "106.8 d");
  EXPECT_EQ(duration(SimTime::from_ps(INT64_MIN)), "−106.8 d");
}

TEST(InstantText, IsAsFineAsItsResolution) {
  EXPECT_EQ(instant(3'250'125_us, 1_us), "3.250 125 s");
  EXPECT_EQ(instant(3'250'125_us, 1_ms), "3.250 s");
  EXPECT_EQ(instant(3'250'125_us, 10_ms), "3.25 s");
  EXPECT_EQ(instant(3'250'125_us, 1_s), "3 s");
  EXPECT_EQ(instant(3_s, 1_ps), "3.000 000 000 000 s");
  EXPECT_EQ(instant(0_s - 20_ms, 1_ms), "−0.020 s");
}

TEST(InstantText, IsAClockFromAnHourUp) {
  EXPECT_EQ(instant(3599_s, 1_s), "3599 s");
  EXPECT_EQ(instant(3661_s, 1_s), "01:01:01");
  EXPECT_EQ(instant(86400_s + 7384'500_ms, 100_ms), "1 d 02:03:04.5");
}

TEST(Ticks, AreRoundAndLieInTheWindow) {
  const auto ticks = ticksOf(0_s, 10_s, 1000, 100);
  ASSERT_FALSE(ticks.empty());
  EXPECT_EQ(ticks.front().at, 0_s);
  EXPECT_EQ(ticks.front().label, "0 s");
  EXPECT_EQ(ticks.back().at, 10_s);
  EXPECT_EQ(ticks[5].label, "1 s");
  EXPECT_TRUE(ticks[4].label.isEmpty());
}

TEST(Ticks, KeepTheirLabelsApartAtAnyZoom) {
  for (std::int64_t length = 10; length < INT64_MAX / 20; length *= 7) {
    const SimTime begin = SimTime::from_ps(1'234'567'890'123), end = begin + SimTime::from_ps(length);
    const auto ticks = ticksOf(begin, end, 1800, 120);
    SimTime last = SimTime::from_ps(INT64_MIN / 2);
    std::size_t labels = 0;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      EXPECT_GE(ticks[i].at, begin);
      EXPECT_LE(ticks[i].at, end);
      if (i > 0) {
        EXPECT_GT(ticks[i].at, ticks[i - 1].at);
      }
      if (ticks[i].label.isEmpty()) continue;
      EXPECT_GE(static_cast<double>((ticks[i].at - last).ps()) * 1800 / static_cast<double>(length), 119.9) << length;
      last = ticks[i].at;
      ++labels;
    }
    EXPECT_GE(labels, length < 20 ? 1U : 2U) << length;
    EXPECT_LE(ticks.size(), 1800U / 120 * 8 + 8) << length;
  }
}

TEST(Ticks, SayTheirTimeExactly) {
  for (const Tick& tick : ticksOf(2_s + 3_ps, 2_s + 900_ps, 900, 100))
    if (!tick.label.isEmpty()) {
      EXPECT_EQ(tick.label.toStdString().substr(0, 10), "2.000 000 ");
      EXPECT_EQ(tick.at.ps() % 100, 0);
    }
}

TEST(Ticks, OfAnImpossibleWindowAreNone) {
  EXPECT_TRUE(ticksOf(1_s, 1_s, 100, 10).empty());
  EXPECT_TRUE(ticksOf(0_s, 1_s, 0, 10).empty());
}

TEST(Figures, AreWrittenAsReportsHaveThem) {
  EXPECT_EQ(countText(1234567).toStdString(), "1,234,567");
  EXPECT_EQ(figureText(12.3, "MB/s").toStdString(), "12.3 MB/s");
  EXPECT_EQ(figureText(45.6, "%").toStdString(), "45.6 %");
  EXPECT_EQ(figureText(0.4003, "PU").toStdString(), "0.4 PU");
  EXPECT_EQ(figureText(2, "1").toStdString(), "2");
  EXPECT_EQ(figureText(12345.6, "/s").toStdString(), "12,346 /s");
  EXPECT_EQ(figureText(std::nan(""), "ms").toStdString(), "–");
}

}  // namespace
}  // namespace lparsim::gui

#include "gui/charts/time_chart.hpp"

#include <gtest/gtest.h>

#include <QBuffer>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>

#include "gui/charts/chart_panel.hpp"
#include "gui/charts/legend_strip.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

ChartLine sampleLine() {
  ChartLine line;
  line.name = "web";
  line.unit = "PU";
  line.colour = Qt::blue;
  line.points = {{0_s, 1_s, 0.4}, {1_s, 2_s, 0.8}};
  return line;
}

class TimeChartTest : public ::testing::Test {
 protected:
  TimeChartTest() {
    chart_.resize(600, 200);
    chart_.setWindow({0_s, 2_s});
    chart_.setLines({sampleLine()});
    chart_.show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&chart_));
  }
  QPoint at(SimTime time) const { return {static_cast<int>(std::lround(chart_.xOf(time))), static_cast<int>(chart_.area().center().y())}; }
  void wheel(QPoint where, QPoint turn, Qt::KeyboardModifiers keys = {}) {
    QWheelEvent event{where, chart_.viewport()->mapToGlobal(where), {}, turn, Qt::NoButton, keys, Qt::NoScrollPhase, false};
    QApplication::sendEvent(chart_.viewport(), &event);
  }

  TimeChart chart_;
};

TEST(Plot, AxesEndAtRoundNumbers) {
  EXPECT_DOUBLE_EQ(niceStep(1), 0.25);
  EXPECT_DOUBLE_EQ(niceStep(0.81), 0.25);
  EXPECT_DOUBLE_EQ(niceStep(4), 1);
  EXPECT_DOUBLE_EQ(niceStep(4.1), 2);
  EXPECT_DOUBLE_EQ(niceStep(1234), 500);
  EXPECT_DOUBLE_EQ(niceStep(0), 0.25);
}

TEST_F(TimeChartTest, DrawsAveragesAsSteps) {
  EXPECT_EQ(chart_.drawnPoints(0), (QList<QPointF>{{0, 0.4}, {1, 0.4}, {1, 0.8}, {2, 0.8}}));
  EXPECT_DOUBLE_EQ(chart_.top(), 1);
}

TEST_F(TimeChartTest, SplitsALineWhereNothingIsKnown) {
  ChartLine line = sampleLine();
  line.hasGaps = true;
  line.points = {{0_s, 500_ms, 1}, {500_ms, 1_s, 2}, {1500_ms, 2_s, 3}};
  chart_.setLines({line});
  // The markers, and one piece of two points; a lonely point is a marker only.
  EXPECT_EQ(chart_.drawnPoints(0).size(), 3);
  EXPECT_EQ(chart_.chart()->series().size(), 2);
}

TEST_F(TimeChartTest, AClickIsAPlayheadAndADragIsARange) {
  QSignalSpy playhead{&chart_, &TimeChart::playheadWanted}, range{&chart_, &TimeChart::rangeWanted};
  QTest::mouseClick(chart_.viewport(), Qt::LeftButton, Qt::NoModifier, at(1_s));
  ASSERT_EQ(playhead.size(), 1);
  EXPECT_EQ(range.size(), 0);
  const auto where = playhead[0][0].value<SimTime>();
  EXPECT_NEAR(where.seconds(), 1, 2.0 / chart_.area().width());
  QTest::mousePress(chart_.viewport(), Qt::LeftButton, Qt::NoModifier, at(1500_ms));
  QTest::mouseMove(chart_.viewport(), at(1_s));
  QTest::mouseMove(chart_.viewport(), at(500_ms));
  QTest::mouseRelease(chart_.viewport(), Qt::LeftButton, Qt::NoModifier, at(500_ms));
  ASSERT_GE(range.size(), 1);
  const auto chosen = range.back()[0].value<std::optional<TimeRange>>();
  ASSERT_TRUE(chosen.has_value());
  EXPECT_NEAR(chosen->begin.seconds(), 0.5, 2.0 / chart_.area().width());
  EXPECT_NEAR(chosen->end.seconds(), 1.5, 2.0 / chart_.area().width());
  EXPECT_EQ(playhead.size(), 1);
}

TEST_F(TimeChartTest, TheWheelZoomsAroundTheMouseAndPansWithShift) {
  QSignalSpy window{&chart_, &TimeChart::windowWanted};
  wheel(at(1_s), {0, 120});
  ASSERT_EQ(window.size(), 1);
  const auto zoomed = window[0][0].value<TimeRange>();
  EXPECT_NEAR((zoomed.end - zoomed.begin).seconds(), 1.6, 1e-6);
  EXPECT_NEAR((zoomed.begin + zoomed.end).seconds() / 2, 1, 0.01);
  wheel(at(1_s), {0, -120}, Qt::ShiftModifier);
  ASSERT_EQ(window.size(), 2);
  EXPECT_NEAR(window[1][0].value<TimeRange>().begin.seconds(), 0.2, 1e-6);
}

TEST_F(TimeChartTest, KeysZoomPanFitAndClear) {
  QSignalSpy window{&chart_, &TimeChart::windowWanted}, fit{&chart_, &TimeChart::fitWanted}, range{&chart_, &TimeChart::rangeWanted};
  QTest::keyClick(&chart_, Qt::Key_W);
  QTest::keyClick(&chart_, Qt::Key_D);
  ASSERT_EQ(window.size(), 2);
  EXPECT_LT((window[0][0].value<TimeRange>().end - window[0][0].value<TimeRange>().begin), 2_s);
  EXPECT_EQ(window[1][0].value<TimeRange>().begin, 200_ms);
  QTest::keyClick(&chart_, Qt::Key_F);
  EXPECT_EQ(fit.size(), 1);
  QTest::keyClick(&chart_, Qt::Key_Escape);
  ASSERT_EQ(range.size(), 1);
  EXPECT_FALSE(range[0][0].value<std::optional<TimeRange>>().has_value());
}

TEST_F(TimeChartTest, PaintsThePlayheadAndTheRangeWhereTheyAre) {
  chart_.setPlayhead(500_ms);
  chart_.setRange(TimeRange{1_s, 1500_ms});
  const QImage picture = chart_.viewport()->grab().toImage();
  const int y = static_cast<int>(chart_.area().top()) + 6;
  EXPECT_EQ(QColor{picture.pixel(at(500_ms).x(), y)}.rgb(), QColor{picture.pixel(at(500_ms).x(), y + 5)}.rgb());
  EXPECT_NE(picture.pixel(at(500_ms).x(), y), picture.pixel(at(250_ms).x(), y));
  EXPECT_NE(picture.pixel(at(1250_ms).x(), y), picture.pixel(at(1750_ms).x(), y));
}

TEST_F(TimeChartTest, AVectorGraphicOfItHasLinesAndNoPictureOfThem) {
  QBuffer buffer;
  ASSERT_TRUE(buffer.open(QIODevice::WriteOnly));
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setSize(chart_.size());
  static_cast<QWidget&>(chart_).render(&generator);
  const QByteArray svg = buffer.data();
  EXPECT_FALSE(svg.contains("<image"));
  EXPECT_TRUE(svg.contains("#0000ff"));
}

TEST_F(TimeChartTest, SeriesStandOnTheScaleThatIsPaintedWhateverTheSize) {
  ChartLine line = sampleLine();
  line.points = {{0_s, 2_s, 0.5}};
  chart_.setLines({line});
  for (const QSize size : {QSize{600, 200}, QSize{500, 150}, QSize{700, 320}}) {
    chart_.resize(size);
    const QImage picture = chart_.grab().toImage();
    const int x = at(700_ms).x();
    const double y = chart_.area().bottom() - chart_.area().height() * 0.5 / chart_.top();
    int nearest = 1000;
    for (int row = 0; row < picture.height(); ++row) {
      const QColor colour = picture.pixelColor(x, row);
      if (colour.blue() > 150 && colour.red() < 120) nearest = std::min(nearest, std::abs(row - static_cast<int>(y)));
    }
    EXPECT_LE(nearest, 2) << size.width() << " x " << size.height();
  }
}

TEST(ChartPanel, TheLegendHasTheValuesAtThePlayheadOrUnderTheMouse) {
  ChartPanel panel{"Processors used"};
  panel.chart().setWindow({0_s, 2_s});
  panel.show("Processors used (PU)", {}, {sampleLine()}, {});
  const QChar space{0x00a0};
  panel.setPlayhead(500_ms);
  EXPECT_EQ(panel.legend().texts(), (QStringList{QStringLiteral("web 0.400%1PU").arg(space)}));
  panel.setHover(1500_ms);
  EXPECT_EQ(panel.legend().texts(), (QStringList{QStringLiteral("web 0.800%1PU").arg(space)}));
  panel.setHover(std::nullopt);
  EXPECT_EQ(panel.legend().texts(), (QStringList{QStringLiteral("web 0.400%1PU").arg(space)}));
}

}  // namespace
}  // namespace lparsim::gui

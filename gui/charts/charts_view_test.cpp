#include "gui/charts/charts_view.hpp"

#include <QComboBox>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include "gui/charts/chart_panel.hpp"
#include "gui/charts/histograms_view.hpp"
#include "gui/charts/legend_strip.hpp"
#include "gui/paint/testing/view_bench.hpp"
#include "sim/trace/io_sample.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

class ChartsViewTest : public testing::ViewBench {};

TEST_F(ChartsViewTest, SaysWhatToDoWhileNothingIsOpen) {
  ChartsView charts{session_, focus_};
  show(charts, {800, 600});
  EXPECT_TRUE(charts.hint().contains("Open a run file"));
  HistogramsView histograms{session_, focus_};
  show(histograms, {800, 600});
  EXPECT_TRUE(histograms.hint().contains("Open a run file"));
}

TEST_F(ChartsViewTest, ShowsOnlyChartsThatTheRunHasFiguresFor) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  EXPECT_TRUE(view.isShown(ChartKind::processors));
  EXPECT_FALSE(view.isShown(ChartKind::latency));
  EXPECT_FALSE(view.panel(ChartKind::latency).isVisible());
}

TEST_F(ChartsViewTest, FollowsWhatIsSelected) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  EXPECT_EQ(view.panel(ChartKind::processors).chart().lines().size(), 6u);
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{2}});
  settle(view);
  ASSERT_EQ(view.panel(ChartKind::processors).chart().lines().size(), 2u);
  EXPECT_EQ(view.panel(ChartKind::processors).chart().lines()[0].name, "db");
}

TEST_F(ChartsViewTest, RequestsOfAKnownRunAreWhatWasRecorded) {
  open(trace::io_run(), trace::record_io_sample, 4_s);
  ChartsView view{session_, focus_};
  view.setShown(ChartKind::requests, true);
  focus_.setPinned(LaneKey::io_target(0), true);
  show(view, {900, 900});
  const auto& lines = view.panel(ChartKind::requests).chart().lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].name, "web hdisk0");
  double requests = 0;
  for (const Point& point : lines[0].points) requests += point.value * (point.end - point.begin).seconds();
  EXPECT_NEAR(requests, 400, 4);
  EXPECT_TRUE(view.panel(ChartKind::latency).heading().contains("p50, p95, p99")) << view.panel(ChartKind::latency).heading().toStdString();
}

TEST_F(ChartsViewTest, PoolsOfAKnownRunAreWhatWasRecorded) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  const auto& lines = view.panel(ChartKind::pools).chart().lines();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[2].name, "databases used");
  ASSERT_EQ(lines[2].points.size(), 4u);
  EXPECT_EQ(lines[2].points[0].value, 0.5);
  EXPECT_EQ(lines[3].points[3].value, 1.5);
  EXPECT_TRUE(view.asCsv().contains("Processor pools,databases used,PU,1,2,0.5\r\n"));
}

TEST_F(ChartsViewTest, PoolsAreReadOfTheWindowOnly) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  focus_.setWindow({1500_ms, 3_s});
  settle(view);
  const auto& points = view.panel(ChartKind::pools).chart().lines()[2].points;
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].begin, 1_s);
  EXPECT_EQ(points[1].end, 3_s);
}

TEST_F(ChartsViewTest, MouseAndWheelMoveWhatAllViewsShare) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  TimeChart& chart = view.panel(ChartKind::processors).chart();
  const QPoint middle = chart.area().center().toPoint();
  QTest::mouseClick(chart.viewport(), Qt::LeftButton, Qt::NoModifier, middle);
  EXPECT_NEAR(focus_.playhead().seconds(), 10, 0.1);
  QTest::mousePress(chart.viewport(), Qt::LeftButton, Qt::NoModifier, middle);
  QTest::mouseMove(chart.viewport(), middle + QPoint{50, 0});
  QTest::mouseRelease(chart.viewport(), Qt::LeftButton, Qt::NoModifier, middle + QPoint{50, 0});
  ASSERT_TRUE(focus_.range().has_value());
  EXPECT_NEAR(focus_.range()->begin.seconds(), 10, 0.1);
  QTest::keyClick(&chart, Qt::Key_W);
  EXPECT_LT((focus_.window().end - focus_.window().begin), 20_s);
  focus_.setWindow({1_s, 2_s});
  settle(view);
  EXPECT_EQ(chart.timeAt(chart.area().left()), 1_s);
  EXPECT_EQ(chart.timeAt(chart.area().right()), 2_s);
}

TEST_F(ChartsViewTest, AHiddenChartIsNotAskedForAndComesBack) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  view.setShown(ChartKind::processors, false);
  settle(view);
  EXPECT_FALSE(view.panel(ChartKind::processors).isVisible());
  EXPECT_FALSE(view.asCsv().contains("Processors used"));
  view.setShown(ChartKind::processors, true);
  settle(view);
  EXPECT_TRUE(view.panel(ChartKind::processors).isVisible());
}

TEST_F(ChartsViewTest, FollowsAFileThatGrows) {
  trace::Recorder recorder{file_.path(), trace::Level::full, trace::sample_run()};
  recorder.progress(1_s);
  openFile();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  EXPECT_EQ(view.panel(ChartKind::pools).chart().lines()[2].points.size(), 0u);
  QSignalSpy finished{&session_, &Session::finished};
  trace::record_sample(recorder);
  recorder.finish({4_s, 1, 1, 1});
  ASSERT_TRUE(finished.wait(kPatience));
  settle(view);
  EXPECT_EQ(view.panel(ChartKind::pools).chart().lines()[2].points.size(), 4u);
}

TEST_F(ChartsViewTest, LightAndDarkDiffer) {
  openSample();
  ChartsView view{session_, focus_};
  view.setPalette(Theme::light().palette());
  show(view, {900, 700});
  const QColor light = view.panel(ChartKind::processors).grab().toImage().pixelColor(2, 40);
  view.setPalette(Theme::darkOne().palette());
  settle(view);
  const QColor dark = view.panel(ChartKind::processors).grab().toImage().pixelColor(2, 40);
  EXPECT_GT(light.lightness(), 200);
  EXPECT_LT(dark.lightness(), 80);
}

TEST_F(ChartsViewTest, IsSavedAsPictures) {
  openSample();
  ChartsView view{session_, focus_};
  show(view, {900, 700});
  QTemporaryDir folder;
  EXPECT_EQ(savePicture(view, folder.filePath("charts.png")), "");
  EXPECT_EQ(savePicture(view, folder.filePath("charts.svg")), "");
  EXPECT_EQ(QImage{folder.filePath("charts.png")}.width(), 900);
  EXPECT_TRUE(QSvgRenderer{folder.filePath("charts.svg")}.isValid());
}

TEST_F(ChartsViewTest, HistogramsCountWhatEndedInTheRange) {
  open(trace::io_run(), trace::record_io_sample, 4_s);
  HistogramsView view{session_, focus_};
  show(view, {900, 700});
  EXPECT_EQ(view.chart(2).distribution().count, 400u);
  EXPECT_TRUE(view.heading(2).startsWith("Requests of web hdisk0: 400")) << view.heading(2).toStdString();
  focus_.setRange(TimeRange{1_s, 2_s});
  settle(view);
  EXPECT_EQ(view.chart(2).distribution().count, 100u);
  const QRectF area = view.chart(2).area();
  EXPECT_TRUE(view.chart(2).textAt({area.left() + 2, area.center().y()}).contains(" of 100 ("));
  EXPECT_EQ(view.chart(2).textAt({0, 0}), "");
  EXPECT_TRUE(view.asCsv().contains("Requests of web hdisk0,"));
}

TEST_F(ChartsViewTest, HistogramsFollowWhatIsSelectedAndSayWhatIsMissing) {
  openSample();
  HistogramsView view{session_, focus_};
  show(view, {900, 700});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{2}});
  settle(view);
  EXPECT_TRUE(view.heading(1).startsWith("Stays of db on a core")) << view.heading(1).toStdString();
  EXPECT_GT(view.chart(1).distribution().count, 0u);
  EXPECT_TRUE(view.chart(2).hint().contains("no disks"));
  focus_.setRange(TimeRange{3500_ms, 3600_ms});
  settle(view);
  EXPECT_EQ(view.chart(1).hint(), "None ended in this time.");
}

TEST_F(ChartsViewTest, HistogramsNeedARunInFull) {
  openSample(trace::Level::summary);
  HistogramsView view{session_, focus_};
  show(view, {900, 700});
  EXPECT_TRUE(view.hint().contains("--trace full"));
}

}  // namespace
}  // namespace lparsim::gui

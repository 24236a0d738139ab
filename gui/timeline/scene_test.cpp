#include "gui/timeline/scene.hpp"

#include <gtest/gtest.h>

#include <QPainter>

#include "gui/data/testing/sample_facts.hpp"
#include "gui/paint/painter_canvas.hpp"
#include "gui/paint/recorded_canvas.hpp"
#include "gui/testing/golden.hpp"
#include "gui/timeline/paint_benchmark.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

const QFont kFont{"DejaVu Sans", 9};

/// A picture of a partition, its two virtual processors and its disk in 100 ms, all states by hand.
class SceneTest : public ::testing::Test {
 protected:
  SceneTest() {
    facts->changes.push_back({ServerId{0}, PartitionId{0}, {}, "entitlement", 60_ms, 60_ms, 0.9});
    facts->paths = {{0, 0, "vscsi0", PartitionId{1}}};
    std::vector<Lane> some;
    for (const Lane& lane : lanesOf(*facts, Arrangement::byVirtualProcessor))
      if (lane.full == "web" || lane.full == "web vp 0" || lane.full == "web vp 1" || lane.full == "web sda" || lane.full == "app")
        some.push_back(lane);
    WindowAnswer answer;
    answer.end = 100_ms;
    answer.pixels = 600;
    LaneSlices web{some[0].key,
                   true,
                   false,
                   1,
                   {slice(0_ms, 50_ms, State::entitled, 0.25F), slice(50_ms, 100_ms, State::excess, 0.5F),
                    slice(20_ms, 40_ms, State::waitingCapacity, 0.5F)}};
    LaneSlices vp0{some[1].key,
                   true,
                   false,
                   1,
                   {slice(0_ms, 20_ms, State::entitled), slice(20_ms, 40_ms, State::waitingCapacity),
                    slice(40_ms, 50_ms, State::waitingProcessor), slice(50_ms, 70_ms, State::excess), slice(70_ms, 100_ms, State::ceded)}};
    LaneSlices vp1{some[2].key,
                   true,
                   false,
                   1,
                   {slice(0_ms, 60_ms, State::folded), slice(60_ms, 80_ms, State::conferred), slice(80_ms, 100_ms, State::entitled, 0.6F)}};
    LaneSlices disk{
        some[3].key, true, false, 2, {slice(10_ms, 60_ms, State::request), slice(70_ms, 80_ms, State::failedRequest), second()}};
    answer.lanes = {web, vp0, vp1, disk};
    Mark mark;
    mark.at = 60_ms;
    mark.text = "web: entitlement becomes 0.90 PU";
    mark.kind = Mark::Kind::operatorChange;
    answer.marks = {mark};
    answers.take(answer);
    curve = {{0_ms, 400_ms}, {0.1F, 0.3F, 0.4F, 0.2F}, {mark}};
    show(some, {640, 330});
  }
  static Slice slice(SimTime begin, SimTime end, State state, float fill = 1) {
    Slice made;
    made.begin = begin;
    made.end = end;
    made.state = state;
    made.fill = fill;
    made.count = fill < 1 ? 3 : 1;
    made.number = 17;
    return made;
  }
  static Slice second() {
    Slice made = slice(30_ms, 90_ms, State::request);
    made.row = 1;
    made.number = 18;
    return made;
  }
  void show(const std::vector<Lane>& shown, const QSize& size, std::optional<LaneKey> expanded = {}) {
    const double line = QFontMetricsF{kFont}.height();
    lanes = shown;
    scene.theme = &Theme::light();
    scene.facts = facts;
    scene.areas = areasOf(size, 150, line, 0);
    layout = LaneLayout{shown, {}, line, scene.areas.tracks.height(), expanded};
    scene.scale = {{0_ms, 100_ms}, scene.areas.tracks.left(), scene.areas.tracks.width()};
    scene.limits = {0_ms, 400_ms};
    scene.answers = &answers;
    scene.lanes = layout.visible(scene.areas.tracks.height(), 0);
    scene.curve = &curve;
    scene.playhead = 45_ms;
  }
  RecordedCanvas painted() const {
    RecordedCanvas canvas{kFont};
    paintScene(canvas, scene);
    EXPECT_TRUE(canvas.isBalanced());
    return canvas;
  }
  QImage picture() const {
    QImage image{scene.areas.legend.toRect().right() + 1, scene.areas.legend.toRect().bottom() + 1, QImage::Format_RGB32};
    QPainter painter{&image};
    painter.setFont(kFont);
    PainterCanvas canvas{painter};
    paintScene(canvas, scene);
    return image;
  }
  QRectF track(std::size_t lane) const { return trackOf(scene, scene.lanes[lane]); }
  double x(SimTime at) const { return scene.scale.xOf(at); }

  std::shared_ptr<RunFacts> facts = std::make_shared<RunFacts>(testing::sampleFacts());
  Answers answers;
  LoadCurve curve;
  LaneLayout layout;
  std::vector<Lane> lanes;
  Scene scene;
};

TEST_F(SceneTest, TellsRunningWaitingAndIdleApartByTheirHeights) {
  const RecordedCanvas canvas = painted();
  const Theme& theme = *scene.theme;
  const auto heightOf = [&](State state) {
    for (const auto& item : canvas.rectangles(theme.of(state)))
      if (item.area.top() >= track(1).top() - 1 && item.area.bottom() <= track(2).bottom() + 1 && item.area.width() > 30)
        return item.area.height();
    return 0.0;
  };
  EXPECT_EQ(heightOf(State::entitled), track(1).height());
  EXPECT_NEAR(heightOf(State::waitingCapacity), 0.72 * track(1).height(), 1);
  EXPECT_EQ(heightOf(State::ceded), 3);
  EXPECT_EQ(heightOf(State::folded), 3);
  for (const auto& item : canvas.rectangles(theme.of(State::waitingCapacity))) EXPECT_EQ(item.fill, Fill::hatched);
}

TEST_F(SceneTest, DrawsPhyscToScaleAgainstTheEntitlement) {
  const RecordedCanvas canvas = painted();
  const QRectF running = bandsOf(track(0)).running;
  // A quarter of two virtual processors is 0.5 PU, and so was the entitlement; all of the height is 1 PU.
  for (const auto& item : canvas.rectangles(scene.theme->of(State::entitled)))
    if (item.area.bottom() == running.bottom()) {
      EXPECT_NEAR(item.area.height(), running.height() / 2, 1);
    }
  std::vector<double> levels;
  for (const auto& item : canvas.all(RecordedCanvas::Kind::line))
    if (item.colour == scene.theme->text && item.area.height() == 0 && running.contains(item.area.center()))
      levels.push_back(item.area.top());
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_NEAR(levels[0], running.bottom() - running.height() * 0.5, 1.5);
  EXPECT_NEAR(levels[1], running.bottom() - running.height() * 0.9, 1.5);
  EXPECT_TRUE(canvas.says("1 PU"));
}

TEST_F(SceneTest, WritesOnWhatIsWideEnoughOnly) {
  EXPECT_TRUE(painted().says("core 0"));
  // The shorter word where the longer one has no room.
  EXPECT_TRUE(painted().texts().contains("capacity"));
  EXPECT_TRUE(painted().says("18"));
  scene.scale = {{0_ms, 1500_ms}, scene.areas.tracks.left(), scene.areas.tracks.width()};
  RecordedCanvas canvas{kFont};
  paintScene(canvas, scene);
  EXPECT_FALSE(canvas.says("core 0"));
}

TEST_F(SceneTest, TellsTheUnknownFromTheEmpty) {
  scene.scale = {{0_ms, 200_ms}, scene.areas.tracks.left(), scene.areas.tracks.width()};
  const RecordedCanvas canvas = painted();
  const auto* known = canvas.rectangleAt({x(95_ms), track(3).center().y()});
  const auto* unknown = canvas.rectangleAt({x(150_ms), track(3).center().y()});
  EXPECT_EQ(known->fill, Fill::solid);
  EXPECT_EQ(unknown->fill, Fill::dotted);
  EXPECT_EQ(unknown->colour, scene.theme->raised);
}

TEST_F(SceneTest, CutsNamesThatAreTooLong) {
  scene.areas = areasOf({640, 330}, 60, QFontMetricsF{kFont}.height(), 0);
  const RecordedCanvas canvas = painted();
  const QStringList texts = canvas.texts();
  EXPECT_TRUE(std::ranges::any_of(texts, [](const QString& text) { return text.endsWith(QChar{0x2026}); }));
  for (const auto& item : canvas.all(RecordedCanvas::Kind::text))
    if (item.area.left() < 60 && item.area.top() > scene.areas.tracks.top() && item.area.bottom() < scene.areas.tracks.bottom()) {
      EXPECT_LE(item.area.right(), 60.5) << item.text.toStdString();
    }
}

TEST_F(SceneTest, MarksSelectionRangeAndPlayhead) {
  scene.selection = SelectedSlice{scene.lanes[1].lane->key, 0_ms, 20_ms};
  scene.range = TimeRange{10_ms, 35_ms};
  const RecordedCanvas canvas = painted();
  EXPECT_TRUE(canvas.says("selected: 25 ms"));
  const auto frames = canvas.all(RecordedCanvas::Kind::frame);
  EXPECT_TRUE(
      std::ranges::any_of(frames, [&](const auto& item) { return item.penWidth > 2 && std::abs(item.area.right() - x(20_ms)) < 1.5; }));
  const auto lines = canvas.all(RecordedCanvas::Kind::line);
  EXPECT_TRUE(std::ranges::any_of(lines, [&](const auto& item) {
    return item.colour == scene.theme->playhead && std::abs(item.area.left() - x(45_ms)) < 1 && item.area.height() > 100;
  }));
}

TEST_F(SceneTest, LeadsFromARequestToThoseWhoHadIt) {
  trace::IoJourney told;
  told.request.number = 17;
  told.request.begin = 10_ms;
  told.request.end = 60_ms;
  told.steps = {{1, 10_ms}, {4, 10_ms}, {6, 5_ms}, {8, 25_ms}};
  const Journey journey = journeyOf(told, *facts);
  show(lanes, {640, 330}, journey.target);
  scene.journey = &journey;
  const RecordedCanvas canvas = painted();
  for (const char* stage : {"client processing", "VIOS dispatch", "device"}) EXPECT_TRUE(canvas.says(stage)) << stage;
  // To the client once, to the VIOS twice; nobody's lane is the device's.
  EXPECT_EQ(canvas.all(RecordedCanvas::Kind::curve).size(), 3U);
}

TEST(ScenePrimitives, AreAtMostOneAPixelLaneAndState) {
  const PaintFigures figures = measurePainting(20, 500, 1);
  EXPECT_GT(figures.primitives, 20 * 500);
  EXPECT_LT(figures.primitives, 20 * 500 * 4 + 1000);
}

TEST_F(SceneTest, LooksAsItDidInLight) {
  testing::expectGolden(picture(), "gui/timeline/testing/golden-light.png", 0.02);
}

TEST_F(SceneTest, LooksAsItDidInDark) {
  scene.theme = &Theme::darkOne();
  testing::expectGolden(picture(), "gui/timeline/testing/golden-dark.png", 0.02);
}

}  // namespace
}  // namespace lparsim::gui

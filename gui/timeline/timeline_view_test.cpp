#include "gui/timeline/timeline_view.hpp"

#include "gui/timeline/testing/timeline_fixture.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::kPatience;

class TimelineTest : public testing::TimelineFixture {};

TEST_F(TimelineTest, SaysWhatToDoWhileNothingIsOpen) {
  EXPECT_TRUE(painted().says("Open a run file"));
}

TEST_F(TimelineTest, DrawsTheStatesOfAVirtualProcessorWhereTheyHappened) {
  openKnown();
  look(50_ms, 250_ms);
  const RecordedCanvas canvas = painted();
  const Theme& theme = Theme::of(view.palette());
  const auto colourAt = [&](SimTime at) {
    // Near the bottom, where also what waits is drawn.
    const auto* item = canvas.rectangleAt(placeOf(vp, at) + QPointF{0, 4});
    return item == nullptr ? QColor{} : item->colour;
  };
  EXPECT_EQ(colourAt(93_ms), theme.of(State::waitingCapacity));
  EXPECT_EQ(colourAt(98_ms), theme.of(State::waitingProcessor));
  EXPECT_EQ(colourAt(105_ms), theme.of(State::entitled));
  EXPECT_EQ(colourAt(202_ms), theme.of(State::excess));
  EXPECT_NE(colourAt(150_ms), theme.of(State::entitled));
  EXPECT_TRUE(canvas.says("web"));
  EXPECT_TRUE(canvas.says("0.50 PU"));
  EXPECT_TRUE(canvas.says("running on entitlement"));
}

TEST_F(TimelineTest, ShowsCoresByWhoseTimeItIs) {
  openKnown();
  look(50_ms, 250_ms);
  QTest::keyClick(&view, Qt::Key_1);
  settle();
  EXPECT_EQ(view.arrangement(), Arrangement::byCore);
  const RecordedCanvas canvas = painted();
  const Theme& theme = Theme::of(view.palette());
  EXPECT_EQ(canvas.rectangleAt(placeOf(LaneKey::core(ServerId{0}, CoreId{1}), 105_ms))->colour, theme.ofPartition(0));
  EXPECT_EQ(canvas.rectangleAt(placeOf(LaneKey::core(ServerId{0}, CoreId{0}), 150_ms))->colour, theme.ofPartition(2));
  EXPECT_TRUE(canvas.says("db vp 0"));
}

TEST_F(TimelineTest, ShowsWhatTheOperatorDidAsAFlag) {
  openKnown();
  look(1_s, 3_s);
  const RecordedCanvas canvas = painted();
  const auto* flag = canvas.text("entitlement");
  ASSERT_NE(flag, nullptr);
  EXPECT_NEAR(flag->area.left(), view.scene().scale.xOf(2_s), 15);
}

TEST_F(TimelineTest, ZoomsAtThePointerToANanosecondAndBackExactly) {
  openKnown();
  look(90_ms, 130_ms);
  const TimeRange start = focus.window();
  const QPointF at = placeOf(vp, 105_ms);
  const SimTime anchor = view.scene().scale.timeAt(at.x());
  int turns = 0;
  while (focus.window().end - focus.window().begin > 1_ns && turns < 200) {
    wheel(at, {0, 120});
    ++turns;
  }
  EXPECT_EQ(focus.window().end - focus.window().begin, 1_ns);
  EXPECT_LE(focus.window().begin, anchor);
  EXPECT_GE(focus.window().end, anchor);
  settle();
  EXPECT_EQ(painted().rectangleAt(at)->colour, Theme::of(view.palette()).of(State::entitled));
  for (int back = 0; back < turns; ++back) wheel(at, {0, -120});
  EXPECT_EQ(focus.window(), start);
}

TEST_F(TimelineTest, AllTurnsOfTheWheelAtOnePlaceAreUndoneTogether) {
  openKnown();
  look(90_ms, 130_ms);
  const QPoint at = placeOf(vp, 105_ms);
  for (int turn = 0; turn < 10; ++turn) wheel(at, {0, 120});
  for (int turn = 0; turn < 5; ++turn) wheel(middle(), {0, 120});
  focus.undoWindow();
  focus.undoWindow();
  EXPECT_EQ(focus.window(), (TimeRange{90_ms, 130_ms}));
}

TEST_F(TimelineTest, WheelWithShiftMovesInTimeAndOverNamesScrolls) {
  openKnown();
  view.resize(1200, 260);
  look(1_s, 2_s);
  wheel(middle(), {0, -120}, Qt::ShiftModifier);
  EXPECT_EQ(focus.window(), (TimeRange{1100_ms, 2100_ms}));
  wheel(middle(), {120, 0});
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  const auto first = view.scene().lanes.front().top;
  wheel(view.scene().areas.headers.center(), {0, -120});
  EXPECT_LT(view.scene().lanes.front().top, first + 0.5);
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
}

TEST_F(TimelineTest, DraggingMovesWithoutDrift) {
  openKnown();
  look(1_s, 2_s);
  const Scene scene = view.scene();
  const QPoint from = middle().toPoint();
  drag(from, from + QPoint{200, 0});
  EXPECT_EQ(focus.window().begin, 1_s - scene.scale.lengthOf(200));
  drag(from + QPoint{200, 0}, from);
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
}

TEST_F(TimelineTest, DraggingWithShiftOrOnTheAxisSelectsARange) {
  openKnown();
  look(1_s, 2_s);
  const Scene scene = view.scene();
  const QPoint from{static_cast<int>(scene.areas.tracks.left()) + 100, static_cast<int>(middle().y())};
  drag(from, from + QPoint{200, 0}, Qt::ShiftModifier);
  ASSERT_TRUE(focus.range());
  EXPECT_EQ(focus.range()->begin, scene.scale.timeAt(from.x()));
  EXPECT_EQ(focus.range()->end, scene.scale.timeAt(from.x() + 200));
  EXPECT_TRUE(painted().says("selected: "));
  const QPoint axis{400, static_cast<int>(scene.areas.axis.center().y())};
  drag(axis, axis + QPoint{-100, 0});
  EXPECT_EQ(focus.range()->begin, scene.scale.timeAt(300));
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_F);
  EXPECT_NEAR(view.scene().scale.widthOf(focus.range()->end - focus.range()->begin), 0.8 * scene.scale.width(), 2);
  QTest::keyClick(&view, Qt::Key_Escape);
  EXPECT_FALSE(focus.range());
}

TEST_F(TimelineTest, ClickingSelectsWhatIsThereAndPutsThePlayheadThere) {
  openKnown();
  look(50_ms, 250_ms);
  QTest::mouseClick(&view, Qt::LeftButton, {}, placeOf(vp, 105_ms));
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedSlice{vp, 100_ms, 110_ms}}));
  EXPECT_EQ(view.currentLane(), vp);
  EXPECT_GE(focus.playhead(), 104_ms);
  EXPECT_LE(focus.playhead(), 106_ms);
  QTest::mouseClick(&view, Qt::LeftButton, {}, placeOf(vp, 150_ms));
  EXPECT_EQ(focus.selection(), Selection{});
}

TEST_F(TimelineTest, DoubleClickZoomsToWhatIsThere) {
  openKnown();
  look(50_ms, 250_ms);
  QTest::mouseDClick(&view, Qt::LeftButton, {}, placeOf(vp, 202_ms));
  EXPECT_LE(focus.window().begin, 200_ms);
  EXPECT_GE(focus.window().end, 204_ms);
  EXPECT_LT(focus.window().end - focus.window().begin, 8_ms);
}

TEST_F(TimelineTest, FollowsASelectionFromElsewhere) {
  openKnown();
  focus.select(SelectedPartition{ServerId{0}, PartitionId{2}});
  EXPECT_EQ(view.currentLane(), LaneKey::partition(ServerId{0}, PartitionId{2}));
  focus.select(SelectedRequest{102});
  settle();
  EXPECT_EQ(view.currentLane(), disk);
}

TEST_F(TimelineTest, SaysInWordsWhatIsUnderThePointer) {
  openKnown();
  look(50_ms, 250_ms);
  EXPECT_TRUE(view.wordsAt(placeOf(vp, 105_ms)).startsWith("web vp 0: running on entitlement, core 1\n10 ms, from 0.1"));
  EXPECT_TRUE(view.wordsAt(placeOf(vp, 93_ms)).contains("waiting for capacity"));
  EXPECT_TRUE(view.wordsAt(QPointF{60, placeOf(vp, 105_ms).y() + 0.0}).startsWith("web vp 0"));
  EXPECT_TRUE(view.wordsAt(view.scene().areas.axis.center()).contains("playhead"));
  EXPECT_FALSE(view.wordsAt(view.scene().areas.minimap.center()).isEmpty());
  EXPECT_EQ(view.wordsAt({20, view.height() - 8.0}), QString::fromStdString(std::string{meaningOf(State::entitled)}));
}

TEST_F(TimelineTest, NeverIsBlankWhileItWaits) {
  openKnown();
  look(0_s, 20_s);
  const LaneKey db = LaneKey::virtual_processor(ServerId{0}, PartitionId{2}, 0);
  // Two windows on, long before any answer: what was known is stretched.
  focus.setWindow({100_ms, 900_ms});
  EXPECT_FALSE(view.isSettled());
  const Theme& theme = Theme::of(view.palette());
  EXPECT_EQ(painted().rectangleAt(placeOf(db, 500_ms))->colour, theme.of(State::dedicated));
  settle();
  EXPECT_EQ(painted().rectangleAt(placeOf(db, 500_ms))->colour, theme.of(State::dedicated));
}

TEST_F(TimelineTest, SaysWhereTheNextThingsAreWhenNothingIsHere) {
  openKnown();
  look(5_s, 6_s);
  const RecordedCanvas canvas = painted();
  ASSERT_TRUE(canvas.says("Nothing happens"));
  EXPECT_TRUE(canvas.says("before"));
  const QRectF tracks = view.scene().areas.tracks;
  QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint{static_cast<int>(tracks.left()) + 20, static_cast<int>(tracks.center().y())});
  settle();
  EXPECT_FALSE(painted().says("Nothing happens"));
}

TEST_F(TimelineTest, SaysThatARunWasNotRecordedInFull) {
  {
    trace::Recorder recorder{file.path(), trace::Level::summary, trace::sample_run()};
    trace::record_sample(recorder);
    recorder.finish({4_s, 1, 1, 1});
  }
  open();
  EXPECT_TRUE(painted().says("--trace full"));
  const Theme& theme = Theme::of(view.palette());
  EXPECT_FALSE(painted().rectangles(theme.of(State::entitled)).empty());
}

TEST_F(TimelineTest, GrowsWithItsFile) {
  trace::Recorder recorder{file.path(), trace::Level::full, trace::sample_run()};
  for (std::int64_t n = 0; n < 5; ++n) recorder.dispatch(trace::sample_dispatch(n));
  recorder.progress(1_s);
  ASSERT_TRUE(QTest::qWaitFor([&] { return trace::Reader::open(file.path()).has_value(); }, kPatience));
  open();
  look(3_s, 3100_ms);
  const LaneKey core = LaneKey::core(ServerId{0}, CoreId{1});
  view.setArrangement(Arrangement::byCore);
  for (std::int64_t n = 1500; n < 1550; ++n) recorder.dispatch(trace::sample_dispatch(n));
  for (std::int64_t n = 0; n < 50'000; ++n) recorder.log(3_s, trace::Severity::info, "filling a batch");
  recorder.progress(4_s);
  recorder.finish({4_s, 1, 1, 1});
  // What was written appears without anybody asking.
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        const auto* item = painted().rectangleAt(placeOf(core, 3051_ms));
        return item != nullptr &&
               (item->colour == Theme::of(view.palette()).ofPartition(0) || item->colour == Theme::of(view.palette()).ofPartition(1) ||
                item->colour == Theme::of(view.palette()).ofPartition(2));
      },
      kPatience));
  EXPECT_EQ(focus.window(), (TimeRange{3_s, 3100_ms}));
}

TEST_F(TimelineTest, ForgetsAClosedFile) {
  openKnown();
  session.close();
  EXPECT_TRUE(painted().says("No run is open"));
  EXPECT_TRUE(view.asCsv().isEmpty());
}

TEST_F(TimelineTest, ExportsWhatItShows) {
  openKnown();
  look(50_ms, 250_ms);
  const QStringList lines = view.asCsv().split('\n');
  EXPECT_TRUE(lines[0].startsWith("lane,begin_ps,end_ps,state"));
  EXPECT_TRUE(lines.contains("\"web vp 0\",100000000000,110000000000,running on entitlement,web,0,1,0,1,1")) << view.asCsv().toStdString();
}

TEST_F(TimelineTest, IsNamedForThoseWhoDoNotSeeIt) {
  openKnown();
  EXPECT_EQ(view.accessibleName(), "Timeline");
  look(50_ms, 250_ms);
  QTest::mouseClick(&view, Qt::LeftButton, {}, placeOf(vp, 105_ms));
  EXPECT_TRUE(view.accessibleDescription().contains("running on entitlement"));
  for (const QWidget* child : view.findChildren<QWidget*>(QString{}, Qt::FindDirectChildrenOnly))
    EXPECT_FALSE(child->accessibleName().isEmpty()) << child->metaObject()->className();
}

}  // namespace
}  // namespace lparsim::gui

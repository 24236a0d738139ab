#include "gui/timeline/testing/timeline_fixture.hpp"
#include "gui/timeline/timeline_view.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::kPatience;

class TimelineKeys : public testing::TimelineFixture {};

TEST_F(TimelineKeys, StepsFromSliceToSlice) {
  openKnown();
  look(0_s, 20_s);
  view.showLane(vp);
  focus.setPlayhead(10_ms);
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_Period);
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedSlice{vp, 100_ms, 110_ms}}));
  // So near that it can be seen.
  EXPECT_LE(focus.window().begin, 100_ms);
  EXPECT_GE(view.scene().scale.widthOf(10_ms), 6);
  QTest::keyClick(&view, Qt::Key_Period);
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedSlice{vp, 200_ms, 204_ms}}));
  QSignalSpy said{&view, &TimelineView::said};
  QTest::keyClick(&view, Qt::Key_Period);
  settle();
  ASSERT_EQ(said.size(), 1);
  EXPECT_TRUE(said[0][0].toString().contains("Nothing follows"));
  QTest::keyClick(&view, Qt::Key_Comma);
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedSlice{vp, 100_ms, 110_ms}}));
}

TEST_F(TimelineKeys, StepsThroughRequestsAndShowsTheirStages) {
  openKnown();
  look(900_ms, 1100_ms);
  view.showLane(disk);
  focus.setPlayhead(1000_ms);
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_Period);
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedRequest{101}}));
  QTest::keyClick(&view, Qt::Key_Period);
  settle();
  EXPECT_EQ(focus.selection(), (Selection{SelectedRequest{102}}));
  QTest::keyClick(&view, Qt::Key_F);
  settle();
  const RecordedCanvas canvas = painted();
  // Every third one waited for the VIOS.
  EXPECT_TRUE(canvas.says("VIOS dispatch"));
  EXPECT_TRUE(canvas.says("device"));
  EXPECT_FALSE(canvas.all(RecordedCanvas::Kind::curve).empty());
}

TEST_F(TimelineKeys, SmoothKeysMoveOneStepWhenTapped) {
  openKnown();
  look(1_s, 2_s);
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_D);
  EXPECT_EQ(focus.window(), (TimeRange{1100_ms, 2100_ms}));
  QTest::keyClick(&view, Qt::Key_A);
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  QTest::keyClick(&view, Qt::Key_W);
  EXPECT_EQ(focus.window(), (TimeRange{1100_ms, 1900_ms}));
  QTest::keyClick(&view, Qt::Key_S);
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  QTest::keyClick(&view, Qt::Key_End);
  EXPECT_EQ(focus.window().end, 20_s);
  QTest::keyClick(&view, Qt::Key_Home);
  EXPECT_EQ(focus.window().begin, 0_s);
  QTest::keyClick(&view, Qt::Key_F, Qt::ShiftModifier);
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 20_s}));
}

TEST_F(TimelineKeys, MovesOnWhileAKeyIsHeld) {
  openKnown();
  look(1_s, 2_s);
  view.setFocus();
  QTest::keyPress(&view, Qt::Key_D);
  const SimTime tapped = focus.window().begin;
  ASSERT_TRUE(QTest::qWaitFor([&] { return focus.window().begin > tapped; }, kPatience));
  QTest::keyRelease(&view, Qt::Key_D);
  const TimeRange released = focus.window();
  QCoreApplication::processEvents();
  EXPECT_EQ(focus.window(), released);
  EXPECT_EQ(released.end - released.begin, 1_s);
  // All of it is one step of undo.
  focus.undoWindow();
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
}

TEST_F(TimelineKeys, LeavesSpaceAndCombinationsToTheMainWindow) {
  openKnown();
  view.setFocus();
  for (const auto& [key, modifiers] :
       {std::pair{Qt::Key_Space, Qt::KeyboardModifiers{}}, std::pair{Qt::Key_Z, Qt::KeyboardModifiers{Qt::ControlModifier}},
        std::pair{Qt::Key_P, Qt::KeyboardModifiers{Qt::ControlModifier}}}) {
    QKeyEvent event{QEvent::KeyPress, key, modifiers};
    QCoreApplication::sendEvent(&view, &event);
    EXPECT_FALSE(event.isAccepted()) << key;
  }
  EXPECT_TRUE(focus.pinned().empty());
}

TEST_F(TimelineKeys, PinsALaneWhichStaysInEveryArrangement) {
  openKnown();
  view.setFocus();
  view.showLane(vp);
  QTest::keyClick(&view, Qt::Key_P);
  EXPECT_EQ(focus.pinned(), std::vector<LaneKey>{vp});
  QTest::keyClick(&view, Qt::Key_1);
  settle();
  EXPECT_EQ(view.scene().lanes.front().lane->key, vp);
  EXPECT_EQ(view.scene().lanes.front().lane->name, "web vp 0");
  // By its pin it is let go.
  const Scene scene = view.scene();
  QTest::mouseClick(&view, Qt::LeftButton, {}, pinOf(headerOf(scene, scene.lanes.front())).center().toPoint());
  EXPECT_TRUE(focus.pinned().empty());
}

TEST_F(TimelineKeys, MovesAmongLanesWithTheArrowsAndScrolls) {
  openKnown();
  view.resize(1200, 220);
  settle();
  view.setFocus();
  QTest::keyClick(&view, Qt::Key_Down);
  ASSERT_TRUE(view.currentLane());
  EXPECT_EQ(*view.currentLane(), LaneKey::partition(ServerId{0}, PartitionId{0}));
  for (int i = 0; i < 30; ++i) QTest::keyClick(&view, Qt::Key_Down);
  settle();
  EXPECT_EQ(*view.currentLane(), LaneKey::virtual_processor(ServerId{0}, PartitionId{2}, 0));
  const Scene scene = view.scene();
  EXPECT_EQ(scene.lanes.back().lane->key, *view.currentLane());
  EXPECT_LE(scene.lanes.back().bottom(), scene.areas.tracks.height() + 1);
}

}  // namespace
}  // namespace lparsim::gui

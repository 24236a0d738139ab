#include "gui/session/focus.hpp"

#include <gtest/gtest.h>

#include <QSignalSpy>

namespace lparsim::gui {
namespace {

using namespace literals;

struct FocusTest : ::testing::Test {
  FocusTest() { focus.reset({0_s, 10_s}); }
  Focus focus;
};

TEST_F(FocusTest, ShowsTheWholeRunAtFirst) {
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 10_s}));
  EXPECT_FALSE(focus.canUndoWindow());
}

TEST_F(FocusTest, MovesAWindowThatSticksOutInsteadOfShorteningIt) {
  focus.setWindow({9_s, 12_s});
  EXPECT_EQ(focus.window(), (TimeRange{7_s, 10_s}));
  focus.setWindow({SimTime{} - 2_s, 1_s});
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 3_s}));
}

TEST_F(FocusTest, NeverShowsLessThanANanosecondNorMoreThanTheRun) {
  focus.setWindow({5_s, 5_s});
  EXPECT_EQ(focus.window(), (TimeRange{5_s, 5_s + 1_ns}));
  focus.setWindow({SimTime{} - 100_s, 100_s});
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 10_s}));
}

TEST_F(FocusTest, UndoesAGestureAtOnce) {
  focus.setWindow({1_s, 9_s});
  focus.setWindow({2_s, 8_s}, true);
  focus.setWindow({3_s, 7_s}, true);
  focus.setWindow({4_s, 6_s});
  focus.undoWindow();
  EXPECT_EQ(focus.window(), (TimeRange{3_s, 7_s}));
  focus.undoWindow();
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 10_s}));
  EXPECT_FALSE(focus.canUndoWindow());
  focus.redoWindow();
  EXPECT_EQ(focus.window(), (TimeRange{3_s, 7_s}));
  focus.setWindow({0_s, 1_s});
  EXPECT_FALSE(focus.canRedoWindow());
}

TEST_F(FocusTest, WhoSeesTheWholeRunGoesOnSeeingItWhileItGrows) {
  focus.setLimits({0_s, 20_s});
  EXPECT_EQ(focus.window(), (TimeRange{0_s, 20_s}));
  focus.setWindow({1_s, 2_s});
  focus.setLimits({0_s, 30_s});
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
}

TEST_F(FocusTest, BringsTheWindowToThePlayhead) {
  focus.setWindow({0_s, 2_s});
  focus.showPlayhead(7_s);
  EXPECT_EQ(focus.window(), (TimeRange{6_s, 8_s}));
  focus.showPlayhead(99_s);
  EXPECT_EQ(focus.playhead(), 10_s);
  EXPECT_EQ(focus.window(), (TimeRange{8_s, 10_s}));
}

TEST_F(FocusTest, TellsOfChangesOnly) {
  QSignalSpy playhead{&focus, &Focus::playheadChanged}, selection{&focus, &Focus::selectionChanged}, window{&focus, &Focus::windowChanged};
  focus.setPlayhead(1_s);
  focus.setPlayhead(1_s);
  focus.select(SelectedRequest{7});
  focus.select(SelectedRequest{7});
  focus.setWindow({0_s, 10_s});
  EXPECT_EQ(playhead.size(), 1);
  EXPECT_EQ(selection.size(), 1);
  EXPECT_EQ(window.size(), 0);
}

TEST_F(FocusTest, ARangeIsOrderedAndNeverEmpty) {
  focus.setRange(TimeRange{5_s, 2_s});
  EXPECT_EQ(focus.range(), (TimeRange{2_s, 5_s}));
  focus.setRange(TimeRange{3_s, 3_s});
  EXPECT_EQ(focus.range(), std::nullopt);
}

TEST_F(FocusTest, PinsALaneOnce) {
  const LaneKey lane = LaneKey::core(ServerId{0}, CoreId{3});
  focus.setPinned(lane, true);
  focus.setPinned(lane, true);
  EXPECT_EQ(focus.pinned(), std::vector{lane});
  focus.setPinned(lane, false);
  EXPECT_TRUE(focus.pinned().empty());
}

}  // namespace
}  // namespace lparsim::gui

#pragma once
// For tests: the view of a run file whose every picture is known, and a person's hands.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "gui/paint/recorded_canvas.hpp"
#include "gui/timeline/testing/known_history.hpp"
#include "gui/timeline/timeline_view.hpp"

namespace lparsim::gui::testing {

inline constexpr int kPatience = 20'000;  ///< milliseconds until a test gives up; never reached where all is well

class TimelineFixture : public ::testing::Test {
 protected:
  TimelineFixture() {
    QObject::connect(&session, &Session::opened, &view, [this] { focus.reset({SimTime{}, session.facts()->end()}); });
    view.resize(1200, 700);
    view.show();
  }
  void openKnown() {
    {
      trace::Recorder recorder{file.path(), trace::Level::full, trace::sample_run()};
      recordKnownHistory(recorder);
      recorder.finish({4_s, 1, 1, 1});
    }
    open();
  }
  void open() {
    QSignalSpy opened{&session, &Session::opened};
    session.open(QString::fromStdString(file.path().string()));
    ASSERT_TRUE(opened.wait(kPatience));
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return view.isSettled(); }, kPatience));
  }
  void look(SimTime begin, SimTime end) {
    focus.setWindow({begin, end});
    settle();
  }
  /// The middle of a moment on a lane.
  QPoint placeOf(const LaneKey& lane, SimTime at) {
    const Scene scene = view.scene();
    for (const PlacedLane& placed : scene.lanes)
      if (placed.lane->key == lane) return {static_cast<int>(scene.scale.xOf(at)), static_cast<int>(trackOf(scene, placed).center().y())};
    ADD_FAILURE() << "the lane is not visible";
    return {};
  }
  void wheel(const QPointF& at, QPoint turned, Qt::KeyboardModifiers modifiers = {}) {
    QWheelEvent event{at, view.mapToGlobal(at), {}, turned, Qt::NoButton, modifiers, Qt::NoScrollPhase, false};
    QCoreApplication::sendEvent(&view, &event);
  }
  void drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mousePress(&view, Qt::LeftButton, modifiers, from);
    for (int step = 1; step <= 5; ++step) QTest::mouseMove(&view, from + (to - from) * step / 5);
    QTest::mouseRelease(&view, Qt::LeftButton, modifiers, to);
  }
  RecordedCanvas painted() {
    RecordedCanvas canvas{view.font()};
    view.paintOn(canvas);
    EXPECT_TRUE(canvas.isBalanced());
    return canvas;
  }
  QPointF middle() { return view.scene().areas.tracks.center(); }

  trace::TemporaryFile file;
  Session session;
  Focus focus;
  TimelineView view{session, focus};
  const LaneKey vp = LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 0);
  const LaneKey disk = LaneKey::io_target(0);
};

}  // namespace lparsim::gui::testing

#pragma once
#include <QComboBox>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QSet>
#include <QTimer>

#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"
#include "gui/timeline/scene.hpp"

namespace lparsim::gui {

/// What ran where and why something waited, over time: lanes by core, partition or virtual processor, I/O and services beneath.
///
/// Draws what it knows at once, stretched where it has to be, while finer figures come from the session. Mouse: the wheel zooms at the
/// pointer (over the lanes' names it scrolls), with Shift it moves in time; dragging moves, with Shift or on the axis it selects a range of
/// time; a click selects, a double click zooms. Keys: docs/gui.md.
class TimelineView final : public View {
  Q_OBJECT
 public:
  TimelineView(Session& session, Focus& focus, QWidget* parent = nullptr);

  QString viewName() const override { return "timeline"; }
  QString title() const override { return tr("Timeline"); }
  void paintOn(Canvas& canvas) override;
  QString asCsv() const override;
  bool isSettled() const override;
  QSize sizeHint() const override { return {1100, 600}; }
  QSize minimumSizeHint() const override { return {360, 220}; }

  Arrangement arrangement() const { return arrangement_; }
  void setArrangement(Arrangement arrangement);
  /// The lane that keys are about.
  std::optional<LaneKey> currentLane() const { return current_; }
  /// Makes it the current one and scrolls to it; nothing where this arrangement does not have it.
  void showLane(const LaneKey& lane);
  double headerWidth() const { return headerWidth_; }
  void setHeaderWidth(double width);

  /// What is at a point of the view.
  struct Hit {
    enum class Place : std::uint8_t { nothing, minimap, axis, flags, header, pin, divider, track, legend, earlier, later };
    Place place = Place::nothing;
    std::optional<LaneKey> lane;
    std::optional<Slice> slice;
    SimTime at;  ///< minimap: in the whole run; else in the window
  };
  Hit hitAt(const QPointF& point) const;
  /// What a tooltip says of it; empty: nothing.
  QString wordsAt(const QPointF& point) const;
  /// As it would be painted now.
  Scene scene() const;

 public Q_SLOTS:
  /// The selection if it has a time, else the range; with neither the whole run.
  void fit();
  void fitAll();
  /// To the next (previous) slice of the current lane.
  void stepSlice(bool backwards);
  void togglePin();

 Q_SIGNALS:
  void arrangementChanged();
  void said(const QString& sentence);  ///< for the status bar

 protected:
  bool event(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  enum Topic : int { kWindow, kOverview, kCurve, kJourney, kStep, kPick };
  enum class Drag : std::uint8_t { none, pressed, pan, range, minimapPan, minimapWindow, divider };

  // timeline_view.cpp
  void rebuild();
  void place();
  double line() const;
  Areas areas() const;
  TimeScale scale() const;
  std::vector<PlacedLane> visibleLanes(double margin = 0) const;
  Hint hintNow() const;
  void selectionMoved();
  // timeline_asking.cpp
  void ask();
  void askOverview();
  void askCurve();
  void askJourney();
  void take(Result<WindowAnswer> answer);
  void forgetAll();
  void pick(const LaneKey& lane, SimTime at);
  void bring(const LaneKey& lane, TimeRange thing);
  // timeline_mouse.cpp, timeline_keys.cpp
  void click(const QPointF& point);
  void dragTo(const QPointF& point);
  void point(const std::optional<QPointF>& point);
  void select(const LaneKey& lane, const Slice& slice);
  void selectLane(const LaneKey& lane);
  void zoom(double steps, SimTime anchor, double x);
  void pan(SimTime by, bool continues);
  void moveLane(int by);
  bool act(int key, Qt::KeyboardModifiers modifiers);
  void moveSmoothly(double seconds);
  QPointF zoomPlace() const;

  Session& session_;
  Focus& focus_;
  QComboBox arrangements_;
  QScrollBar lanesBar_;
  Arrangement arrangement_ = Arrangement::byCore;
  LaneLayout layout_;
  double headerWidth_ = 190;
  std::optional<LaneKey> current_;

  Answers answers_;
  LoadCurve curve_;
  std::shared_ptr<const Journey> journey_;
  TimeRange asked_{};
  bool outstanding_ = false, again_ = false, curveOutstanding_ = false, curveAgain_ = false;

  ZoomGesture gesture_;
  std::optional<QPointF> pointer_;
  Drag drag_ = Drag::none;
  Qt::KeyboardModifiers pressedWith_;
  QPointF pressedAt_;
  TimeRange pressedWindow_{};
  int pressedScroll_ = 0;
  Hit pressedHit_;
  TimeRange panned_{};  ///< the window that the last move made
  QSet<int> held_;      ///< keys that move smoothly
  QTimer motion_;
  QElapsedTimer motionClock_;
};

}  // namespace lparsim::gui

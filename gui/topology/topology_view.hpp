#pragma once
#include <QElapsedTimer>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "gui/data/flows.hpp"
#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/playback.hpp"
#include "gui/session/session.hpp"
#include "gui/topology/picture.hpp"

namespace lparsim::gui {

/// The machine as it is, at the playhead: processors with the virtual processors on them, partitions, what serves them, and what flows
/// between them.
///
/// Wheel: zoom; drag: move; F: all of it; +, -: zoom; Ctrl+Z, Ctrl+Shift+Z: undo and redo of these. Tab and arrows: from part to part,
/// Return or click: select. Hovering says what every figure means.
class TopologyView : public View {
  Q_OBJECT
 public:
  TopologyView(Session& session, Focus& focus, Playback& playback, QWidget* parent = nullptr);

  QString viewName() const override { return QStringLiteral("topology"); }
  QString title() const override { return tr("Topology"); }
  void paintOn(Canvas& canvas) override;
  /// A part a record, with its figures.
  QString asCsv() const override;
  bool isSettled() const override { return !isVisible() || (!asking_ && !due_.isActive()); }
  QSize sizeHint() const override { return {900, 640}; }

  const MachineLayout& machine() const { return layout_; }
  const Camera& camera() const { return camera_; }
  const std::vector<FlowLine>& lines() const { return lines_; }
  int current() const { return current_; }
  /// What hovering over this point of the view says, a sentence a line; empty where nothing is.
  QString sentencesAt(const QPointF& point) const;
  bool isMoving() const { return moving_.isActive(); }

 public Q_SLOTS:
  void fit();
  void undo();
  void redo();
  void zoomIn();
  void zoomOut();

 protected:
  bool event(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  enum class Gesture : std::uint8_t { none, wheel, drag, keys };

  void takeFacts(bool isNew);
  void askSoon();
  void ask();
  void take(Result<Flows> flows);
  void moveWithPlayback();
  MachinePicture picture() const;
  QSizeF drawing() const;  ///< the view without its legend
  void setCamera(const Camera& camera, Gesture gesture);
  void zoom(double factor, const QPointF& fixed, Gesture gesture);
  void setCurrent(int place);
  void select(int place);
  int selected() const;
  bool step(int direction);
  bool stepTo(Qt::Key key);

  Session& session_;
  Focus& focus_;
  Playback& playback_;
  std::shared_ptr<const RunFacts> facts_;
  MachineLayout layout_;
  std::optional<Flows> flows_;
  std::vector<FlowLine> lines_;
  Camera camera_;
  bool fitted_ = true;  ///< follows the size of the view
  std::vector<Camera> undo_, redo_;
  Gesture last_ = Gesture::none;  ///< steps of one gesture are undone together
  int current_ = -1, hovered_ = -1;
  QPointF pressed_, dragged_;
  bool dragging_ = false;
  bool asking_ = false, again_ = false;
  QTimer due_;     ///< the next question
  QTimer moving_;  ///< while lines move
  QElapsedTimer clock_;
  double phase_ = 0;
};

}  // namespace lparsim::gui

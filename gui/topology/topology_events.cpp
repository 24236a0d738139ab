// TopologyView: mouse, wheel, keys, hovering.
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

#include "gui/topology/topology_view.hpp"

namespace lparsim::gui {

namespace {

constexpr double kStepsADoubling = 6 * 120;  ///< of the wheel, in eighths of a degree
constexpr double kIsADrag = 4;               ///< pixels
constexpr double kKeyMove = 60;

}  // namespace

bool TopologyView::event(QEvent* event) {
  switch (event->type()) {
    case QEvent::ToolTip: {
      const auto* help = static_cast<QHelpEvent*>(event);
      const QString words = sentencesAt(help->pos());
      if (words.isEmpty())
        QToolTip::hideText();
      else
        QToolTip::showText(help->globalPos(),
                           QStringLiteral("<qt>%1</qt>").arg(words.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"))),
                           this);
      return true;
    }
    case QEvent::ShortcutOverride: {
      // Undo is this view's own while it has the keyboard.
      auto* key = static_cast<QKeyEvent*>(event);
      if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
        event->accept();
        return true;
      }
      break;
    }
    default:
      break;
  }
  return View::event(event);
}

void TopologyView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  if (fitted_) camera_ = Camera::fitting(layout_.bounds, drawing());
}

void TopologyView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  askSoon();
  moveWithPlayback();
}

void TopologyView::hideEvent(QHideEvent* event) {
  View::hideEvent(event);
  moveWithPlayback();
}

void TopologyView::wheelEvent(QWheelEvent* event) {
  const QPoint turned = event->angleDelta();
  if (event->modifiers() & Qt::ShiftModifier) {
    setCamera(camera_.moved({turned.y() * 0.5 + turned.x() * 0.5, 0}).within(layout_.bounds, drawing()), Gesture::wheel);
  } else if (turned.y() != 0) {
    zoom(std::exp2(turned.y() / kStepsADoubling), event->position(), Gesture::wheel);
  }
  event->accept();
}

void TopologyView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return View::mousePressEvent(event);
  pressed_ = dragged_ = event->position();
  dragging_ = false;
}

void TopologyView::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
    if (!dragging_ && (event->position() - pressed_).manhattanLength() < kIsADrag) return;
    if (!dragging_) last_ = Gesture::none;
    dragging_ = true;
    setCursor(Qt::ClosedHandCursor);
    setCamera(camera_.moved(event->position() - dragged_).within(layout_.bounds, drawing()), Gesture::drag);
    dragged_ = event->position();
    return;
  }
  const bool onDrawing = event->position().y() < drawing().height();
  int place = onDrawing ? layout_.partAt(camera_.toLayout(event->position())) : -1;
  if (place >= 0 && layout_.parts[static_cast<std::size_t>(place)].id.kind == PartKind::frame) place = -1;
  if (place == hovered_) return;
  hovered_ = place;
  update();
}

void TopologyView::mouseReleaseEvent(QMouseEvent* event) {
  if (dragging_) {
    dragging_ = false;
    last_ = Gesture::none;
    unsetCursor();
    return;
  }
  if (event->button() == Qt::LeftButton && event->position().y() < drawing().height())
    select(layout_.partAt(camera_.toLayout(event->position())));
}

void TopologyView::mouseDoubleClickEvent(QMouseEvent* event) {
  const int place = layout_.partAt(camera_.toLayout(event->position()));
  if (place < 0) return fit();
  // What was clicked fills half of the view.
  const QRectF area = layout_.parts[static_cast<std::size_t>(place)].area;
  setCamera(Camera::fitting(area.adjusted(-area.width() / 2, -area.height() / 2, area.width() / 2, area.height() / 2), drawing(), 2.5),
            Gesture::none);
}

void TopologyView::leaveEvent(QEvent* event) {
  View::leaveEvent(event);
  if (hovered_ < 0) return;
  hovered_ = -1;
  update();
}

void TopologyView::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Undo)) return undo();
  if (event->matches(QKeySequence::Redo)) return redo();
  const bool moves = event->modifiers() & Qt::ShiftModifier;
  const auto move = [&](double x, double y) {
    setCamera(camera_.moved({x * kKeyMove, y * kKeyMove}).within(layout_.bounds, drawing()), Gesture::keys);
  };
  switch (event->key()) {
    case Qt::Key_Left:
      moves ? move(1, 0) : void(stepTo(Qt::Key_Left));
      return;
    case Qt::Key_Right:
      moves ? move(-1, 0) : void(stepTo(Qt::Key_Right));
      return;
    case Qt::Key_Up:
      moves ? move(0, 1) : void(stepTo(Qt::Key_Up));
      return;
    case Qt::Key_Down:
      moves ? move(0, -1) : void(stepTo(Qt::Key_Down));
      return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return select(current_);
    case Qt::Key_Escape:
      return focus_.select({});
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomIn();
    case Qt::Key_Minus:
      return zoomOut();
    case Qt::Key_F:
    case Qt::Key_0:
      return fit();
    default:
      View::keyPressEvent(event);
  }
}

bool TopologyView::focusNextPrevChild(bool next) {
  return step(next ? 1 : -1) || View::focusNextPrevChild(next);
}

}  // namespace lparsim::gui

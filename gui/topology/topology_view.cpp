#include "gui/topology/topology_view.hpp"

#include <QHelpEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "gui/data/device_flows.hpp"
#include "gui/topology/navigation.hpp"

namespace lparsim::gui {

namespace {

constexpr double kMostScale = 6;
constexpr std::size_t kMostUndo = 100;
constexpr int kFrame = 33;         ///< milliseconds between pictures while lines move
constexpr double kPace = 40;       ///< pixels a second at which they do
constexpr int kBeforeAsking = 15;  ///< milliseconds: a playhead that moves asks once a picture

/// Averages of a twentieth of what the timeline shows: long enough to hold some requests, short enough to be "now".
SimTime spanFor(const Focus& focus) {
  const TimeRange window = focus.window();
  return std::clamp((window.end - window.begin) / 20, SimTime::from_ms(1), SimTime::from_s(1));
}

}  // namespace

TopologyView::TopologyView(Session& session, Focus& focus, Playback& playback, QWidget* parent)
    : View{parent}, session_{session}, focus_{focus}, playback_{playback} {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(240, 160);
  setAccessibleName(title());
  due_.setSingleShot(true);
  due_.setInterval(kBeforeAsking);
  moving_.setInterval(kFrame);
  connect(&due_, &QTimer::timeout, this, &TopologyView::ask);
  connect(&moving_, &QTimer::timeout, this, [this] {
    phase_ += kPace * static_cast<double>(clock_.restart()) / 1000;
    update();
  });
  connect(&session_, &Session::opened, this, [this] { takeFacts(true); });
  connect(&session_, &Session::grew, this, [this] { takeFacts(false); });
  connect(&session_, &Session::finished, this, [this] { takeFacts(false); });
  connect(&session_, &Session::closed, this, [this] { takeFacts(true); });
  connect(&focus_, &Focus::playheadChanged, this, &TopologyView::askSoon);
  connect(&focus_, &Focus::windowChanged, this, &TopologyView::askSoon);
  connect(&focus_, &Focus::selectionChanged, this, qOverload<>(&QWidget::update));
  connect(&playback_, &Playback::changed, this, &TopologyView::moveWithPlayback);
  takeFacts(true);
}

void TopologyView::takeFacts(bool isNew) {
  facts_ = session_.facts();
  if (isNew) {
    // What was asked of the file before is not answered any more.
    asking_ = again_ = false;
    layout_ = facts_ ? layOut(*facts_) : MachineLayout{};
    flows_.reset();
    lines_.clear();
    current_ = hovered_ = -1;
    undo_.clear();
    redo_.clear();
    last_ = Gesture::none;
    fitted_ = true;
    camera_ = Camera::fitting(layout_.bounds, drawing());
  }
  askSoon();
  update();
}

void TopologyView::askSoon() {
  // A clock that goes on and on must not put the question off.
  if (isVisible() && facts_ && !due_.isActive()) due_.start();
}

void TopologyView::ask() {
  if (!facts_ || !isVisible()) return;
  // It is answered first: while the playhead moves, a question that is replaced all the time would never be.
  if (asking_) {
    again_ = true;
    return;
  }
  asking_ = true;
  again_ = false;
  const SimTime at = focus_.playhead();
  const SimTime length = spanFor(focus_);
  session_.ask<Flows>(
      this, 0,
      [at, length](Sources& sources) {
        Result<Flows> flows = flowsAt(sources, at, length);
        if (!flows || !flows->devices.empty()) return flows;
        auto devices = deviceFlowsAt(sources, at);
        if (devices) flows->devices = std::move(*devices);
        return flows;
      },
      [this](Result<Flows> flows) { take(std::move(flows)); });
}

void TopologyView::take(Result<Flows> flows) {
  asking_ = false;
  if (again_) askSoon();
  if (flows)
    flows_ = std::move(*flows);
  else
    flows_.reset();
  lines_ = flows_ && facts_ ? flowLines(*facts_, layout_, *flows_) : std::vector<FlowLine>{};
  moveWithPlayback();
  update();
}

void TopologyView::moveWithPlayback() {
  const bool moves = isVisible() && playback_.isPlaying() && !lines_.empty();
  if (moves == moving_.isActive()) return;
  if (moves) {
    clock_.start();
    moving_.start();
  } else {
    moving_.stop();
  }
}

QSizeF TopologyView::drawing() const {
  return {static_cast<double>(width()), std::max(1.0, height() - kLegendHeight)};
}

MachinePicture TopologyView::picture() const {
  return {*facts_,        layout_, flows_ ? &*flows_ : nullptr, lines_,     theme(), camera_,
          QSizeF{size()}, phase_,  hasFocus() ? current_ : -1,  selected(), hovered_};
}

void TopologyView::paintOn(Canvas& canvas) {
  if (!facts_) return paintHint(canvas, theme(), size(), tr("Open a run file to see its machine."));
  if (facts_->info.servers.empty()) return paintHint(canvas, theme(), size(), tr("This run file describes no server."));
  paintMachine(canvas, picture());
}

int TopologyView::selected() const {
  return facts_ ? placeOf(*facts_, layout_, focus_.selection()) : -1;
}

QString TopologyView::sentencesAt(const QPointF& point) const {
  if (!facts_ || point.y() > drawing().height()) return {};
  const MachinePicture seen = picture();
  const int place = layout_.partAt(camera_.toLayout(point));
  const bool onBox = place >= 0 && !layout_.parts[static_cast<std::size_t>(place)].holds;
  if (!onBox) {
    if (const auto strand = strandAt(seen, point)) return sentencesOf(*facts_, layout_, *strand).join(QLatin1Char('\n'));
  }
  if (place < 0) return {};
  return sentencesOf(*facts_, layout_.parts[static_cast<std::size_t>(place)].id, seen.flows).join(QLatin1Char('\n'));
}

// Parts with their figures. Quoted as RFC 4180 has it.
QString TopologyView::asCsv() const {
  if (!facts_) return {};
  QString csv = QStringLiteral("part,figures\r\n");
  const auto quoted = [](QString text) {
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
  };
  for (const Part& part : layout_.parts) {
    const QStringList words = sentencesOf(*facts_, part.id, flows_ ? &*flows_ : nullptr);
    csv += quoted(nameOfPart(*facts_, part.id)) + QLatin1Char(',') + quoted(words.join(QStringLiteral("; "))) + QStringLiteral("\r\n");
  }
  return csv;
}

void TopologyView::setCamera(const Camera& camera, Gesture gesture) {
  if (camera == camera_) return;
  if (gesture == Gesture::none || gesture != last_) {
    undo_.push_back(camera_);
    if (undo_.size() > kMostUndo) undo_.erase(undo_.begin());
  }
  redo_.clear();
  last_ = gesture;
  fitted_ = false;
  camera_ = camera;
  update();
}

void TopologyView::zoom(double factor, const QPointF& fixed, Gesture gesture) {
  const double least = Camera::fitting(layout_.bounds, drawing()).scale * 0.5;
  setCamera(camera_.zoomed(factor, fixed, least, std::max(kMostScale, least)).within(layout_.bounds, drawing()), gesture);
}

void TopologyView::fit() {
  setCamera(Camera::fitting(layout_.bounds, drawing()), Gesture::none);
  fitted_ = true;
}

void TopologyView::undo() {
  if (undo_.empty()) return;
  redo_.push_back(camera_);
  camera_ = undo_.back();
  undo_.pop_back();
  last_ = Gesture::none;
  fitted_ = camera_ == Camera::fitting(layout_.bounds, drawing());
  update();
}

void TopologyView::redo() {
  if (redo_.empty()) return;
  undo_.push_back(camera_);
  camera_ = redo_.back();
  redo_.pop_back();
  last_ = Gesture::none;
  fitted_ = camera_ == Camera::fitting(layout_.bounds, drawing());
  update();
}

void TopologyView::zoomIn() {
  zoom(1.25, {drawing().width() / 2, drawing().height() / 2}, Gesture::keys);
}

void TopologyView::zoomOut() {
  zoom(0.8, {drawing().width() / 2, drawing().height() / 2}, Gesture::keys);
}

void TopologyView::setCurrent(int place) {
  if (place < 0 || !facts_) return;
  current_ = place;
  const Part& part = layout_.parts[static_cast<std::size_t>(place)];
  setAccessibleDescription(sentencesOf(*facts_, part.id, flows_ ? &*flows_ : nullptr).join(QStringLiteral(". ")));
  // Where it is not seen, the picture moves there.
  const QRectF seen{QPointF{}, drawing()};
  const QRectF area = camera_.toScreen(part.area);
  if (!seen.intersects(area.adjusted(4, 4, -4, -4))) setCamera(camera_.moved(seen.center() - area.center()), Gesture::keys);
  update();
}

void TopologyView::select(int place) {
  if (place < 0) return focus_.select({});
  setCurrent(place);
  focus_.select(selectionOf(layout_.parts[static_cast<std::size_t>(place)].id));
}

bool TopologyView::step(int direction) {
  const int next = nextPart(layout_, current_, direction);
  if (next < 0) return false;
  setCurrent(next);
  return true;
}

bool TopologyView::stepTo(Qt::Key key) {
  const int next = current_ < 0 ? nextPart(layout_, -1, 1) : neighbour(layout_, current_, key);
  if (next < 0) return false;
  setCurrent(next);
  return true;
}

}  // namespace lparsim::gui

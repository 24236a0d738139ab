#include "gui/timeline/timeline_view.hpp"

#include <QEvent>
#include <QFontMetricsF>
#include <QSignalBlocker>
#include <algorithm>

#include "gui/paint/time_text.hpp"
#include "gui/timeline/paint_parts.hpp"

namespace lparsim::gui {

namespace {

constexpr double kLeastHeader = 80, kMostHeader = 480;
constexpr int kFrameMilliseconds = 16;

std::optional<LaneKey> laneOf(const Selection& selection) {
  if (const auto* slice = std::get_if<SelectedSlice>(&selection)) return slice->lane;
  if (const auto* partition = std::get_if<SelectedPartition>(&selection))
    return LaneKey::partition(partition->server, partition->partition);
  if (const auto* core = std::get_if<SelectedCore>(&selection)) return LaneKey::core(core->server, core->core);
  return std::nullopt;
}

}  // namespace

TimelineView::TimelineView(Session& session, Focus& focus, QWidget* parent)
    : View{parent}, session_{session}, focus_{focus}, arrangements_{this}, lanesBar_{Qt::Vertical, this}, motion_{this} {
  setObjectName("timeline");
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(title());
  arrangements_.addItems({tr("Cores"), tr("Partitions"), tr("Virtual processors")});
  arrangements_.setAccessibleName(tr("Lanes by"));
  arrangements_.setToolTip(tr("What the lanes are (keys 1, 2 and 3)"));
  arrangement_ = Arrangement::byVirtualProcessor;
  arrangements_.setCurrentIndex(static_cast<int>(arrangement_));
  // Keys are the timeline's, but for those who come to the list with Tab.
  arrangements_.setFocusPolicy(Qt::TabFocus);
  lanesBar_.setAccessibleName(tr("Lanes"));
  motion_.setInterval(kFrameMilliseconds);
  motion_.setTimerType(Qt::PreciseTimer);

  connect(&arrangements_, &QComboBox::activated, this, [this](int index) {
    setArrangement(static_cast<Arrangement>(index));
    setFocus();
  });
  connect(&lanesBar_, &QScrollBar::valueChanged, this, [this] {
    update();
    ask();
  });
  connect(&motion_, &QTimer::timeout, this, [this] { moveSmoothly(static_cast<double>(motionClock_.restart()) / 1000); });
  connect(&session_, &Session::opened, this, [this] {
    forgetAll();
    rebuild();
  });
  connect(&session_, &Session::closed, this, [this] {
    forgetAll();
    rebuild();
  });
  const auto more = [this] {
    answers_.outdateOverviews();
    rebuild();
  };
  connect(&session_, &Session::grew, this, more);
  connect(&session_, &Session::finished, this, more);
  connect(&focus_, &Focus::windowChanged, this, [this] {
    update();
    ask();
  });
  connect(&focus_, &Focus::limitsChanged, this, [this] {
    update();
    ask();
    askCurve();
  });
  connect(&focus_, &Focus::playheadChanged, this, qOverload<>(&QWidget::update));
  connect(&focus_, &Focus::rangeChanged, this, qOverload<>(&QWidget::update));
  connect(&focus_, &Focus::pinnedChanged, this, &TimelineView::rebuild);
  connect(&focus_, &Focus::selectionChanged, this, &TimelineView::selectionMoved);
  rebuild();
}

double TimelineView::line() const {
  return QFontMetricsF{font()}.height();
}

Areas TimelineView::areas() const {
  return areasOf(size(), headerWidth_, line(), lanesBar_.isVisibleTo(this) ? lanesBar_.sizeHint().width() : 0);
}

TimeScale TimelineView::scale() const {
  const Areas parts = areas();
  TimeRange window = focus_.window();
  if (window.end <= window.begin) window.end = window.begin + SimTime::from_ns(1);
  return {window, parts.tracks.left(), parts.tracks.width()};
}

std::vector<PlacedLane> TimelineView::visibleLanes(double margin) const {
  return layout_.visible(areas().tracks.height(), lanesBar_.value(), margin);
}

void TimelineView::rebuild() {
  const auto facts = session_.facts();
  if (facts == nullptr) {
    layout_ = {};
    current_.reset();
  } else {
    std::vector<Lane> pinned;
    for (const LaneKey& key : focus_.pinned())
      for (const Arrangement arrangement : {arrangement_, Arrangement::byCore, Arrangement::byVirtualProcessor}) {
        const std::vector<Lane> lanes = lanesOf(*facts, arrangement);
        const auto found = std::ranges::find(lanes, key, &Lane::key);
        if (found == lanes.end()) continue;
        pinned.push_back(*found);
        break;
      }
    std::optional<LaneKey> expanded;
    if (journey_ != nullptr) expanded = journey_->target;
    layout_ = LaneLayout{lanesOf(*facts, arrangement_), pinned, line(), areasOf(size(), headerWidth_, line(), 0).tracks.height(), expanded};
    if (current_ && !layout_.find(*current_)) current_.reset();
  }
  place();
  update();
  ask();
  askCurve();
}

void TimelineView::place() {
  const double height = areasOf(size(), headerWidth_, line(), 0).tracks.height();
  const double most = layout_.scrolledHeight() - std::max(height - layout_.pinnedHeight(), 0.0);
  const bool needed = most > 0.5;
  {
    const QSignalBlocker quiet{lanesBar_};
    lanesBar_.setVisible(needed);
    lanesBar_.setRange(0, needed ? static_cast<int>(std::ceil(most)) : 0);
    lanesBar_.setPageStep(std::max(static_cast<int>(height - layout_.pinnedHeight()), 1));
    lanesBar_.setSingleStep(static_cast<int>(1.5 * line()));
  }
  const Areas parts = areas();
  lanesBar_.setGeometry(width() - lanesBar_.sizeHint().width(), static_cast<int>(parts.tracks.top()), lanesBar_.sizeHint().width(),
                        static_cast<int>(parts.tracks.height()));
  const QSize wanted = arrangements_.sizeHint();
  arrangements_.setGeometry(8, 8, std::min(wanted.width(), static_cast<int>(headerWidth_) - 16), wanted.height());
  arrangements_.setVisible(session_.facts() != nullptr);
}

void TimelineView::setArrangement(Arrangement arrangement) {
  if (arrangement == arrangement_) return;
  arrangement_ = arrangement;
  arrangements_.setCurrentIndex(static_cast<int>(arrangement));
  {
    const QSignalBlocker quiet{lanesBar_};
    lanesBar_.setValue(0);
  }
  rebuild();
  if (current_) showLane(*current_);
  Q_EMIT arrangementChanged();
}

void TimelineView::setHeaderWidth(double width) {
  headerWidth_ = std::clamp(width, kLeastHeader, std::max(kLeastHeader, std::min(kMostHeader, this->width() * 0.6)));
  place();
  update();
  ask();
}

void TimelineView::showLane(const LaneKey& lane) {
  const auto index = layout_.find(lane);
  if (!index) return;
  selectLane(lane);
  lanesBar_.setValue(static_cast<int>(layout_.scrollTo(*index, areas().tracks.height(), lanesBar_.value())));
}

void TimelineView::selectionMoved() {
  askJourney();
  if (session_.isOpen())
    if (const auto lane = laneOf(focus_.selection())) showLane(*lane);
  update();
}

Hint TimelineView::hintNow() const {
  const auto facts = session_.facts();
  if (facts == nullptr)
    return {
        session_.isOpening() ? tr("Opening …") : tr("No run is open.\nOpen a run file (Ctrl+O), drop one here, or start a run (Ctrl+R)."),
        {},
        {}};
  const std::vector<PlacedLane> lanes = visibleLanes();
  const TimeRange window = focus_.window();
  if (lanes.empty() || answers_.empty() || !answers_.newest().final) return {};
  TimeRange earlier{SimTime::from_ps(INT64_MIN), SimTime::from_ps(INT64_MIN)}, later{SimTime::never(), SimTime::never()};
  for (const PlacedLane& placed : lanes) {
    if (!answers_.isKnown(placed.lane->key, window)) return {};
    for (const LaneSlices* known : {answers_.best(placed.lane->key), answers_.overview(placed.lane->key)}) {
      if (known == nullptr) continue;
      for (const Slice& slice : known->slices) {
        if (slice.begin < window.end && slice.end > window.begin && (slice.count == 1 || known != answers_.overview(placed.lane->key)))
          return {};
        if (slice.end <= window.begin && slice.end > earlier.end) earlier = {slice.begin, slice.end};
        if (slice.begin >= window.end && slice.begin < later.begin) later = {slice.begin, slice.end};
      }
    }
  }
  Hint hint{tr("Nothing happens on these lanes in this window."), {}, {}};
  QStringList ways;
  if (earlier.end > SimTime::from_ps(INT64_MIN)) {
    hint.earlier = earlier;
    ways << tr("◀ %1 before").arg(durationText(window.begin - earlier.end));
  }
  if (later.begin < SimTime::never()) {
    hint.later = later;
    ways << tr("%1 after ▶").arg(durationText(later.begin - window.end));
  }
  if (!ways.isEmpty()) hint.text += '\n' + ways.join("      ");
  return hint;
}

Scene TimelineView::scene() const {
  Scene scene;
  scene.theme = &theme();
  scene.facts = session_.facts();
  scene.areas = areas();
  scene.scale = scale();
  scene.limits = focus_.limits();
  scene.answers = &answers_;
  scene.lanes = visibleLanes();
  scene.pinnedHeight = layout_.pinnedHeight();
  scene.curve = &curve_;
  scene.journey = journey_.get();
  scene.playhead = focus_.playhead();
  scene.range = focus_.range();
  scene.selection = focus_.selection();
  scene.current = current_;
  scene.hint = hintNow();
  if (pointer_ && drag_ == Drag::none) {
    const Hit hit = hitAt(*pointer_);
    scene.pointed = hit.lane;
    scene.pointedSlice = hit.slice;
    if (hit.place == Hit::Place::track || hit.place == Hit::Place::axis || hit.place == Hit::Place::flags) scene.pointedTime = hit.at;
  }
  if (scene.facts != nullptr && !scene.facts->isRecordedInFull() && !answers_.empty())
    scene.remark = tr("Recorded without single dispatches: intervals are shown. Run with --trace full to see every one.");
  return scene;
}

void TimelineView::paintOn(Canvas& canvas) {
  paintScene(canvas, scene());
  if (hasFocus()) canvas.frame(QRectF{rect()}.adjusted(1, 1, -1, -1), QPen{theme().accent, 2});
}

QString TimelineView::asCsv() const {
  const auto facts = session_.facts();
  if (facts == nullptr || answers_.empty()) return {};
  QString csv = "lane,begin_ps,end_ps,state,partition,vp,core,number,count,fill\n";
  const TimeRange window = focus_.window();
  for (const LaneSlices& lane : answers_.newest().lanes) {
    const auto index = layout_.find(lane.lane);
    if (!index) continue;
    QString name = toQString(layout_.lane(*index).full);
    name = '"' + name.replace('"', "\"\"") + '"';
    for (const Slice& slice : lane.slices) {
      if (slice.end <= window.begin || slice.begin >= window.end) continue;
      const trace::PartitionFacts* partition = facts->partition(slice.server, slice.partition);
      csv += QStringList{name,
                         QString::number(slice.begin.ps()),
                         QString::number(slice.end.ps()),
                         toQString(wordsFor(slice.state)),
                         partition == nullptr ? QString{} : toQString(partition->name),
                         QString::number(slice.vp),
                         QString::number(static_cast<std::uint32_t>(slice.core)),
                         QString::number(slice.number),
                         QString::number(slice.count),
                         QString::number(static_cast<double>(slice.fill), 'g', 6)}
                 .join(',') +
             '\n';
    }
  }
  return csv;
}

void TimelineView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  rebuild();
}

void TimelineView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) rebuild();
  if (event->type() == QEvent::PaletteChange) update();
}

}  // namespace lparsim::gui

#include "gui/session/playback.hpp"

#include <algorithm>

#include "gui/data/previous_event.hpp"

namespace lparsim::gui {

namespace {

constexpr int kFrameMilliseconds = 16;
constexpr double kSlowest = 1e-9, kFastest = 1000;
constexpr int kStepTopic = 0;

/// What steps are about, where the selection is of something with a lane.
std::optional<LaneKey> laneOf(const Selection& selection) {
  if (const auto* p = std::get_if<SelectedPartition>(&selection)) return LaneKey::partition(p->server, p->partition);
  if (const auto* c = std::get_if<SelectedCore>(&selection)) return LaneKey::core(c->server, c->core);
  if (const auto* s = std::get_if<SelectedSlice>(&selection)) return s->lane;
  return std::nullopt;
}

QString nounOf(trace::EventKind kind) {
  switch (kind) {
    case trace::EventKind::dispatch:
      return Playback::tr("dispatch");
    case trace::EventKind::preemption:
      return Playback::tr("preemption");
    case trace::EventKind::cap_hit:
      return Playback::tr("cap hit");
    case trace::EventKind::wait_for_core:
      return Playback::tr("wait for a core");
    case trace::EventKind::folded:
      return Playback::tr("folding");
    case trace::EventKind::unfolded:
      return Playback::tr("unfolding");
    case trace::EventKind::instant:
      return Playback::tr("operator's change");
    case trace::EventKind::io_failure:
      return Playback::tr("failed request");
    case trace::EventKind::vsp_event:
      break;
  }
  return Playback::tr("event of a Virtual Service Partition");
}

}  // namespace

Playback::Playback(Session& session, Focus& focus, QObject* parent) : QObject{parent}, session_{session}, focus_{focus}, timer_{this} {
  timer_.setTimerType(Qt::PreciseTimer);
  timer_.setInterval(kFrameMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &Playback::tick);
  connect(&session_, &Session::grew, this, [this] {
    if (following_) focus_.showPlayhead(session_.facts()->simulated);
  });
  connect(&session_, &Session::opened, this, [this] { pause(); });
  connect(&session_, &Session::closed, this, [this] { pause(); });
}

void Playback::setSpeed(double speed) {
  speed = std::clamp(speed, kSlowest, kFastest);
  if (speed == speed_) return;
  speed_ = speed;
  Q_EMIT changed();
}

void Playback::play() {
  if (isPlaying() || !session_.isOpen()) return;
  following_ = false;
  // From the end it starts anew.
  if (focus_.playhead() >= focus_.limits().end) focus_.showPlayhead(focus_.limits().begin);
  clock_.start();
  timer_.start();
  Q_EMIT changed();
}

void Playback::pause() {
  if (!isPlaying()) return;
  timer_.stop();
  Q_EMIT changed();
}

void Playback::toggle() {
  isPlaying() ? pause() : play();
}

void Playback::setFollowing(bool following) {
  if (following == following_) return;
  if (following) timer_.stop();
  following_ = following;
  if (following_ && session_.isOpen()) focus_.showPlayhead(session_.facts()->simulated);
  Q_EMIT changed();
}

void Playback::tick() {
  advance(static_cast<double>(clock_.restart()) * 1e-3);
}

void Playback::advance(double seconds) {
  const SimTime end = std::min(focus_.limits().end, session_.isOpen() ? session_.facts()->simulated : focus_.limits().end);
  const double left = (end - focus_.playhead()).seconds();
  // A picosecond at least, so that the slowest speed moves at all.
  const SimTime way = std::max(SimTime::from_ps(1), SimTime::from_seconds(std::min(seconds * speed_, std::max(left, 0.0))));
  const SimTime to = std::min(end, focus_.playhead() + way);
  focus_.showPlayhead(to);
  if (to >= end) pause();
}

void Playback::step(trace::EventKind kind, bool backwards) {
  const std::optional<LaneKey> lane = laneOf(focus_.selection());
  const SimTime from = focus_.playhead();
  session_.ask<std::optional<trace::Found>>(
      this, kStepTopic,
      [=](Sources& sources) -> Result<std::optional<trace::Found>> {
        if (backwards) return previousEvent(sources, kind, lane, from);
        return sources.windows.next_event(kind, lane, from, sources.cancelled);
      },
      [this, kind, backwards](Result<std::optional<trace::Found>> found) {
        if (!found) {
          Q_EMIT said(QString::fromStdString(found.error()));
        } else if (!*found) {
          Q_EMIT said((backwards ? tr("There is no earlier %1.") : tr("There is no later %1.")).arg(nounOf(kind)));
        } else {
          focus_.showPlayhead((*found)->at);
          Q_EMIT stepped(**found);
        }
      },
      Pace::seeking);
}

}  // namespace lparsim::gui

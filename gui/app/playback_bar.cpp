#include "gui/app/playback_bar.hpp"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

#include "gui/app/event_kinds.hpp"
#include "gui/app/glyphs.hpp"
#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

// The slider's positions: ten a decade, from a nanosecond of the run a second to a thousand seconds.
constexpr int kADecade = 10;
constexpr int kSlowest = -9 * kADecade;
constexpr int kFastest = 3 * kADecade;

double speedAt(int position) {
  return std::pow(10.0, static_cast<double>(position) / kADecade);
}

int positionOf(double speed) {
  return static_cast<int>(std::lround(std::log10(speed) * kADecade));
}

}  // namespace

PlaybackBar::PlaybackBar(Stage& run, const PlaybackActions& actions, QWidget* parent)
    : QToolBar{tr("Playback"), parent},
      run_{run},
      play_{actions.play},
      speed_{new QSlider{Qt::Horizontal}},
      speedText_{new QLabel},
      kind_{new QComboBox} {
  setObjectName("playback");
  setMovable(false);
  setIconSize({18, 18});
  addAction(actions.play);
  speed_->setRange(kSlowest, kFastest);
  speed_->setPageStep(kADecade);
  speed_->setFixedWidth(110);
  speed_->setAccessibleName(tr("Speed of playback"));
  speed_->setToolTip(tr("Speed of playback: simulated time that passes in a second"));
  speed_->setFocusPolicy(Qt::TabFocus);
  addWidget(speed_);
  speedText_->setMinimumWidth(fontMetrics().horizontalAdvance("999 ms/s") + 8);
  speedText_->setMargin(4);
  addWidget(speedText_);
  addAction(actions.follow);
  addSeparator();
  addAction(actions.previous);
  kind_->setAccessibleName(tr("Kind of event that steps go to"));
  kind_->setToolTip(tr("Kind of event that steps go to"));
  kind_->setFocusPolicy(Qt::TabFocus);
  for (const SteppedKind& one : steppedKinds()) kind_->addItem(one.word, static_cast<int>(one.kind));
  addWidget(kind_);
  addAction(actions.next);
  connect(speed_, &QSlider::valueChanged, this, [this](int position) { run_.playback.setSpeed(speedAt(position)); });
  connect(&run_.playback, &Playback::changed, this, &PlaybackBar::show);
  show();
}

trace::EventKind PlaybackBar::chosenKind() const {
  return static_cast<trace::EventKind>(kind_->currentData().toInt());
}

void PlaybackBar::choose(trace::EventKind kind) {
  kind_->setCurrentIndex(kind_->findData(static_cast<int>(kind)));
}

void PlaybackBar::show() {
  const QSignalBlocker quiet{speed_};
  speed_->setValue(positionOf(run_.playback.speed()));
  const QString text = tr("%1/s").arg(durationText(SimTime::from_seconds(run_.playback.speed())));
  speedText_->setText(text);
  speed_->setStatusTip(tr("%1 of the run pass in a second").arg(durationText(SimTime::from_seconds(run_.playback.speed()))));
  const bool playing = run_.playback.isPlaying();
  play_->setIcon(glyph(playing ? Glyph::pause : Glyph::play));
  play_->setText(playing ? tr("Pau&se") : tr("&Play"));
  play_->setToolTip(playing ? tr("Pause (Space)") : tr("Play (Space)"));
}

}  // namespace lparsim::gui

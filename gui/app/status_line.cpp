#include "gui/app/status_line.hpp"

#include <QLabel>
#include <QStatusBar>

#include "gui/paint/theme.hpp"
#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

QString meaningOfState(trace::RunState state) {
  switch (state) {
    case trace::RunState::running:
      return StatusLine::tr("The simulator still writes this file: what is new appears by itself");
    case trace::RunState::interrupted:
      return StatusLine::tr("The simulator ended before its time: the file holds what it had written by then");
    case trace::RunState::finished:
      return StatusLine::tr("The simulation came to its end");
  }
  return {};
}

}  // namespace

StatusLine::StatusLine(Stage& run, QStatusBar& bar)
    : QObject{&bar}, run_{run}, hint_{new QLabel}, state_{new QLabel}, detail_{new QLabel}, simulated_{new QLabel}, playhead_{new QLabel} {
  hint_->setText(tr("Wheel zooms · dragging moves · Ctrl+P searches · Space plays · F1 lists all keys"));
  hint_->setMargin(3);
  // Where there is no room it is the first to go.
  hint_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  hint_->setForegroundRole(QPalette::PlaceholderText);
  bar.addWidget(hint_, 1);
  state_->setObjectName("state");
  simulated_->setObjectName("simulated");
  playhead_->setObjectName("playhead");
  for (QLabel* label : {state_, detail_, simulated_, playhead_}) {
    label->setMargin(3);
    bar.addPermanentWidget(label);
  }
  for (const auto signal : {&Session::opened, &Session::grew, &Session::finished, &Session::closed})
    connect(&run.session, signal, this, &StatusLine::showRun);
  connect(&run.focus, &Focus::playheadChanged, this, &StatusLine::showPlayhead);
  connect(&run.focus, &Focus::windowChanged, this, &StatusLine::showPlayhead);
  showRun();
}

QString StatusLine::wordFor(trace::RunState state) {
  switch (state) {
    case trace::RunState::running:
      return tr("growing");
    case trace::RunState::interrupted:
      return tr("interrupted");
    case trace::RunState::finished:
      return tr("finished");
  }
  return {};
}

void StatusLine::showRun() {
  const auto facts = run_.session.facts();
  for (QLabel* label : {hint_, state_, detail_, simulated_, playhead_}) label->setVisible(facts != nullptr);
  if (!facts) return;
  const Theme& theme = Theme::of(state_->palette());
  const bool interrupted = facts->state == trace::RunState::interrupted;
  const QColor dot = interrupted ? theme.warning : facts->isGrowing() ? theme.accent : theme.faintText;
  state_->setText(QString{"<span style='color:%1'>●</span> %2"}.arg(dot.name(), wordFor(facts->state)));
  state_->setToolTip(meaningOfState(facts->state));
  detail_->setText(facts->isRecordedInFull() ? tr("full trace") : tr("summary only"));
  detail_->setToolTip(facts->isRecordedInFull()
                          ? tr("Every dispatch and every request of I/O is recorded")
                          : tr("No single dispatches and requests are recorded; simulate with --trace full to see them"));
  simulated_->setText(facts->simulated < facts->info.duration
                          ? tr("%1 of %2").arg(durationText(facts->simulated), durationText(facts->info.duration))
                          : durationText(facts->simulated));
  simulated_->setToolTip(tr("Simulated time"));
  showPlayhead();
}

void StatusLine::showPlayhead() {
  const TimeRange window = run_.focus.window();
  playhead_->setText(tr("playhead %1").arg(instantText(run_.focus.playhead(), (window.end - window.begin) / 1000)));
  playhead_->setToolTip(tr("The moment that all views show; the window is %1 long").arg(durationText(window.end - window.begin)));
}

}  // namespace lparsim::gui

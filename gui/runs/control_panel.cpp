#include "gui/runs/control_panel.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedLayout>
#include <QVBoxLayout>
#include <cmath>

#include "gui/paint/time_text.hpp"
#include "gui/runs/partition_control.hpp"

namespace lparsim::gui {

namespace {

// The pace's slider: ten positions a decade, a millisecond to ten seconds of the run a second; its right end is as fast as it can.
constexpr int kADecade = 10;
constexpr int kSlowest = -3 * kADecade;
constexpr int kUnlimited = kADecade + 1;
constexpr int kPaceMilliseconds = 150;
constexpr int kProgressSteps = 1000;

double paceAt(int position) {
  return position >= kUnlimited ? 0 : std::pow(10.0, static_cast<double>(position) / kADecade);
}

int positionOf(double pace) {
  return pace <= 0 ? kUnlimited : static_cast<int>(std::lround(std::log10(pace) * kADecade));
}

}  // namespace

ControlPanel::ControlPanel(LiveRun& live, QWidget* parent) : QWidget{parent}, live_{live}, stack_{new QStackedLayout{this}} {
  stack_->addWidget(nothing());
  stack_->addWidget(controls());
  paceDue_.setSingleShot(true);
  paceDue_.setInterval(kPaceMilliseconds);
  connect(&paceDue_, &QTimer::timeout, this, &ControlPanel::sendPace);
  ControlClient& control = live_.control();
  connect(&live_, &LiveRun::changed, this, &ControlPanel::showState);
  connect(&control, &ControlClient::partitionsKnown, this, &ControlPanel::showPartitions);
  connect(&control, &ControlClient::changed, this, [this](const QString& text) {
    news_->setText(tr("Last change: %1").arg(text));
    live_.control().askPartitions();
  });
  connect(&control, &ControlClient::refused, this, [this](const QString& sentence) { news_->setText(tr("Refused: %1.").arg(sentence)); });
  connect(&live_, &LiveRun::ended, this, [this](const RunEnd& end) { over_->setText(end.sentence); });
  showState();
}

QWidget* ControlPanel::nothing() {
  auto* page = new QWidget;
  over_ = new QLabel{
      tr("No run of this program is under way.\n\nStart one from the scenario page (Ctrl+R): while it simulates, its partitions can be "
         "changed here.")};
  over_->setWordWrap(true);
  over_->setAlignment(Qt::AlignCenter);
  auto* column = new QVBoxLayout{page};
  column->addWidget(over_);
  return page;
}

QWidget* ControlPanel::controls() {
  auto* page = new QWidget;
  progress_ = new QProgressBar;
  progress_->setAccessibleName(tr("Progress"));
  progress_->setRange(0, kProgressSteps);
  pause_ = new QPushButton{tr("Pause")};
  stop_ = new QPushButton{tr("Stop")};
  pace_ = new QSlider{Qt::Horizontal};
  pace_->setRange(kSlowest, kUnlimited);
  pace_->setAccessibleName(tr("Pace of the simulation"));
  pace_->setToolTip(tr("How much simulated time passes in a second"));
  paceText_ = new QLabel;
  paceText_->setMinimumWidth(fontMetrics().horizontalAdvance("as fast as it can"));
  news_ = new QLabel;
  news_->setWordWrap(true);
  news_->setTextFormat(Qt::PlainText);
  auto* inner = new QWidget;
  rows_ = new QVBoxLayout{inner};
  rows_->setContentsMargins(0, 0, 4, 0);
  rows_->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setWidget(inner);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(pause_);
  buttons->addWidget(stop_);
  auto* pace = new QHBoxLayout;
  pace->addWidget(new QLabel{tr("Pace")});
  pace->addWidget(pace_, 1);
  pace->addWidget(paceText_);
  auto* column = new QVBoxLayout{page};
  column->addWidget(progress_);
  column->addLayout(buttons);
  column->addLayout(pace);
  column->addWidget(news_);
  column->addWidget(scroll, 1);
  connect(pause_, &QPushButton::clicked, this, [this] {
    if (live_.state().paused)
      live_.control().resume();
    else
      live_.control().pause();
  });
  connect(stop_, &QPushButton::clicked, &live_, &LiveRun::stop);
  connect(pace_, &QSlider::valueChanged, this, [this](int position) {
    paceText_->setText(paceAt(position) <= 0 ? tr("as fast as it can")
                                             : tr("%1/s").arg(durationText(SimTime::from_seconds(paceAt(position)))));
    paceDue_.start();
  });
  return page;
}

void ControlPanel::showState() {
  stack_->setCurrentIndex(live_.isRunning() ? 1 : 0);
  if (!live_.isRunning()) return;
  const LiveState& state = live_.state();
  const bool known = state.duration > SimTime{};
  progress_->setRange(0, known ? kProgressSteps : 0);
  if (known) progress_->setValue(static_cast<int>(kProgressSteps * (state.simulated.seconds() / state.duration.seconds())));
  progress_->setFormat(known ? tr("%1 of %2").arg(durationText(state.simulated), durationText(state.duration)) : tr("starting"));
  pause_->setText(state.paused ? tr("Go on") : tr("Pause"));
  pause_->setEnabled(live_.control().isConnected());
  pace_->setEnabled(live_.control().isConnected());
  if (paceDue_.isActive() || pace_->isSliderDown()) return;
  const QSignalBlocker quiet{pace_};
  const double pace = known ? state.pace : live_.order().pace;
  pace_->setValue(positionOf(pace));
  paceText_->setText(pace <= 0 ? tr("as fast as it can") : tr("%1/s").arg(durationText(SimTime::from_seconds(pace))));
}

void ControlPanel::showPartitions(const std::vector<LivePartition>& partitions) {
  QStringList names;
  for (const LivePartition& partition : partitions) names << partition.name;
  if (partitions_.keys() != [&] {
        QStringList sorted = names;
        sorted.sort();
        return sorted;
      }()) {
    qDeleteAll(partitions_);
    partitions_.clear();
    news_->clear();
    for (const LivePartition& partition : partitions) {
      auto* row = new PartitionControl{live_.control(), partition};
      rows_->insertWidget(rows_->count() - 1, row);
      partitions_.insert(partition.name, row);
    }
    return;
  }
  for (const LivePartition& partition : partitions) partitions_.value(partition.name)->show(partition);
}

void ControlPanel::sendPace() {
  live_.control().setPace(paceAt(pace_->value()));
}

}  // namespace lparsim::gui

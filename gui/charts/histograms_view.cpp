#include "gui/charts/histograms_view.hpp"

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <algorithm>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

HistogramsView::HistogramsView(Session& session, Focus& focus, QWidget* parent) : View{parent}, session_{session}, focus_{focus} {
  build();
  follow();
  showLooks();
}

void HistogramsView::follow() {
  due_.setSingleShot(true);
  connect(&due_, &QTimer::timeout, this, &HistogramsView::ask);
  const auto replace = [this] {
    askSoon(true);
  };
  const auto afterwards = [this] {
    askSoon(false);
  };
  const auto another = [this] {
    fillChoices();
    for (std::size_t i = 0; i < kPanels; ++i) showNothing(i, {});
    askSoon(true);
  };
  connect(&session_, &Session::opened, this, another);
  connect(&session_, &Session::closed, this, another);
  connect(&session_, &Session::grew, this, afterwards);
  connect(&session_, &Session::finished, this, afterwards);
  connect(&focus_, &Focus::rangeChanged, this, replace);
  connect(&focus_, &Focus::windowChanged, this, [this] {
    if (!focus_.range()) askSoon(true);
  });
  connect(&focus_, &Focus::selectionChanged, this, &HistogramsView::chooseSelected);
  connect(lanes_, &QComboBox::currentIndexChanged, this, replace);
  connect(flows_, &QComboBox::currentIndexChanged, this, replace);
}

void HistogramsView::fillChoices() {
  laneChoices_.clear();
  flowChoices_.clear();
  if (const auto facts = session_.facts()) {
    for (const Lane& lane : lanesOf(*facts, Arrangement::byVirtualProcessor)) {
      const bool isFlow = lane.key.kind == LaneKey::Kind::io_target || lane.key.kind == LaneKey::Kind::vsp;
      (isFlow ? flowChoices_ : laneChoices_).push_back({QString::fromStdString(lane.full), lane.key});
    }
    for (const Lane& lane : lanesOf(*facts, Arrangement::byCore))
      if (lane.key.kind == LaneKey::Kind::core) laneChoices_.push_back({QString::fromStdString(lane.full), lane.key});
  }
  const auto fill = [](QComboBox& box, const std::vector<Choice>& choices) {
    const QSignalBlocker quiet{box};
    box.clear();
    for (const Choice& choice : choices) box.addItem(choice.name);
    box.setVisible(!choices.empty());
  };
  fill(*lanes_, laneChoices_);
  fill(*flows_, flowChoices_);
  chooseSelected();
}

// The boxes follow what is selected anywhere, so that what is shown can always be read there.
void HistogramsView::chooseSelected() {
  const auto choose = [](QComboBox& box, const std::vector<Choice>& choices, const auto& fits) {
    const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) { return fits(choice.lane); });
    if (found != choices.end()) box.setCurrentIndex(static_cast<int>(found - choices.begin()));
  };
  const auto facts = session_.facts();
  if (facts == nullptr) return;
  const auto chooseFlowOf = [&](ServerId server, PartitionId partition) {
    choose(*flows_, flowChoices_, [&](const LaneKey& lane) {
      if (lane.kind == LaneKey::Kind::vsp) return lane.server == server && lane.first == index(partition);
      return std::any_of(facts->targets.begin(), facts->targets.end(), [&](const trace::IoTarget& target) {
        return target.id == lane.first && target.server == server && target.partition == partition;
      });
    });
  };
  const Selection& selection = focus_.selection();
  if (const auto* slice = std::get_if<SelectedSlice>(&selection)) {
    const auto same = [&](const LaneKey& lane) {
      return lane == slice->lane;
    };
    choose(*lanes_, laneChoices_, same);
    choose(*flows_, flowChoices_, same);
  } else if (const auto* partition = std::get_if<SelectedPartition>(&selection)) {
    choose(*lanes_, laneChoices_, [&](const LaneKey& lane) { return lane == LaneKey::partition(partition->server, partition->partition); });
    chooseFlowOf(partition->server, partition->partition);
  } else if (const auto* core = std::get_if<SelectedCore>(&selection)) {
    choose(*lanes_, laneChoices_, [&](const LaneKey& lane) { return lane == LaneKey::core(core->server, core->core); });
  }
}

void HistogramsView::askSoon(bool replaces) {
  stale_ = true;
  if (!isVisible()) return;
  if (asking_ > 0 && !replaces) {
    again_ = true;
    return;
  }
  if (!due_.isActive()) due_.start(0);
}

void HistogramsView::ask() {
  stale_ = again_ = false;
  const auto facts = session_.facts();
  for (std::size_t i = 0; i < kPanels; ++i) session_.forget(this, static_cast<int>(i));
  asking_ = 0;
  for (Panel& panel : panels_) panel.asking = false;
  showLooks();
  if (facts == nullptr || !facts->isRecordedInFull()) return;
  const auto lane = static_cast<std::size_t>(std::max(0, lanes_->currentIndex()));
  if (lane < laneChoices_.size()) {
    const Choice& of = laneChoices_[lane];
    askPanel(0, of.lane, tr("Waits before a stay of %1").arg(of.name));
    askPanel(1, of.lane, of.lane.kind == LaneKey::Kind::core ? tr("Stays on %1").arg(of.name) : tr("Stays of %1 on a core").arg(of.name));
  }
  const auto flow = static_cast<std::size_t>(std::max(0, flows_->currentIndex()));
  if (flow < flowChoices_.size()) {
    const Choice& of = flowChoices_[flow];
    askPanel(2, of.lane, of.lane.kind == LaneKey::Kind::vsp ? tr("Calls of %1").arg(of.name) : tr("Requests of %1").arg(of.name));
  } else {
    panels_[2].name = tr("Requests");
    showNothing(2, tr("This run has no disks, peers or services."));
  }
}

void HistogramsView::askPanel(std::size_t panel, LaneKey lane, const QString& name) {
  const TimeRange range = focus_.range().value_or(focus_.window());
  const Counted counted = panel == 0                        ? Counted::waits
                          : panel == 1                      ? Counted::stays
                          : lane.kind == LaneKey::Kind::vsp ? Counted::calls
                                                            : Counted::requests;
  panels_[panel].name = name;
  panels_[panel].asking = true;
  ++asking_;
  session_.askInSteps<Distribution>(
      this, static_cast<int>(panel),
      [lane, counted, range](Sources& sources, const std::function<void(Distribution)>& soFar) {
        return distributionOf(sources, lane, counted, range, soFar);
      },
      [this, panel](Result<Distribution> distribution) { showDistribution(panel, std::move(distribution)); }, Pace::patient);
}

void HistogramsView::showDistribution(std::size_t panel, Result<Distribution> distribution) {
  Panel& of = panels_[panel];
  if (of.asking && (!distribution || distribution->done >= 1)) {
    of.asking = false;
    --asking_;
  }
  if (!distribution) {
    showNothing(panel, QString::fromStdString(distribution.error()));
  } else if (distribution->count == 0 && !of.asking) {
    showNothing(panel, distribution->remark.empty() ? tr("None ended in this time.") : QString::fromStdString(distribution->remark));
  } else {
    of.chart->setHint({});
    of.chart->setDistribution(std::move(*distribution), theme().ofPartition(panel));
    showFigures(panel);
  }
  if (asking_ == 0 && again_) askSoon(true);
}

void HistogramsView::showFigures(std::size_t panel) {
  Panel& of = panels_[panel];
  const Distribution& d = of.chart->distribution();
  of.title->setText(of.name);
  QString figures =
      tr("%1 · p50 %2 · p95 %3 · p99 %4").arg(countText(d.count), durationText(d.p50), durationText(d.p95), durationText(d.p99));
  if (d.done < 1) figures += tr(" · %1 % read").arg(d.done * 100, 0, 'f', 0);
  of.figures->setText(figures);
  of.chart->setAccessibleName(of.name);
  of.chart->setAccessibleDescription(figures);
}

void HistogramsView::showNothing(std::size_t panel, const QString& hint) {
  Panel& of = panels_[panel];
  of.chart->setDistribution({}, theme().ofPartition(panel));
  of.chart->setHint(hint);
  of.title->setText(of.name);
  of.figures->clear();
}

QString HistogramsView::heading(std::size_t panel) const {
  return panels_[panel].title->text() + QLatin1String(": ") + panels_[panel].figures->text();
}

QString HistogramsView::hint() const {
  return pages_->currentWidget() == hint_ ? hint_->text() : QString{};
}

void HistogramsView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  if (laneChoices_.empty()) fillChoices();
  showLooks();
  if (stale_) askSoon(true);
}

}  // namespace lparsim::gui

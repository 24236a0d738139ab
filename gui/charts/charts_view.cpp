#include "gui/charts/charts_view.hpp"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/charts/chart_panel.hpp"

namespace lparsim::gui {

ChartsView::ChartsView(Session& session, Focus& focus, QWidget* parent) : View{parent}, session_{session}, focus_{focus} {
  build();
  follow();
  showPanels();
}

void ChartsView::build() {
  setAccessibleName(title());
  setAccessibleDescription(tr("Processor use, waiting, latency, throughput and queue lengths over time."));
  // In a narrow panel those that find no room are behind an arrow.
  auto* top = new QToolBar{this};
  auto* column = new QWidget{this};
  auto* charts = new QVBoxLayout{column};
  charts->setContentsMargins(0, 0, 0, 6);
  charts->setSpacing(4);
  for (std::size_t i = 0; i < kCharts; ++i) {
    const auto kind = static_cast<ChartKind>(i);
    toggles_[i] = new QAction{titleOf(kind), this};
    toggles_[i]->setCheckable(true);
    toggles_[i]->setChecked(kind != ChartKind::entitlement && kind != ChartKind::requests);
    toggles_[i]->setToolTip(tr("Shows or hides this chart."));
    top->addAction(toggles_[i]);
    panels_[i] = new ChartPanel{titleOf(kind), column};
    panels_[i]->setMinimumHeight(11 * fontMetrics().height());
    connectPanel(*panels_[i]);
    charts->addWidget(panels_[i], 1);
    connect(toggles_[i], &QAction::toggled, this, [this] {
      showPanels();
      askSoon(true);
    });
  }
  scroll_ = new QScrollArea{this};
  scroll_->setWidget(column);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  hint_ = new QLabel{this};
  hint_->setAlignment(Qt::AlignCenter);
  hint_->setWordWrap(true);
  hint_->setMargin(24);
  pages_ = new QStackedWidget{this};
  pages_->addWidget(scroll_);
  pages_->addWidget(hint_);
  auto* layout = new QVBoxLayout{this};
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(top);
  layout->addWidget(pages_, 1);
}

void ChartsView::connectPanel(ChartPanel& panel) {
  TimeChart& chart = panel.chart();
  connect(&chart, &TimeChart::playheadWanted, &focus_, &Focus::setPlayhead);
  connect(&chart, &TimeChart::rangeWanted, &focus_, &Focus::setRange);
  connect(&chart, &TimeChart::windowWanted, &focus_, &Focus::setWindow);
  connect(&chart, &TimeChart::fitWanted, &focus_, &Focus::fit);
  connect(&chart, &TimeChart::hovered, this, [this](std::optional<SimTime> at) { forAll([&](ChartPanel& p) { p.setHover(at); }); });
}

void ChartsView::follow() {
  due_.setSingleShot(true);
  connect(&due_, &QTimer::timeout, this, &ChartsView::ask);
  const auto another = [this] {
    answer_.clear();
    pools_.clear();
    stalePools_ = true;
    asking_ = askingPools_ = false;
    showAnswer();
    askSoon(true);
  };
  const auto grew = [this] {
    stalePools_ = true;
    askSoon(false);
  };
  connect(&session_, &Session::opened, this, another);
  connect(&session_, &Session::closed, this, another);
  connect(&session_, &Session::grew, this, grew);
  connect(&session_, &Session::finished, this, grew);
  const auto replace = [this] {
    askSoon(true);
  };
  connect(&focus_, &Focus::selectionChanged, this, replace);
  connect(&focus_, &Focus::pinnedChanged, this, replace);
  connect(&focus_, &Focus::windowChanged, this, [this] {
    forAll([this](ChartPanel& panel) { panel.chart().setWindow(focus_.window()); });
    askSoon(true);
  });
  connect(&focus_, &Focus::playheadChanged, this, [this] { forAll([this](ChartPanel& panel) { panel.setPlayhead(focus_.playhead()); }); });
  connect(&focus_, &Focus::rangeChanged, this, [this] { forAll([this](ChartPanel& panel) { panel.chart().setRange(focus_.range()); }); });
}

void ChartsView::forAll(const std::function<void(ChartPanel&)>& action) {
  for (ChartPanel* panel : panels_) action(*panel);
}

// Growth waits for the answer: a question that is replaced all the time would never get one.
void ChartsView::askSoon(bool replaces) {
  stale_ = true;
  if (!isVisible()) return;
  if (asking_ && !replaces) {
    again_ = true;
    return;
  }
  if (!due_.isActive()) due_.start(0);
}

void ChartsView::ask() {
  stale_ = again_ = false;
  const auto facts = session_.facts();
  if (facts == nullptr) {
    asking_ = askingPools_ = false;
    return showAnswer();
  }
  if (stalePools_ && isShown(ChartKind::pools)) askPools();
  SeriesQuestion question{focus_.window().begin, focus_.window().end, 500, {}};
  question.most_points = static_cast<std::uint32_t>(std::clamp(panels_[0]->chart().area().width() / 6, 40.0, 240.0));
  const ChartSubjects subjects = subjectsOf(*facts, focus_.selection(), focus_.pinned());
  for (std::size_t i = 0; i < kCharts; ++i)
    if (const auto kind = static_cast<ChartKind>(i); isShown(kind))
      for (const SeriesQuestion::Line& line : linesFor(kind, subjects)) question.lines.push_back(line);
  asking_ = true;
  session_.ask<std::vector<Series>>(
      this, 0, [question](Sources& sources) { return seriesOf(sources, question); },
      [this](Result<std::vector<Series>> answer) {
        asking_ = false;
        error_ = answer ? QString{} : QString::fromStdString(answer.error());
        answer_ = answer ? std::move(*answer) : std::vector<Series>{};
        showAnswer();
        if (again_) askSoon(true);
      });
}

void ChartsView::askPools() {
  stalePools_ = false;
  askingPools_ = true;
  using Samples = std::vector<trace::PoolIntervalSample>;
  session_.ask<Samples>(
      this, 1, [](Sources& sources) { return sources.reader.pool_intervals(); },
      [this](Result<Samples> samples) {
        askingPools_ = false;
        if (samples) pools_ = std::move(*samples);
        showAnswer();
      },
      Pace::patient);
}

void ChartsView::showAnswer() {
  showPanels();
  const auto facts = session_.facts();
  if (facts == nullptr) return;
  const ChartSubjects subjects = subjectsOf(*facts, focus_.selection(), focus_.pinned());
  for (std::size_t i = 0; i < kCharts; ++i) {
    const auto kind = static_cast<ChartKind>(i);
    if (!isShown(kind)) continue;
    ChartPicture picture = pictureOf(kind, *facts, subjects, answer_, pools_, theme());
    if (asking_ || askingPools_) picture.hint.clear();
    panels_[i]->chart().setWindow(focus_.window());
    panels_[i]->show(picture.title, picture.remark, std::move(picture.lines), error_.isEmpty() ? picture.hint : error_);
  }
}

void ChartsView::showPanels() {
  const auto facts = session_.facts();
  bool any = false;
  for (std::size_t i = 0; i < kCharts; ++i) {
    const bool possible = facts != nullptr && has(static_cast<ChartKind>(i), *facts);
    toggles_[i]->setVisible(possible);
    panels_[i]->setVisible(possible && toggles_[i]->isChecked());
    panels_[i]->setTheme(theme());
    any = any || (possible && toggles_[i]->isChecked());
  }
  hint_->setText(facts == nullptr ? tr("Open a run file to see processor use, waiting, latency and throughput over time here.")
                                  : tr("Choose a chart above."));
  pages_->setCurrentIndex(any ? 0 : 1);
  QPalette colours = palette();
  colours.setColor(QPalette::Window, theme().background);
  scroll_->setPalette(colours);
  colours.setColor(QPalette::WindowText, theme().faintText);
  hint_->setPalette(colours);
}

bool ChartsView::isShown(ChartKind kind) const {
  const auto facts = session_.facts();
  return toggles_[static_cast<std::size_t>(kind)]->isChecked() && facts != nullptr && has(kind, *facts);
}

void ChartsView::setShown(ChartKind kind, bool shown) {
  toggles_[static_cast<std::size_t>(kind)]->setChecked(shown);
}

QString ChartsView::hint() const {
  return pages_->currentWidget() == hint_ ? hint_->text() : QString{};
}

QString ChartsView::asCsv() const {
  std::vector<NamedLines> charts;
  for (std::size_t i = 0; i < kCharts; ++i)
    if (isShown(static_cast<ChartKind>(i))) charts.push_back({titleOf(static_cast<ChartKind>(i)), &panels_[i]->chart().lines()});
  return csvOf(charts);
}

void ChartsView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  forAll([this](ChartPanel& panel) {
    panel.setTheme(theme());
    panel.setPlayhead(focus_.playhead());
    panel.chart().setRange(focus_.range());
    panel.chart().setWindow(focus_.window());
  });
  if (stale_) askSoon(true);
}

void ChartsView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && panels_[0] != nullptr) showAnswer();
}

}  // namespace lparsim::gui

// How the histograms are put together, in their colours, and what they export.
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "gui/charts/histograms_view.hpp"
#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

void HistogramsView::build() {
  setAccessibleName(title());
  setAccessibleDescription(tr("How long waits, stays and requests were that ended in the range or the window."));
  lanes_ = new QComboBox{this};
  lanes_->setAccessibleName(tr("Whose waits and stays"));
  lanes_->setToolTip(tr("Whose waits and stays are counted"));
  flows_ = new QComboBox{this};
  flows_->setAccessibleName(tr("Whose requests or calls"));
  flows_->setToolTip(tr("Whose requests or calls are counted"));
  for (QComboBox* box : {lanes_, flows_}) box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  span_ = new QLabel{this};
  auto* top = new QHBoxLayout;
  top->setContentsMargins(6, 4, 6, 2);
  top->setSpacing(6);
  top->addWidget(lanes_);
  top->addWidget(flows_);
  top->addStretch();
  top->addWidget(span_);

  auto* column = new QWidget{this};
  auto* charts = new QVBoxLayout{column};
  charts->setContentsMargins(10, 4, 4, 6);
  charts->setSpacing(2);
  for (Panel& panel : panels_) {
    panel.title = new QLabel{column};
    QFont bold = font();
    bold.setBold(true);
    panel.title->setFont(bold);
    panel.figures = new QLabel{column};
    panel.figures->setTextInteractionFlags(Qt::TextSelectableByMouse);
    panel.chart = new HistogramChart{column};
    auto* heading = new QHBoxLayout;
    heading->addWidget(panel.title);
    heading->addSpacing(8);
    heading->addWidget(panel.figures, 1);
    charts->addLayout(heading);
    charts->addWidget(panel.chart, 1);
    charts->addSpacing(6);
    const auto number = static_cast<std::size_t>(&panel - panels_.data());
    connect(panel.chart, &HistogramChart::said, this, [this, number](const QString& text) {
      if (text.isEmpty())
        showFigures(number);
      else
        panels_[number].figures->setText(text);
    });
  }
  hint_ = new QLabel{this};
  hint_->setAlignment(Qt::AlignCenter);
  hint_->setWordWrap(true);
  hint_->setMargin(24);
  pages_ = new QStackedWidget{this};
  pages_->addWidget(column);
  pages_->addWidget(hint_);
  auto* layout = new QVBoxLayout{this};
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(top);
  layout->addWidget(pages_, 1);
}

void HistogramsView::showLooks() {
  const auto facts = session_.facts();
  QString hint;
  if (facts == nullptr)
    hint = tr("Open a run file to see how long waits, stays and requests were.");
  else if (!facts->isRecordedInFull())
    hint =
        tr("This run was recorded without single stays and requests. Record it with `lparsim run --trace full` to see how long they were.");
  hint_->setText(hint);
  pages_->setCurrentIndex(hint.isEmpty() ? 0 : 1);
  QPalette faint = palette();
  faint.setColor(QPalette::WindowText, theme().faintText);
  for (QLabel* label : {hint_, span_}) label->setPalette(faint);
  QPalette ground = palette();
  ground.setColor(QPalette::Window, theme().background);
  pages_->setPalette(ground);
  pages_->setAutoFillBackground(true);
  for (Panel& panel : panels_) {
    panel.figures->setPalette(faint);
    panel.chart->setTheme(theme());
  }
  const TimeRange span = focus_.range().value_or(focus_.window());
  const SimTime resolution = (span.end - span.begin) / 1000;
  span_->setText(facts == nullptr ? QString{}
                                  : tr("%1: %2 to %3")
                                        .arg(focus_.range() ? tr("Range") : tr("Window"), instantText(span.begin, resolution),
                                             instantText(span.end, resolution)));
}

void HistogramsView::changeEvent(QEvent* event) {
  View::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && pages_ != nullptr) showLooks();
}

QString HistogramsView::asCsv() const {
  const auto quoted = [](const QString& text) {
    return text.contains(QLatin1Char(',')) ? QLatin1Char('"') + text + QLatin1Char('"') : text;
  };
  QString text = QStringList{tr("What"), tr("From (ps)"), tr("To (ps)"), tr("Count")}.join(QLatin1Char(',')) + QLatin1String("\r\n");
  for (const Panel& panel : panels_)
    for (const Distribution::Bin& bin : panel.chart->distribution().bins)
      text +=
          QStringList{quoted(panel.name), QString::number(bin.from.ps()), QString::number(bin.to.ps()), QString::number(bin.count)}.join(
              QLatin1Char(',')) +
          QLatin1String("\r\n");
  return text;
}

}  // namespace lparsim::gui

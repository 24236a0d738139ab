#include "gui/charts/chart_panel.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "gui/charts/legend_strip.hpp"

namespace lparsim::gui {

ChartPanel::ChartPanel(const QString& title, QWidget* parent)
    : QWidget{parent},
      title_{new QLabel{title, this}},
      remark_{new QLabel{this}},
      legend_{new LegendStrip{this}},
      chart_{new TimeChart{this}} {
  QFont bold = font();
  bold.setBold(true);
  title_->setFont(bold);
  remark_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* heading = new QHBoxLayout;
  heading->addWidget(title_);
  heading->addSpacing(8);
  heading->addWidget(remark_, 1);
  auto* layout = new QVBoxLayout{this};
  layout->setContentsMargins(10, 6, 4, 2);
  layout->setSpacing(2);
  layout->addLayout(heading);
  layout->addWidget(legend_);
  layout->addWidget(chart_, 1);
  setFocusProxy(chart_);
}

void ChartPanel::setTheme(const Theme& theme) {
  QPalette colours = palette();
  colours.setColor(QPalette::WindowText, theme.faintText);
  remark_->setPalette(colours);
  legend_->setTheme(theme);
  chart_->setTheme(theme);
}

void ChartPanel::show(const QString& title, const QString& remark, std::vector<ChartLine> lines, const QString& hint) {
  title_->setText(title);
  remark_->setText(remark);
  remark_->setToolTip(remark);
  chart_->setAccessibleName(title);
  chart_->setLines(std::move(lines));
  chart_->setHint(hint);
  legend_->setLines(chart_->lines());
  showLegend();
}

QString ChartPanel::heading() const {
  return title_->text();
}

void ChartPanel::setPlayhead(SimTime at) {
  playhead_ = at;
  chart_->setPlayhead(at);
  showLegend();
}

void ChartPanel::setHover(std::optional<SimTime> at) {
  hover_ = at;
  showLegend();
}

void ChartPanel::showLegend() {
  legend_->showAt(chart_->lines(), hover_.value_or(playhead_));
}

}  // namespace lparsim::gui

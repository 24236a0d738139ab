#pragma once
#include <QTimer>
#include <array>

#include "gui/charts/chart_plan.hpp"
#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"

class QAction;
class QLabel;
class QScrollArea;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace lparsim::gui {

class ChartPanel;

/// Charts over the visible window, one beneath the other with the same axis of time: of the selected and the pinned partitions, or of the
/// first of the run. Playhead, range and window are those of all views.
class ChartsView : public View {
  Q_OBJECT
 public:
  ChartsView(Session& session, Focus& focus, QWidget* parent = nullptr);

  QString viewName() const override { return QStringLiteral("charts"); }
  QString title() const override { return tr("Charts"); }
  QString asCsv() const override;
  bool isSettled() const override { return !isVisible() || (!asking_ && !askingPools_ && !due_.isActive()); }

  ChartPanel& panel(ChartKind kind) { return *panels_[static_cast<std::size_t>(kind)]; }
  bool isShown(ChartKind kind) const;
  void setShown(ChartKind kind, bool shown);
  /// What is said instead of charts; empty: there are charts.
  QString hint() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void connectPanel(ChartPanel& panel);
  void follow();
  void askSoon(bool replaces);
  void ask();
  void askPools();
  void showAnswer();
  void showPanels();
  void forAll(const std::function<void(ChartPanel&)>& action);

  Session& session_;
  Focus& focus_;
  std::array<ChartPanel*, kCharts> panels_{};
  std::array<QAction*, kCharts> toggles_{};
  std::array<QToolButton*, kCharts> buttons_{};
  QStackedWidget* pages_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  QLabel* hint_ = nullptr;
  QTimer due_;
  std::vector<Series> answer_;
  std::vector<trace::PoolIntervalSample> pools_;
  QString error_;
  bool asking_ = false, askingPools_ = false, stale_ = true, stalePools_ = true, again_ = false;
};

}  // namespace lparsim::gui

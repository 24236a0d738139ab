#pragma once
#include <QTimer>
#include <array>

#include "gui/charts/histogram_chart.hpp"
#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"

class QComboBox;
class QLabel;
class QStackedWidget;

namespace lparsim::gui {

/// How long waits, stays and requests were that ended in the range (without one: in the window), of the selected partition, processor or
/// target; where nothing is selected, of the one that is chosen above.
class HistogramsView : public View {
  Q_OBJECT
 public:
  HistogramsView(Session& session, Focus& focus, QWidget* parent = nullptr);

  QString viewName() const override { return QStringLiteral("histograms"); }
  QString title() const override { return tr("Histograms"); }
  /// What, of whom, from, to, count: a record for each bar.
  QString asCsv() const override;
  bool isSettled() const override { return !isVisible() || (asking_ == 0 && !due_.isActive()); }

  static constexpr std::size_t kPanels = 3;  ///< waits, stays, requests or calls
  const HistogramChart& chart(std::size_t panel) const { return *panels_[panel].chart; }
  HistogramChart& chart(std::size_t panel) { return *panels_[panel].chart; }
  QString heading(std::size_t panel) const;
  QComboBox& lanes() { return *lanes_; }
  QComboBox& flows() { return *flows_; }
  QString hint() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Panel {
    QLabel* title = nullptr;
    QLabel* figures = nullptr;
    HistogramChart* chart = nullptr;
    QString name;
    bool asking = false;
  };
  struct Choice {
    QString name;
    LaneKey lane;
  };

  void build();
  void follow();
  void fillChoices();
  void chooseSelected();
  void askSoon(bool replaces);
  void ask();
  void askPanel(std::size_t panel, LaneKey lane, const QString& name);
  void showDistribution(std::size_t panel, Result<Distribution> distribution);
  void showFigures(std::size_t panel);
  void showNothing(std::size_t panel, const QString& hint);
  void showLooks();

  Session& session_;
  Focus& focus_;
  std::array<Panel, kPanels> panels_;
  std::vector<Choice> laneChoices_, flowChoices_;
  QComboBox* lanes_ = nullptr;
  QComboBox* flows_ = nullptr;
  QLabel* span_ = nullptr;
  QLabel* hint_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  QTimer due_;
  int asking_ = 0;
  bool stale_ = true, again_ = false;
};

}  // namespace lparsim::gui

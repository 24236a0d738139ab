#pragma once
#include <QFrame>
#include <memory>

#include "gui/app/stage.hpp"
#include "gui/data/search.hpp"

class QLabel;
class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace lparsim::gui {

/// Finds whatever has a name in the run, and moments: grouped, by keyboard alone, over the views until something is chosen.
class SearchPalette : public QFrame {
  Q_OBJECT
 public:
  SearchPalette(Stage& stage, QWidget* parent);

  void begin();
  /// What is listed, in its order, without headings.
  std::vector<Hit> hits() const { return hits_; }
  /// Does what the user would expect of a hit: selects it, goes there.
  void choose(const Hit& hit);

 Q_SIGNALS:
  void metricChosen(const QString& name);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void find();
  void place();
  void move(int rows);
  void chooseCurrent();

  Stage& stage_;
  std::shared_ptr<const RunFacts> indexed_;
  std::unique_ptr<SearchIndex> index_;
  std::vector<Hit> hits_;
  QLineEdit* words_;
  QTreeWidget* list_;
  QLabel* hint_;
};

}  // namespace lparsim::gui

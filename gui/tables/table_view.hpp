#pragma once
#include <QTimer>

#include "gui/paint/view.hpp"
#include "gui/tables/table_kind.hpp"
#include "gui/tables/table_model.hpp"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QStackedWidget;
class QTableView;

namespace lparsim::gui {

/// A table of the program as a view: reads what its kind says when the focus or the file changes, sorts, filters, copies, exports. Choosing
/// a row selects what it is about in all views; Return or a double click moves the playhead there. Reads only while it is visible.
class TableView : public View {
  Q_OBJECT
 public:
  TableView(Session& session, Focus& focus, TableKind kind, QWidget* parent = nullptr);

  QString viewName() const override { return kind_.name; }
  QString title() const override { return kind_.title; }
  /// Of what is shown, in its order: the filtered, sorted rows.
  QString asCsv() const override;
  bool isSettled() const override { return !isVisible() || (!asking_ && !due_.isActive()); }

  void setChoice(int choice);
  /// The selected rows, or all where none is, with tabs, to the clipboard.
  void copy() const;
  /// A sentence where that fails.
  QString saveCsv(const QString& path) const;
  /// The playhead to what the current row is about.
  void jump();
  QTableView& grid() { return *grid_; }
  QLineEdit& filter() { return *filter_; }
  /// What is said instead of rows or beside them; empty: nothing.
  QString hint() const;
  QString remark() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build();
  void addActions();
  void follow();
  void askSoon(bool replaces);
  void ask();
  void answer(Result<Table> table);
  void showRows(std::vector<Row> rows);
  void showFocus();
  void showHint();
  void showCounts();
  void fitColumns();
  void chose(const QModelIndex& current);
  void askForCsv();

  Session& session_;
  Focus& focus_;
  TableKind kind_;
  TableModel model_;
  TableOrder order_;
  QTableView* grid_ = nullptr;
  QLineEdit* filter_ = nullptr;
  QComboBox* choice_ = nullptr;
  QLabel* count_ = nullptr;
  QLabel* hint_ = nullptr;
  QLabel* remark_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  QTimer due_;
  QString error_;
  double done_ = 1;
  bool asking_ = false, stale_ = true, again_ = false, following_ = false;
};

}  // namespace lparsim::gui

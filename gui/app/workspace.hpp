#pragma once
#include <QMainWindow>
#include <QTimer>
#include <vector>

#include "gui/app/view_kinds.hpp"

class QDockWidget;

namespace lparsim::gui {

/// The page of the views: each in a dock that can be moved, closed, put behind another or torn off.
class Workspace : public QMainWindow {
  Q_OBJECT
 public:
  explicit Workspace(Stage& stage, QWidget* parent = nullptr);

  /// A dock that is no view of the run, such as the controls of a live one.
  QDockWidget* addPanel(QWidget* panel, const QString& name, const QString& title, Place place);

  const std::vector<View*>& views() const { return views_; }
  View* view(const QString& name) const;
  QDockWidget* dock(const QString& name) const;
  std::vector<QDockWidget*> docks() const { return docks_; }
  /// Brings it to the front and gives it the keyboard.
  void show(const QString& name);
  using QWidget::show;
  /// The view that has the keyboard, or had it last.
  View* current() const { return current_; }
  bool isSettled() const;

  /// Where everything stands, as saved by layout(). False, and nothing is changed, where it is of another version of the program.
  bool restoreLayout(const QByteArray& layout);
  QByteArray layout() const;
  void resetLayout();
  /// Puts away the views of which this run has nothing, and brings back the others.
  void suit(const RunFacts& facts);

 protected:
  bool event(QEvent* event) override;
  void showEvent(QShowEvent* event) override;

 Q_SIGNALS:
  void currentChanged();

 private:
  QDockWidget* addDock(QWidget* content, const QString& name, const QString& title, Place place);
  void slim();
  void place(Place where, Qt::DockWidgetArea area, Qt::Orientation orientation, bool behindEachOther);

  std::vector<View*> views_;
  std::vector<QDockWidget*> docks_;
  Stage& stage_;
  View* current_ = nullptr;
  bool arranged_ = false;  ///< as the user left it, or at a size that was seen
  QTimer slimming_;
};

}  // namespace lparsim::gui

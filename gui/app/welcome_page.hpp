#pragma once
#include <QWidget>

#include "gui/app/recent_files.hpp"

class QAction;
class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace lparsim::gui {

/// What is seen when nothing is open: recent files, examples, and what else one can begin with.
class WelcomePage : public QWidget {
  Q_OBJECT
 public:
  WelcomePage(RecentFiles& recent, QAction* open, QAction* newScenario, QWidget* parent = nullptr);

 Q_SIGNALS:
  void chosen(const QString& path);

 private:
  QWidget* recentColumn(QAction* open, QAction* newScenario);
  QWidget* examplesColumn();
  QListWidget* list(const QString& name);
  void showRecent();
  void filter(const QString& words);

  RecentFiles& recent_;
  QListWidget* recentList_;
  QLabel* noRecent_;
  QListWidget* examples_;
  QLineEdit* filter_;
};

}  // namespace lparsim::gui

#pragma once
#include <QMainWindow>

#include "gui/app/message_bar.hpp"
#include "gui/app/recent_files.hpp"
#include "gui/app/stage.hpp"

class QStackedWidget;

namespace lparsim::gui {

class ControlPanel;
class LiveRun;
class Menus;
class ScenarioEditor;
class SearchPalette;
class WelcomePage;
class Workspace;

/// The window: a page to start from, one for the scenario and one for the views of the run, with menus, messages and the playback bar.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  enum class Page { start, scenario, views };

  explicit MainWindow(Stage& stage, QWidget* parent = nullptr);
  ~MainWindow() override;

  Stage& stage() { return stage_; }
  RecentFiles& recent() { return recent_; }
  MessageBar& messages() { return *messages_; }
  Workspace& workspace() { return *workspace_; }
  ScenarioEditor& editor() { return *editor_; }
  LiveRun& live() { return *live_; }
  Menus& menus() { return *menus_; }
  SearchPalette& search() { return *search_; }

  /// A run file, or by its name's ending a scenario.
  void open(const QString& path);
  void askForFile();
  void showPage(Page page);
  Page page() const;
  /// Window and docks as they were left, or as they are at first.
  void restoreLayout();
  void saveLayout() const;
  void resetLayout();

 Q_SIGNALS:
  void pageChanged();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void followSession();
  void followLiveRun();
  void showTitle();
  bool mayClose();

  Stage& stage_;
  RecentFiles recent_;
  QString opening_;         ///< asked for, and neither opened nor failed yet
  bool aboutFile_ = false;  ///< the message is about a file that did not open
  LiveRun* live_ = nullptr;
  Menus* menus_ = nullptr;
  MessageBar* messages_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  WelcomePage* welcome_ = nullptr;
  ScenarioEditor* editor_ = nullptr;
  Workspace* workspace_ = nullptr;
  SearchPalette* search_ = nullptr;
};

}  // namespace lparsim::gui

// How Menus puts its actions into the window: menus, bars, and what is greyed when.
#include <QDockWidget>
#include <QFileInfo>
#include <QMenuBar>
#include <QToolBar>

#include "gui/app/event_kinds.hpp"
#include "gui/app/exporting.hpp"
#include "gui/app/menus.hpp"
#include "gui/app/playback_bar.hpp"
#include "gui/app/workspace.hpp"
#include "gui/runs/live_run.hpp"
#include "gui/runs/scenario_editor.hpp"

namespace lparsim::gui {

namespace {

constexpr int kBarIcon = 18;

QString nameFor(const QString& stem, const QString& view, const QString& ending) {
  return QString{"%1-%2.%3"}.arg(stem, view, ending);
}

}  // namespace

QMenu* Menus::menu(const QString& title, const QStringList& names) {
  auto* made = new QMenu{title, &window_};
  for (const QString& name : names) {
    if (name == "-")
      made->addSeparator();
    else
      made->addAction(action(name));
  }
  return made;
}

void Menus::build() {
  QMenuBar* bar = window_.menuBar();
  QMenu* file = menu(tr("&File"), {"open"});
  buildRecent(file->addMenu(tr("Open &recent")));
  file->addAction(action("close"));
  file->addSeparator();
  for (const char* name : {"new_scenario", "save", "save_as"}) file->addAction(action(name));
  file->addSeparator();
  QMenu* exports = file->addMenu(tr("&Export"));
  buildPictures(exports->addMenu(tr("&Picture")));
  buildTables(exports->addMenu(tr("&Table (CSV)")));
  file->addSeparator();
  file->addAction(action("quit"));
  bar->addMenu(file);
  QMenu* view = menu(tr("&View"), {"page_start", "page_scenario", "page_run", "-", "fit", "zoom_in", "zoom_out", "undo_zoom", "redo_zoom",
                                   "-", "search", "-"});
  QMenu* docks = view->addMenu(tr("&Panels"));
  for (QDockWidget* dock : window_.workspace().docks()) docks->addAction(dock->toggleViewAction());
  view->addAction(action("reset_layout"));
  view->addMenu(menu(tr("&Theme"), {"theme_system", "theme_light", "theme_dark"}));
  view->addAction(action("full_screen"));
  bar->addMenu(view);
  QMenu* playback = menu(tr("&Playback"), {"play", "slower", "faster", "follow", "-", "next", "previous", "-"});
  QMenu* next = playback->addMenu(tr("Step to n&ext"));
  QMenu* previous = playback->addMenu(tr("Step &back to"));
  for (const SteppedKind& kind : steppedKinds()) {
    next->addAction(action("next_" + kind.action));
    previous->addAction(action("previous_" + kind.action));
  }
  bar->addMenu(playback);
  bar->addMenu(menu(tr("&Run"), {"run", "stop"}));
  bar->addMenu(menu(tr("&Help"), {"shortcuts", "-", "about", "about_qt"}));
  buildBars();
  showAppearance();
  showState();
}

void Menus::buildBars() {
  auto* bar = new QToolBar{tr("Pages"), &window_};
  bar->setObjectName("pages");
  bar->setMovable(false);
  bar->setIconSize({kBarIcon, kBarIcon});
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  for (const char* name : {"page_start", "page_scenario", "page_run"}) bar->addAction(action(name));
  window_.addToolBar(bar);
  playback_ = new PlaybackBar{window_.stage(), {action("play"), action("previous"), action("next"), action("follow")}, &window_};
  for (const char* name : {"fit", "undo_zoom", "redo_zoom", "search"}) playback_->addAction(action(name));
  window_.addToolBar(playback_);
  // Space and the letters are for those who look at a view, not for those who press a button or write a number beside it.
  for (const char* name : {"play", "next", "previous", "slower", "faster"}) {
    QAction* made = action(name);
    window_.removeAction(made);
    made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    for (View* view : window_.workspace().views()) view->addAction(made);
  }
  action("play")->setShortcut(Qt::Key_Space);
  Stage& stage = window_.stage();
  for (const auto signal : {&Session::opened, &Session::closed}) connect(&stage.session, signal, this, &Menus::showState);
  connect(&stage.focus, &Focus::windowChanged, this, &Menus::showState);
  connect(&window_, &MainWindow::pageChanged, this, &Menus::showState);
  connect(&window_.live(), &LiveRun::changed, this, &Menus::showState);
  connect(&window_.editor(), &ScenarioEditor::modifiedChanged, this, &Menus::showState);
}

void Menus::showState() {
  const Stage& stage = window_.stage();
  const bool open = stage.session.isOpen();
  const bool views = open && window_.page() == MainWindow::Page::views;
  const bool scenario = window_.page() == MainWindow::Page::scenario;
  for (QAction* each : all_) {
    const QString name = each->objectName();
    if (name.startsWith("next") || name.startsWith("previous") ||
        QStringList{"play", "slower", "faster", "follow", "fit", "zoom_in", "zoom_out", "search"}.contains(name))
      each->setEnabled(views);
  }
  action("undo_zoom")->setEnabled(views && stage.focus.canUndoWindow());
  action("redo_zoom")->setEnabled(views && stage.focus.canRedoWindow());
  action("page_run")->setEnabled(open);
  action("close")->setEnabled(open);
  action("save")->setEnabled(scenario);
  action("save_as")->setEnabled(scenario);
  action("run")->setEnabled(!window_.live().isRunning());
  action("stop")->setEnabled(window_.live().isRunning());
  playback_->setVisible(window_.page() == MainWindow::Page::views);
}

void Menus::buildRecent(QMenu* menu) {
  connect(menu, &QMenu::aboutToShow, this, [this, menu] {
    menu->clear();
    bool missing = false;
    int number = 0;
    for (const QString& path : window_.recent().paths()) {
      const bool exists = QFileInfo::exists(path);
      missing = missing || !exists;
      const QString name = QFileInfo{path}.fileName().replace('&', "&&");
      QAction* made = menu->addAction(exists ? tr("&%1  %2").arg(++number).arg(name) : tr("%1 (missing)").arg(name));
      made->setEnabled(exists);
      made->setStatusTip(path);
      made->setData(path);
      connect(made, &QAction::triggered, &window_, [this, path] { window_.open(path); });
    }
    if (menu->isEmpty()) menu->addAction(tr("Nothing was opened yet"))->setEnabled(false);
    menu->addSeparator();
    menu->addAction(action("forget_missing"));
    menu->addAction(action("forget_all"));
    action("forget_missing")->setEnabled(missing);
  });
}

void Menus::buildPictures(QMenu* menu) {
  for (const View* view : window_.workspace().views())
    connect(menu->addAction(view->title() + "…"), &QAction::triggered, this, [this, name = view->viewName()] { exportPicture(name); });
  menu->addSeparator();
  connect(menu->addAction(tr("Whole window…")), &QAction::triggered, this, [this] { exportPicture("window"); });
}

void Menus::buildTables(QMenu* menu) {
  for (const View* view : window_.workspace().views()) {
    QAction* made = menu->addAction(view->title() + "…");
    made->setData(view->viewName());
    connect(made, &QAction::triggered, this, [this, name = view->viewName()] { exportTable(name); });
  }
  connect(menu, &QMenu::aboutToShow, this, [this, menu] {
    for (QAction* made : menu->actions()) made->setEnabled(!window_.workspace().view(made->data().toString())->asCsv().isEmpty());
  });
}

void Menus::exportPicture(const QString& name) {
  const auto facts = window_.stage().session.facts();
  const QString stem = facts ? QString::fromStdString(facts->path.stem().string()) : QString{"lparsim"};
  View* view = window_.workspace().view(name);
  const auto save = [this, view](const QString& path) {
    return view != nullptr ? savePicture(*view, path) : saveWidgetPicture(window_, path);
  };
  askWhereToSave(&window_, tr("Export a picture"), nameFor(stem, name, "png"),
                 view != nullptr ? tr("PNG picture (*.png);;SVG drawing (*.svg)") : tr("PNG picture (*.png)"), save,
                 [this](const QString& sentence) { window_.messages().say(Severity::error, sentence); });
}

void Menus::exportTable(const QString& name) {
  const auto facts = window_.stage().session.facts();
  const QString stem = facts ? QString::fromStdString(facts->path.stem().string()) : QString{"lparsim"};
  View* view = window_.workspace().view(name);
  askWhereToSave(
      &window_, tr("Export a table"), nameFor(stem, name, "csv"), tr("Comma-separated values (*.csv)"),
      [view](const QString& path) { return saveText(view->asCsv(), path); },
      [this](const QString& sentence) { window_.messages().say(Severity::error, sentence); });
}

}  // namespace lparsim::gui

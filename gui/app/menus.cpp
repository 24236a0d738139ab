#include "gui/app/menus.hpp"

#include <QActionGroup>
#include <QApplication>
#include <QSettings>

#include "gui/app/about.hpp"
#include "gui/app/appearance.hpp"
#include "gui/app/event_kinds.hpp"
#include "gui/app/glyphs.hpp"
#include "gui/app/playback_bar.hpp"
#include "gui/app/search_palette.hpp"
#include "gui/app/shortcut_list.hpp"
#include "gui/app/workspace.hpp"
#include "gui/runs/live_run.hpp"
#include "gui/runs/scenario_editor.hpp"

namespace lparsim::gui {

Menus::Menus(MainWindow& window) : QObject{&window}, window_{window} {
  addFileActions();
  addPageActions();
  addPlaybackActions();
  addOtherActions();
}

QAction* Menus::action(const QString& name) const {
  return named_.value(name);
}

QAction* Menus::add(const Spec& spec) {
  auto* made = new QAction{spec.text, &window_};
  made->setObjectName(spec.name);
  if (!spec.shortcut.isEmpty()) made->setShortcuts(QKeySequence::listFromString(spec.shortcut));
  made->setStatusTip(spec.tip);
  connect(made, &QAction::triggered, &window_, spec.act);
  window_.addAction(made);
  named_.insert(spec.name, made);
  all_.push_back(made);
  return made;
}

void Menus::addFileActions() {
  MainWindow& w = window_;
  add({"open", tr("&Open…"), "Ctrl+O", tr("Opens a run file or a scenario"),
       [&w] {
         w.askForFile();
       }})
      ->setIcon(glyph(Glyph::open));
  add({"close", tr("&Close the run"), "Ctrl+W", tr("Closes the run file"), [&w] {
         w.stage().session.close();
       }});
  add({"forget_missing", tr("Remove &missing files"), "", tr("Takes files that are gone off the list"), [&w] {
         w.recent().removeMissing();
       }});
  add({"forget_all", tr("&Clear the list"), "", tr("Forgets the recent files"), [&w] {
         w.recent().clear();
       }});
  add({"quit", tr("&Quit"), "Ctrl+Q", tr("Ends the program"),
       [&w] {
         w.close();
       }})
      ->setMenuRole(QAction::QuitRole);
  add({"new_scenario", tr("&New scenario"), "Ctrl+N", tr("Begins a scenario"),
       [&w] {
         w.editor().beginNew([&w] { w.showPage(MainWindow::Page::scenario); });
       }})
      ->setIcon(glyph(Glyph::scenario));
  add({"save", tr("&Save scenario"), "Ctrl+S", tr("Saves the scenario"),
       [&w] {
         w.editor().save();
       }})
      ->setIcon(glyph(Glyph::save));
  add({"save_as", tr("Save scenario &as…"), "Ctrl+Shift+S", tr("Saves the scenario under another name"), [&w] {
         w.editor().saveAs();
       }});
  add({"run", tr("&Run the scenario"), "Ctrl+R", tr("Simulates the scenario in the editor and shows the run as it grows"),
       [&w] {
         w.showPage(MainWindow::Page::scenario);
         w.editor().run();
       }})
      ->setIcon(glyph(Glyph::run));
  add({"stop", tr("S&top the run"), "Ctrl+.", tr("Ends the run that is under way in good order"),
       [&w] {
         w.live().stop();
       }})
      ->setIcon(glyph(Glyph::stop));
}

void Menus::addPageActions() {
  MainWindow& w = window_;
  auto* group = new QActionGroup{this};
  const auto page = [&](const char* name, const QString& text, const QString& keys, const QString& tip, MainWindow::Page which,
                        Glyph icon) {
    QAction* made = add({name, text, keys, tip, [&w, which] {
                           w.showPage(which);
                         }});
    made->setCheckable(true);
    made->setIcon(glyph(icon));
    group->addAction(made);
    connect(&w, &MainWindow::pageChanged, made, [&w, made, which] { made->setChecked(w.page() == which); });
  };
  page("page_start", tr("&Start"), "Ctrl+1", tr("Recent files and examples"), MainWindow::Page::start, Glyph::start);
  page("page_scenario", tr("S&cenario"), "Ctrl+2", tr("The scenario editor"), MainWindow::Page::scenario, Glyph::scenario);
  page("page_run", tr("&Run"), "Ctrl+3", tr("The views of the run"), MainWindow::Page::views, Glyph::views);
  Focus& focus = w.stage().focus;
  add({"fit", tr("&Fit the whole run"), "Ctrl+0", tr("Shows all of the time"),
       [&focus] {
         focus.fit();
       }})
      ->setIcon(glyph(Glyph::fit));
  add({"zoom_in", tr("Zoom &in"), "Ctrl++; Ctrl+=", tr("Half of the time, around the playhead"), [this] {
         zoom(0.5);
       }});
  add({"zoom_out", tr("Zoom &out"), "Ctrl+-", tr("Twice the time"), [this] {
         zoom(2);
       }});
  add({"undo_zoom", tr("&Undo zoom"), "Ctrl+Z; Alt+Left", tr("The window of time before this one"),
       [&focus] {
         focus.undoWindow();
       }})
      ->setIcon(glyph(Glyph::undo));
  add({"redo_zoom", tr("&Redo zoom"), "Ctrl+Shift+Z; Alt+Right", tr("The window of time after this one"),
       [&focus] {
         focus.redoWindow();
       }})
      ->setIcon(glyph(Glyph::redo));
  add({"reset_layout", tr("Reset &layout"), "", tr("Puts all views back where they were at first"), [&w] {
         w.resetLayout();
       }});
  add({"full_screen", tr("F&ull screen"), "F11", tr("The window without a frame, and back"), [&w] {
         w.setWindowState(w.windowState() ^ Qt::WindowFullScreen);
       }});
  add({"search", tr("&Search…"), "Ctrl+P; Ctrl+F", tr("Finds partitions, processors, devices, requests and moments"),
       [&w] {
         w.search().begin();
       }})
      ->setIcon(glyph(Glyph::search));
}

void Menus::addPlaybackActions() {
  Playback& playback = window_.stage().playback;
  add({"play", tr("&Play"), "", tr("Moves the playhead with the clock"), [&playback] {
         playback.toggle();
       }});
  add({"slower", tr("&Slower"), "[", tr("Half the speed"), [&playback] {
         playback.setSpeed(playback.speed() / 2);
       }});
  add({"faster", tr("&Faster"), "]", tr("Twice the speed"), [&playback] {
         playback.setSpeed(playback.speed() * 2);
       }});
  QAction* follow = add({"follow", tr("Follow &live"), "Ctrl+L", tr("The playhead stays at the end of a run that goes on"), [] {
                         }});
  follow->setCheckable(true);
  follow->setIcon(glyph(Glyph::follow));
  connect(follow, &QAction::toggled, &playback, &Playback::setFollowing);
  connect(&playback, &Playback::changed, follow, [&playback, follow] { follow->setChecked(playback.isFollowing()); });
  add({"next", tr("&Next event of the chosen kind"), "N", tr("To the next event of the kind in the playback bar"),
       [this] {
         step(playback_->chosenKind(), false);
       }})
      ->setIcon(glyph(Glyph::next));
  add({"previous", tr("Pre&vious event of the chosen kind"), "Shift+N", tr("To the one before"),
       [this] {
         step(playback_->chosenKind(), true);
       }})
      ->setIcon(glyph(Glyph::previous));
  int number = 0;
  for (const SteppedKind& one : steppedKinds()) {
    ++number;
    for (const bool backwards : {false, true}) {
      const QString name = (backwards ? "previous_" : "next_") + one.action;
      add({name,
           (backwards ? tr("Previous %1") : tr("Next %1")).arg(one.word),
           QString{backwards ? "Alt+Shift+%1" : "Alt+%1"}.arg(number),
           {},
           [this, one, backwards] {
             playback_->choose(one.kind);
             step(one.kind, backwards);
           }});
    }
  }
}

void Menus::addOtherActions() {
  MainWindow& w = window_;
  auto* group = new QActionGroup{this};
  const std::vector<std::pair<Appearance, QString>> looks = {
      {Appearance::system, tr("As the &desktop")}, {Appearance::light, tr("&Light")}, {Appearance::dark, tr("Dar&k")}};
  for (const auto& [appearance, text] : looks) {
    QAction* made = add({"theme_" + wordFor(appearance), text, "", {}, [this, appearance = appearance] {
                           QSettings{}.setValue("theme", wordFor(appearance));
                           apply(appearance);
                           showAppearance();
                         }});
    made->setCheckable(true);
    group->addAction(made);
  }
  add({"shortcuts", tr("&Keyboard shortcuts"), "F1", tr("All keys"), [this, &w] {
         showShortcuts(&w, all_);
       }});
  add({"about", tr("&About lparsim"), "", tr("Version and licences"),
       [&w] {
         showAbout(&w);
       }})
      ->setMenuRole(QAction::AboutRole);
  add({"about_qt",
       tr("About &Qt"),
       "",
       {},
       [] {
         QApplication::aboutQt();
       }})
      ->setMenuRole(QAction::AboutQtRole);
}

void Menus::step(trace::EventKind kind, bool backwards) {
  window_.stage().playback.step(kind, backwards);
}

void Menus::zoom(double factor) {
  Focus& focus = window_.stage().focus;
  const TimeRange window = focus.window();
  const SimTime playhead = focus.playhead();
  const bool visible = playhead >= window.begin && playhead <= window.end;
  const double centre = visible ? playhead.seconds() : (window.begin + (window.end - window.begin) / 2).seconds();
  const double before = centre - window.begin.seconds();
  const double after = window.end.seconds() - centre;
  focus.setWindow({SimTime::from_seconds(centre - before * factor), SimTime::from_seconds(centre + after * factor)});
}

void Menus::showAppearance() {
  const QString word = QSettings{}.value("theme", wordFor(Appearance::system)).toString();
  action("theme_" + wordFor(appearanceOf(word).value_or(Appearance::system)))->setChecked(true);
}

}  // namespace lparsim::gui

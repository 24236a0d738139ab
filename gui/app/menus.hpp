#pragma once
#include <QHash>
#include <QObject>
#include <QPointer>
#include <functional>
#include <vector>

#include "gui/app/main_window.hpp"

class QAction;
class QMenu;

namespace lparsim::gui {

class PlaybackBar;
class View;

/// All that can be done, as actions with names, and the menus and bars that hold them.
class Menus : public QObject {
  Q_OBJECT
 public:
  explicit Menus(MainWindow& window);

  /// Fills the window's menus and bars; its pages are there by then.
  void build();
  /// By its name, which is never translated. It exists.
  QAction* action(const QString& name) const;
  const std::vector<QAction*>& all() const { return all_; }
  PlaybackBar& playback() { return *playback_; }
  void showAppearance();

 private:
  struct Spec {
    QString name;
    QString text;
    QString shortcut;
    QString tip;
    std::function<void()> act;
  };
  QAction* add(const Spec& spec);
  void addFileActions();
  void addPageActions();
  void addPlaybackActions();
  void addOtherActions();
  void buildBars();
  QMenu* menu(const QString& title, const QStringList& names);
  void buildRecent(QMenu* menu);
  void buildPictures(QMenu* menu);
  void buildTables(QMenu* menu);
  void exportPicture(const QString& view);
  void exportTable(const QString& view);
  void step(trace::EventKind kind, bool backwards);
  void zoom(double factor);
  void showState();

  MainWindow& window_;
  QHash<QString, QAction*> named_;
  std::vector<QAction*> all_;
  PlaybackBar* playback_ = nullptr;
};

}  // namespace lparsim::gui

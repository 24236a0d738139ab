#include "gui/app/workspace.hpp"

#include <QApplication>
#include <QDockWidget>
#include <QLayout>
#include <QTabBar>
#include <algorithm>

#include "gui/app/dock_title.hpp"

namespace lparsim::gui {

namespace {

/// Goes up whenever docks come or go or the default arrangement changes: an older layout is then not restored.
constexpr int kLayoutVersion = 1;
/// Below this height the views of the centre stand behind each other, since none would have room otherwise.
constexpr int kLowWindow = 620;
constexpr QSize kLeastView{200, 90};
constexpr auto kPlace = "place";

Place placeOf(const QDockWidget& dock) {
  return static_cast<Place>(dock.property(kPlace).toInt());
}

}  // namespace

Workspace::Workspace(Stage& stage, QWidget* parent) : QMainWindow{parent}, stage_{stage} {
  setWindowFlags(Qt::Widget);
  setObjectName("workspace");
  setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks | GroupedDragging);
  setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
  slimming_.setSingleShot(true);
  slimming_.setInterval(0);
  connect(&slimming_, &QTimer::timeout, this, &Workspace::slim);
  for (const ViewKind& kind : viewKinds()) {
    View* view = kind.make(stage);
    // Many panels have to share a small screen: the least is what one can still see something in.
    view->setMinimumSize(kLeastView);
    views_.push_back(view);
    addDock(view, kind.name, view->title(), kind.place);
  }
  if (!views_.empty()) current_ = views_.front();
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget* /*old*/, QWidget* now) {
    for (View* view : views_) {
      if (now == nullptr || view == current_ || (view != now && !view->isAncestorOf(now))) continue;
      current_ = view;
      Q_EMIT currentChanged();
    }
  });
  resetLayout();
}

QDockWidget* Workspace::addDock(QWidget* content, const QString& name, const QString& title, Place place) {
  auto* dock = new QDockWidget{title, this};
  dock->setObjectName(name);
  dock->setProperty(kPlace, static_cast<int>(place));
  dock->setAccessibleName(title);
  dock->setWidget(content);
  dock->setTitleBarWidget(new DockTitle{*dock});
  if (content->focusPolicy() == Qt::NoFocus && qobject_cast<View*>(content) != nullptr) content->setFocusPolicy(Qt::StrongFocus);
  docks_.push_back(dock);
  connect(dock, &QDockWidget::dockLocationChanged, &slimming_, qOverload<>(&QTimer::start));
  connect(dock, &QDockWidget::topLevelChanged, &slimming_, qOverload<>(&QTimer::start));
  connect(dock, &QDockWidget::visibilityChanged, &slimming_, qOverload<>(&QTimer::start));
  return dock;
}

// A panel behind others has its title on its tab; twice would be a line of the screen lost.
void Workspace::slim() {
  for (QDockWidget* dock : docks_) {
    auto* bar = static_cast<DockTitle*>(dock->titleBarWidget());
    bar->setSlim(!dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty());
  }
  for (QTabBar* tabs : findChildren<QTabBar*>(QString{}, Qt::FindDirectChildrenOnly)) {
    tabs->setElideMode(Qt::ElideNone);
    tabs->setExpanding(false);
    tabs->setUsesScrollButtons(true);
  }
}

void Workspace::suit(const RunFacts& facts) {
  for (const ViewKind& kind : viewKinds())
    if (kind.fits) dock(kind.name)->setVisible(kind.fits(facts));
}

bool Workspace::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::ChildAdded) slimming_.start();
  return QMainWindow::event(event);
}

QDockWidget* Workspace::addPanel(QWidget* panel, const QString& name, const QString& title, Place place) {
  QDockWidget* dock = addDock(panel, name, title, place);
  resetLayout();
  return dock;
}

View* Workspace::view(const QString& name) const {
  const auto found = std::ranges::find_if(views_, [&](const View* view) { return view->viewName() == name; });
  return found == views_.end() ? nullptr : *found;
}

QDockWidget* Workspace::dock(const QString& name) const {
  const auto found = std::ranges::find_if(docks_, [&](const QDockWidget* dock) { return dock->objectName() == name; });
  return found == docks_.end() ? nullptr : *found;
}

void Workspace::show(const QString& name) {
  QDockWidget* found = dock(name);
  if (found == nullptr) return;
  found->show();
  found->raise();
  if (found->widget() != nullptr) found->widget()->setFocus(Qt::ShortcutFocusReason);
}

bool Workspace::isSettled() const {
  return std::ranges::all_of(views_, [](const View* view) { return !view->isVisible() || view->isSettled(); });
}

QByteArray Workspace::layout() const {
  return saveState(kLayoutVersion);
}

bool Workspace::restoreLayout(const QByteArray& layout) {
  const bool restored = !layout.isEmpty() && restoreState(layout, kLayoutVersion);
  arranged_ = arranged_ || restored;
  return restored;
}

void Workspace::place(Place where, Qt::DockWidgetArea area, Qt::Orientation orientation, bool behindEachOther) {
  QDockWidget* last = nullptr;
  QDockWidget* first = nullptr;
  for (QDockWidget* dock : docks_) {
    if (placeOf(*dock) != where) continue;
    dock->setFloating(false);
    if (last == nullptr)
      addDockWidget(area, dock, orientation);
    else if (behindEachOther)
      tabifyDockWidget(last, dock);
    else
      splitDockWidget(last, dock, orientation);
    dock->show();
    if (first == nullptr) first = dock;
    last = dock;
  }
  if (first != nullptr && behindEachOther) first->raise();
}

// How large it is shows when it is shown.
void Workspace::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  if (!arranged_) QTimer::singleShot(0, this, &Workspace::resetLayout);
}

void Workspace::resetLayout() {
  arranged_ = isVisible();
  for (QDockWidget* dock : docks_) removeDockWidget(dock);
  const bool low = height() < kLowWindow;
  place(Place::centre, Qt::LeftDockWidgetArea, Qt::Vertical, low);
  place(Place::right, Qt::RightDockWidgetArea, Qt::Vertical, true);
  place(Place::bottom, Qt::BottomDockWidgetArea, Qt::Horizontal, true);
  // A panel that floats takes no notice of a place while it has none.
  for (QDockWidget* dock : docks_)
    if (dock->isFloating()) dock->setFloating(false);
  // Shares of the whole; Qt makes of them what fits.
  const auto share = [this](Place where, int size, Qt::Orientation orientation) {
    QList<QDockWidget*> of;
    for (QDockWidget* dock : docks_)
      if (placeOf(*dock) == where) of << dock;
    if (!of.isEmpty()) resizeDocks({of.front()}, {size}, orientation);
  };
  share(Place::right, std::clamp(width() / 4, 260, 420), Qt::Horizontal);
  share(Place::bottom, std::clamp(height() / 4, 150, 320), Qt::Vertical);
  if (const auto facts = stage_.session.facts()) suit(*facts);
}

}  // namespace lparsim::gui

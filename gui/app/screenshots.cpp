#include "gui/app/screenshots.hpp"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QTimer>
#include <memory>

#include "gui/app/exporting.hpp"
#include "gui/app/main_window.hpp"
#include "gui/app/view_kinds.hpp"
#include "gui/app/workspace.hpp"
#include "gui/data/search.hpp"
#include "gui/runs/scenario_editor.hpp"

namespace lparsim::gui {

namespace {

constexpr QSize kViewSize{1280, 720};
constexpr qint64 kMostMilliseconds = 120'000;
/// A view may ask for more in answer to an answer: it is quiet only after so many turns without a question.
constexpr int kQuietTurns = 6;
constexpr int kTurnMilliseconds = 20;

template <class Condition>
bool waitFor(const Condition& condition, int turns) {
  QElapsedTimer clock;
  clock.start();
  for (int quiet = 0; quiet < turns;) {
    QEventLoop loop;
    QTimer::singleShot(kTurnMilliseconds, &loop, &QEventLoop::quit);
    loop.exec();
    quiet = condition() ? quiet + 1 : 0;
    if (clock.elapsed() > kMostMilliseconds) return false;
  }
  return true;
}

QString openAndWait(Session& session, const QString& path) {
  QString failure;
  bool opened = false;
  const QObject context;
  QObject::connect(&session, &Session::failed, &context, [&](const QString& sentence) { failure = sentence; });
  QObject::connect(&session, &Session::opened, &context, [&] { opened = true; });
  session.open(QFileInfo{path}.absoluteFilePath());
  if (!waitFor([&] { return opened || !failure.isEmpty(); }, 1)) return QString{"%1 did not open in time"}.arg(path);
  return failure;
}

ShotFailure notSettled(const QString& view) {
  return {3, QString{"the view %1 was not complete after %2 s"}.arg(view).arg(kMostMilliseconds / 1000)};
}

Result<void, ShotFailure> shootView(Stage& stage, const Shot& shot, QSize size) {
  for (const ViewKind& kind : viewKinds()) {
    if (kind.name != shot.view) continue;
    const std::unique_ptr<View> view{kind.make(stage)};
    // The picture has the size that was asked for, whatever the view would like at least.
    view->setMinimumSize(1, 1);
    view->resize(size);
    view->show();
    if (!waitFor([&] { return view->isSettled() && stage.session.isSettled(); }, kQuietTurns)) return unexpected(notSettled(shot.view));
    const QString failure = savePicture(*view, shot.path);
    if (!failure.isEmpty()) return unexpected(ShotFailure{3, failure});
  }
  return {};
}

Result<void, ShotFailure> shootWindow(Stage& stage, const Shot& shot, const CommandLine& line) {
  MainWindow window{stage};
  if (line.size) window.resize(*line.size);
  if (stage.session.isOpen()) window.showPage(MainWindow::Page::views);
  window.show();
  window.resetLayout();
  if (line.file.endsWith(".yaml") || line.file.endsWith(".yml")) window.open(line.file);
  const auto settled = [&] {
    return window.workspace().isSettled() && stage.session.isSettled() && window.editor().isSettled();
  };
  if (!waitFor(settled, kQuietTurns)) return unexpected(notSettled(shot.view));
  const QString failure = saveWidgetPicture(window, shot.path);
  if (!failure.isEmpty()) return unexpected(ShotFailure{3, failure});
  return {};
}

}  // namespace

QString focusAsSaid(Stage& stage, const CommandLine& line) {
  if (line.window) stage.focus.setWindow(*line.window);
  if (line.at) stage.focus.showPlayhead(*line.at);
  if (line.selected.isEmpty()) return {};
  const SearchIndex index{*stage.session.facts()};
  for (const Hit& hit : index.find(line.selected.toStdString(), 1)) {
    if (std::holds_alternative<std::monostate>(hit.selection)) break;
    stage.focus.select(hit.selection);
    return {};
  }
  return QString{"--select: nothing in this run is called `%1`; allowed: a partition, a core, a virtual processor, a disk, `request 12`"}
      .arg(line.selected);
}

Result<void, ShotFailure> takeShots(Stage& stage, const CommandLine& line) {
  const bool scenario = line.file.endsWith(".yaml") || line.file.endsWith(".yml");
  if (!line.file.isEmpty() && !scenario) {
    const QString failure = openAndWait(stage.session, line.file);
    if (!failure.isEmpty()) return unexpected(ShotFailure{2, failure});
    // The beginning of a run shows little.
    if (!line.at) stage.focus.setPlayhead(stage.session.facts()->simulated / 2);
    const QString unknown = focusAsSaid(stage, line);
    if (!unknown.isEmpty()) return unexpected(ShotFailure{2, unknown});
  }
  for (const Shot& shot : line.shots) {
    const auto done = shot.view == "window" ? shootWindow(stage, shot, line) : shootView(stage, shot, line.size.value_or(kViewSize));
    if (!done) return done;
  }
  return {};
}

}  // namespace lparsim::gui

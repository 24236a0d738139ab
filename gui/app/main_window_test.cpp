#include "gui/app/main_window.hpp"

#include <QDialog>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSet>
#include <QSignalSpy>
#include <QTreeWidget>

#include "gui/app/app_test_fixture.hpp"
#include "gui/runs/scenario_editor.hpp"
#include "gui/runs/scenario_text.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using ::testing::HasSubstr;

TEST_F(WindowTest, BeginsWithTheStartPage) {
  EXPECT_EQ(window_.page(), MainWindow::Page::start);
  EXPECT_EQ(window_.windowTitle(), "lparsim");
  EXPECT_FALSE(action("page_run")->isEnabled());
  EXPECT_FALSE(action("play")->isEnabled());
}

TEST_F(WindowTest, ShowsTheViewsOfARunAndItsStateInTitleAndStatusBar) {
  openRun();
  EXPECT_EQ(window_.page(), MainWindow::Page::views);
  EXPECT_EQ(window_.windowTitle().toStdString(), "a.db (finished) – lparsim");
  EXPECT_THAT(window_.findChild<QLabel*>("state")->text().toStdString(), HasSubstr("finished"));
  EXPECT_FALSE(window_.findChild<QLabel*>("simulated")->text().isEmpty());
  action("close")->trigger();
  EXPECT_EQ(window_.page(), MainWindow::Page::start);
  EXPECT_FALSE(window_.findChild<QLabel*>("state")->isVisible());
}

TEST_F(WindowTest, HasADockForEachViewAndEachIsInTheMenu) {
  const auto& workspace = window_.workspace();
  EXPECT_EQ(workspace.views().size(), viewKinds().size());
  QStringList inMenu;
  for (const QMenu* menu : window_.menuBar()->findChildren<QMenu*>())
    for (const QAction* each : menu->actions()) inMenu << each->text();
  for (const ViewKind& kind : viewKinds()) {
    ASSERT_NE(workspace.dock(kind.name), nullptr) << kind.name.toStdString();
    EXPECT_EQ(workspace.view(kind.name)->viewName(), kind.name);
  }
}

TEST_F(WindowTest, ActionsDoWhatTheySay) {
  openRun();
  Focus& focus = stage_.focus;
  focus.setWindow({1_s, 2_s});
  focus.setPlayhead(1500_ms);
  action("zoom_in")->trigger();
  EXPECT_EQ(focus.window(), (TimeRange{1250_ms, 1750_ms}));
  action("zoom_out")->trigger();
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  action("fit")->trigger();
  EXPECT_EQ(focus.window(), focus.limits());
  EXPECT_TRUE(action("undo_zoom")->isEnabled());
  action("undo_zoom")->trigger();
  EXPECT_EQ(focus.window(), (TimeRange{1_s, 2_s}));
  action("redo_zoom")->trigger();
  EXPECT_EQ(focus.window(), focus.limits());
  Playback& playback = stage_.playback;
  const double speed = playback.speed();
  action("faster")->trigger();
  EXPECT_DOUBLE_EQ(playback.speed(), speed * 2);
  action("slower")->trigger();
  EXPECT_DOUBLE_EQ(playback.speed(), speed);
  action("follow")->setChecked(true);
  EXPECT_TRUE(playback.isFollowing());
  action("page_scenario")->trigger();
  EXPECT_EQ(window_.page(), MainWindow::Page::scenario);
  action("page_start")->trigger();
  EXPECT_EQ(window_.page(), MainWindow::Page::start);
  action("page_run")->trigger();
  EXPECT_EQ(window_.page(), MainWindow::Page::views);
  action("theme_dark")->trigger();
  const auto isDark = [this] {
    return Theme::of(window_.palette()).dark;
  };
  EXPECT_TRUE(QTest::qWaitFor(isDark, kPatience));
  action("theme_light")->trigger();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !isDark(); }, kPatience));
}

TEST_F(WindowTest, PlaysWithTheSpaceBarInAView) {
  openRun();
  View* view = window_.workspace().views().front();
  window_.workspace().show(view->viewName());
  QTest::keyClick(view, Qt::Key_Space);
  EXPECT_TRUE(stage_.playback.isPlaying());
  EXPECT_EQ(action("play")->text(), "Pau&se");
  QTest::keyClick(view, Qt::Key_Space);
  EXPECT_FALSE(stage_.playback.isPlaying());
}

TEST_F(WindowTest, StepsToEventsOfAKindByKeyAndSaysWhenThereIsNone) {
  openRun();
  stage_.focus.setPlayhead({});
  View* view = window_.workspace().views().front();
  window_.workspace().show(view->viewName());
  QTest::keyClick(view, Qt::Key_1, Qt::AltModifier);
  ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.focus.playhead() > SimTime{}; }, kPatience));
  QSignalSpy said{&stage_.playback, &Playback::said};
  QTest::keyClick(view, Qt::Key_8, Qt::AltModifier);
  EXPECT_TRUE(said.count() == 1 || said.wait(kPatience));
}

TEST_F(WindowTest, NoTwoActionsShareAKey) {
  QSet<QString> keys;
  for (const QAction* each : window_.menus().all())
    for (const QKeySequence& key : each->shortcuts()) {
      EXPECT_FALSE(keys.contains(key.toString())) << key.toString().toStdString();
      keys.insert(key.toString());
    }
  EXPECT_GT(keys.size(), 30);
}

TEST_F(WindowTest, ListsItsKeysFromTheActions) {
  action("shortcuts")->trigger();
  const auto* dialog = window_.findChild<QDialog*>("shortcut_list");
  ASSERT_NE(dialog, nullptr);
  const auto* list = dialog->findChild<QTreeWidget*>();
  EXPECT_FALSE(list->findItems("Fit the whole run", Qt::MatchExactly, 1).isEmpty());
  EXPECT_EQ(list->findItems("Search", Qt::MatchExactly, 1).at(0)->text(0), "Ctrl+P, Ctrl+F");
}

TEST_F(WindowTest, OpensWhatIsDropped) {
  const QString path = writeRun();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter{{10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {}};
  QApplication::sendEvent(&window_, &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop{{10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {}};
  QApplication::sendEvent(&window_, &drop);
  EXPECT_TRUE(QTest::qWaitFor([this] { return stage_.session.isOpen(); }, kPatience));
}

TEST_F(WindowTest, RefusesToTakeWhatIsNoFile) {
  QMimeData data;
  data.setText("just words");
  QDragEnterEvent enter{{10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {}};
  enter.ignore();
  QApplication::sendEvent(&window_, &enter);
  EXPECT_FALSE(enter.isAccepted());
}

TEST_F(WindowTest, RemembersFilesAndGreysThoseThatAreGone) {
  openRun("a.db");
  openRun("b.db");
  ASSERT_TRUE(QTest::qWaitFor([this] { return window_.recent().paths().size() == 2; }, kPatience));
  EXPECT_EQ(window_.recent().paths(), (QStringList{folder_.filePath("b.db"), folder_.filePath("a.db")}));
  QFile::remove(folder_.filePath("a.db"));
  QMenu* recent = nullptr;
  for (QMenu* menu : window_.findChildren<QMenu*>())
    if (menu->title() == "Open &recent") recent = menu;
  ASSERT_NE(recent, nullptr);
  Q_EMIT recent->aboutToShow();
  EXPECT_TRUE(recent->actions().at(0)->isEnabled());
  EXPECT_EQ(recent->actions().at(1)->text(), "a.db (missing)");
  EXPECT_FALSE(recent->actions().at(1)->isEnabled());
  action("forget_missing")->trigger();
  EXPECT_EQ(window_.recent().paths(), QStringList{folder_.filePath("b.db")});
  action("forget_all")->trigger();
  EXPECT_TRUE(window_.recent().paths().isEmpty());
}

TEST_F(WindowTest, RemembersItsLayoutAndResetsIt) {
  openRun();
  QDockWidget* last = window_.workspace().docks().front();
  last->setFloating(true);
  window_.close();
  Stage stage;
  MainWindow again{stage};
  again.restoreLayout();
  QDockWidget* dock = again.workspace().dock(last->objectName());
  EXPECT_TRUE(dock->isFloating());
  again.menus().action("reset_layout")->trigger();
  EXPECT_FALSE(dock->isFloating());
  EXPECT_FALSE(QSettings{}.contains("layout/docks"));
}

TEST_F(WindowTest, IsArrangedForTheSizeThatItIsShownAt) {
  openRun();
  const auto& workspace = window_.workspace();
  QDockWidget* right = workspace.dock("inspector");
  ASSERT_TRUE(QTest::qWaitFor([&] { return right->width() < workspace.width() / 3; }, kPatience));
  EXPECT_TRUE(workspace.tabifiedDockWidgets(workspace.dock("timeline")).isEmpty());
}

TEST_F(WindowTest, PutsAwayTablesOfWhatARunDoesNotHave) {
  openRun();
  EXPECT_FALSE(window_.workspace().dock("ledger")->toggleViewAction()->isChecked());
  EXPECT_TRUE(window_.workspace().dock("partitions")->toggleViewAction()->isChecked());
}

TEST_F(WindowTest, IgnoresALayoutOfAnotherVersion) {
  EXPECT_FALSE(window_.workspace().restoreLayout(window_.workspace().saveState(999)));
  EXPECT_FALSE(window_.workspace().restoreLayout("nonsense"));
}

TEST_F(WindowTest, AsksForAFileAndOpensIt) {
  const QString path = writeRun();
  action("open")->trigger();
  auto* dialog = window_.findChild<QFileDialog*>();
  ASSERT_NE(dialog, nullptr);
  Q_EMIT dialog->fileSelected(path);
  dialog->close();
  EXPECT_TRUE(QTest::qWaitFor([this] { return stage_.session.isOpen(); }, kPatience));
}

TEST_F(WindowTest, OpensAScenarioInTheEditor) {
  window_.open(writeFile("a.yaml", "name: a\n"));
  EXPECT_EQ(window_.page(), MainWindow::Page::scenario);
  EXPECT_EQ(window_.windowTitle().toStdString(), "a.yaml[*] – lparsim");
  EXPECT_EQ(window_.editor().text().toPlainText(), "name: a\n");
}

TEST_F(WindowTest, ListsExamplesAndFiltersThem) {
  const auto lists = window_.findChildren<QListWidget*>();
  QListWidget* examples = nullptr;
  for (QListWidget* list : lists)
    if (list->accessibleName() == "Examples") examples = list;
  ASSERT_NE(examples, nullptr);
  ASSERT_GT(examples->count(), 30);
  const auto fields = window_.findChildren<QLineEdit*>();
  for (QLineEdit* field : fields)
    if (field->accessibleName() == "Filter examples") QTest::keyClicks(field, "weights");
  int visible = 0;
  for (int row = 0; row < examples->count(); ++row)
    if (!examples->item(row)->isHidden()) ++visible;
  EXPECT_EQ(visible, 1);
}

}  // namespace
}  // namespace lparsim::gui

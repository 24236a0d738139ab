#include "gui/app/main_window.hpp"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include "gui/app/menus.hpp"
#include "gui/app/search_palette.hpp"
#include "gui/app/status_line.hpp"
#include "gui/app/welcome_page.hpp"
#include "gui/app/workspace.hpp"
#include "gui/runs/control_panel.hpp"
#include "gui/runs/live_run.hpp"
#include "gui/runs/scenario_editor.hpp"
#include "gui/tables/table_view.hpp"

namespace lparsim::gui {

namespace {

constexpr QSize kFirstSize{1280, 800};
constexpr auto kGeometry = "layout/window";
constexpr auto kDocks = "layout/docks";

bool isScenario(const QString& path) {
  return path.endsWith(".yaml", Qt::CaseInsensitive) || path.endsWith(".yml", Qt::CaseInsensitive);
}

QString droppedFile(const QMimeData& data) {
  for (const QUrl& url : data.urls())
    if (url.isLocalFile()) return url.toLocalFile();
  return {};
}

}  // namespace

MainWindow::MainWindow(Stage& stage, QWidget* parent) : QMainWindow{parent}, stage_{stage} {
  setObjectName("window");
  setAcceptDrops(true);
  setUnifiedTitleAndToolBarOnMac(true);
  resize(kFirstSize);
  build();
  followSession();
  followLiveRun();
  showPage(Page::start);
  showTitle();
}

MainWindow::~MainWindow() = default;

void MainWindow::build() {
  live_ = new LiveRun{this};
  menus_ = new Menus{*this};
  messages_ = new MessageBar;
  welcome_ = new WelcomePage{recent_, menus_->action("open"), menus_->action("new_scenario")};
  editor_ = new ScenarioEditor{*live_};
  workspace_ = new Workspace{stage_};
  workspace_->addPanel(new ControlPanel{*live_}, "control", tr("Live run"), Place::right);
  pages_ = new QStackedWidget;
  pages_->addWidget(welcome_);
  pages_->addWidget(editor_);
  pages_->addWidget(workspace_);
  auto* centre = new QWidget;
  auto* column = new QVBoxLayout{centre};
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(messages_);
  column->addWidget(pages_, 1);
  setCentralWidget(centre);
  search_ = new SearchPalette{stage_, this};
  new StatusLine{stage_, *statusBar()};
  menus_->build();
  connect(welcome_, &WelcomePage::chosen, this, &MainWindow::open);
  connect(editor_, &ScenarioEditor::said, this, [this](const QString& sentence) { messages_->say(Severity::error, sentence); });
  connect(editor_, &ScenarioEditor::fileChanged, this, [this] {
    if (!editor_->path().isEmpty()) recent_.add(editor_->path());
    showTitle();
  });
  connect(editor_, &ScenarioEditor::modifiedChanged, this, &MainWindow::showTitle);
  connect(search_, &SearchPalette::metricChosen, this, [this](const QString& name) {
    workspace_->show("metrics");
    if (auto* table = qobject_cast<TableView*>(workspace_->view("metrics"))) table->filter().setText(name);
  });
}

void MainWindow::followSession() {
  Session& session = stage_.session;
  connect(&session, &Session::opened, this, [this] {
    if (!opening_.isEmpty() && aboutFile_) messages_->hide();
    opening_.clear();
    statusBar()->clearMessage();
    recent_.add(QString::fromStdString(stage_.session.facts()->path.string()));
    workspace_->suit(*stage_.session.facts());
    showPage(Page::views);
    showTitle();
  });
  connect(&session, &Session::failed, this, [this](const QString& sentence) {
    opening_.clear();
    statusBar()->clearMessage();
    messages_->say(Severity::error, sentence, menus_->action("open"));
    aboutFile_ = true;
  });
  connect(&session, &Session::grew, this, &MainWindow::showTitle);
  connect(&session, &Session::finished, this, [this] {
    showTitle();
    // Of a run of this program there are better words.
    const bool ours = QString::fromStdString(stage_.session.facts()->path.string()) == live_->order().runFile;
    if (stage_.session.facts()->state == trace::RunState::interrupted && !ours)
      messages_->say(Severity::warning, tr("The run was interrupted: the file holds what had been written by then."));
  });
  connect(&session, &Session::closed, this, [this] {
    if (page() == Page::views) showPage(Page::start);
    showTitle();
  });
  connect(&stage_.playback, &Playback::said, this, [this](const QString& sentence) { statusBar()->showMessage(sentence, 6000); });
}

void MainWindow::followLiveRun() {
  connect(live_, &LiveRun::fileReady, this, [this](const QString& path) {
    stage_.playback.setFollowing(true);
    open(path);
    workspace_->show("control");
  });
  connect(live_, &LiveRun::ended, this, [this](const RunEnd& end) {
    const Severity severity = end.isFailure ? Severity::error : end.code == 0 ? Severity::information : Severity::warning;
    aboutFile_ = false;
    messages_->say(severity, end.sentence, end.isFailure ? menus_->action("page_scenario") : nullptr);
  });
}

void MainWindow::open(const QString& path) {
  if (isScenario(path)) {
    editor_->openSafely(path, [this] { showPage(Page::scenario); });
    return;
  }
  opening_ = path;
  statusBar()->showMessage(tr("Opening %1 …").arg(QFileInfo{path}.fileName()));
  stage_.session.open(QFileInfo{path}.absoluteFilePath());
}

void MainWindow::askForFile() {
  auto* dialog = new QFileDialog{this, tr("Open a run or a scenario"), QSettings{}.value("folder").toString(),
                                 tr("Runs and scenarios (*.db *.yaml *.yml);;Run files (*.db);;Scenarios (*.yaml *.yml);;All files (*)")};
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    QSettings{}.setValue("folder", QFileInfo{path}.absolutePath());
    open(path);
  });
  dialog->open();
}

void MainWindow::showPage(Page page) {
  const bool another = pages_->currentIndex() != static_cast<int>(page);
  pages_->setCurrentIndex(static_cast<int>(page));
  if (page == Page::scenario) editor_->takeFocus();
  if (page == Page::views && workspace_->current() != nullptr) workspace_->current()->setFocus();
  if (another) showTitle();
  Q_EMIT pageChanged();
}

MainWindow::Page MainWindow::page() const {
  return static_cast<Page>(pages_->currentIndex());
}

void MainWindow::showTitle() {
  const auto facts = stage_.session.facts();
  setWindowModified(page() == Page::scenario && editor_->isModified());
  if (page() == Page::scenario)
    setWindowTitle(tr("%1[*] – lparsim").arg(editor_->title()));
  else if (page() == Page::views && facts)
    setWindowTitle(tr("%1 (%2) – lparsim").arg(QString::fromStdString(facts->path.filename().string()), StatusLine::wordFor(facts->state)));
  else
    setWindowTitle("lparsim");
}

void MainWindow::restoreLayout() {
  const QSettings settings;
  restoreGeometry(settings.value(kGeometry).toByteArray());
  if (!workspace_->restoreLayout(settings.value(kDocks).toByteArray())) resetLayout();
}

void MainWindow::saveLayout() const {
  QSettings settings;
  settings.setValue(kGeometry, saveGeometry());
  settings.setValue(kDocks, workspace_->layout());
}

void MainWindow::resetLayout() {
  QSettings settings;
  settings.remove(kGeometry);
  settings.remove(kDocks);
  workspace_->resetLayout();
}

bool MainWindow::mayClose() {
  if (!editor_->mayDiscard()) return false;
  if (!live_->isRunning()) return true;
  const auto answer = QMessageBox::question(this, tr("A run goes on"), tr("A simulation is under way. Stop it and quit?"),
                                            QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel);
  return answer == QMessageBox::Yes;
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!mayClose()) {
    event->ignore();
    return;
  }
  live_->endNow();
  saveLayout();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!droppedFile(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QString path = droppedFile(*event->mimeData());
  if (path.isEmpty()) return;
  event->acceptProposedAction();
  open(path);
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && pages_ != nullptr) menus_->showAppearance();
}

}  // namespace lparsim::gui

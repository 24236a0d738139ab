// What the scenario page is made of, and how its parts follow each other.
#include <QFileInfo>
#include <QFontDatabase>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include "gui/paint/theme.hpp"
#include "gui/runs/run_form.hpp"
#include "gui/runs/scenario_editor.hpp"
#include "gui/runs/scenario_text.hpp"
#include "gui/runs/simulator.hpp"

namespace lparsim::gui {

namespace {

constexpr int kHelpMilliseconds = 300;

QPlainTextEdit* readOnly(const QString& name, const QString& hint) {
  auto* made = new QPlainTextEdit;
  made->setReadOnly(true);
  made->setAccessibleName(name);
  made->setPlaceholderText(hint);
  made->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  made->setFrameShape(QFrame::NoFrame);
  made->setTabChangesFocus(true);
  return made;
}

}  // namespace

ScenarioEditor::ScenarioEditor(LiveRun& live, QWidget* parent) : QWidget{parent}, live_{live}, text_{new ScenarioText{help_}} {
  setObjectName("scenario");
  auto* side = new QSplitter{Qt::Vertical};
  side->addWidget(problemsBox());
  side->addWidget(wordsBox());
  side->setStretchFactor(0, 2);
  side->setStretchFactor(1, 3);
  side->setChildrenCollapsible(false);
  auto* right = new QWidget;
  auto* column = new QVBoxLayout{right};
  column->setContentsMargins(8, 8, 8, 8);
  column->addWidget(side, 1);
  column->addWidget(runBox());
  auto* halves = new QSplitter;
  halves->addWidget(text_);
  halves->addWidget(right);
  halves->setStretchFactor(0, 1);
  halves->setStretchFactor(1, 0);
  halves->setSizes({760, 400});
  halves->setChildrenCollapsible(false);
  text_->setFrameShape(QFrame::NoFrame);
  auto* row = new QHBoxLayout{this};
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(halves);
  helpDue_.setSingleShot(true);
  helpDue_.setInterval(kHelpMilliseconds);
  form_->propose({});
  follow();
  askForKeys();
  showState();
}

ScenarioEditor::~ScenarioEditor() {
  schema_.disconnect(this);
  endProcess(schema_);
}

QWidget* ScenarioEditor::problemsBox() {
  auto* box = new QGroupBox{tr("Problems")};
  verdict_ = new QLabel;
  verdict_->setObjectName("verdict");
  verdict_->setWordWrap(true);
  verdict_->setAlignment(Qt::AlignTop);
  list_ = new QListWidget;
  list_->setObjectName("problems");
  list_->setAccessibleName(tr("Problems of the scenario"));
  list_->setWordWrap(true);
  list_->setAlternatingRowColors(true);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setContextMenuPolicy(Qt::CustomContextMenu);
  auto* column = new QVBoxLayout{box};
  column->addWidget(verdict_);
  column->addWidget(list_, 1);
  const auto problemAt = [this](int row) {
    return text_->problems().at(static_cast<std::size_t>(row));
  };
  connect(list_, &QListWidget::itemClicked, this,
          [this, problemAt](const QListWidgetItem* item) { text_->goTo(problemAt(list_->row(item))); });
  connect(list_, &QListWidget::itemActivated, this,
          [this, problemAt](const QListWidgetItem* item) { text_->goTo(problemAt(list_->row(item))); });
  connect(list_, &QWidget::customContextMenuRequested, this, [this, problemAt](const QPoint& at) {
    const QListWidgetItem* item = list_->itemAt(at);
    if (item == nullptr) return;
    const Problem problem = problemAt(list_->row(item));
    if (problem.suggestion().isEmpty()) return;
    auto* menu = new QMenu{list_};
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Write %1 instead").arg(problem.suggestion())), &QAction::triggered, text_,
            [this, problem] { text_->replaceBySuggestion(problem); });
    menu->popup(list_->viewport()->mapToGlobal(at));
  });
  return box;
}

QWidget* ScenarioEditor::wordsBox() {
  words_ = new QTabWidget;
  keyText_ = readOnly(tr("What the key at the cursor means"), tr("What the key at the cursor means appears here."));
  keyText_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
  report_ = readOnly(tr("What the simulator printed"), tr("What the simulator prints appears here."));
  report_->setLineWrapMode(QPlainTextEdit::NoWrap);
  words_->addTab(keyText_, tr("Key at the cursor"));
  words_->addTab(report_, tr("Simulator's report"));
  words_->setDocumentMode(true);
  return words_;
}

QWidget* ScenarioEditor::runBox() {
  auto* box = new QGroupBox{tr("Run")};
  form_ = new RunForm;
  run_ = new QPushButton{tr("Run the scenario")};
  run_->setMinimumHeight(32);
  auto* column = new QVBoxLayout{box};
  column->addWidget(form_);
  column->addWidget(run_);
  connect(run_, &QPushButton::clicked, this, [this] {
    if (live_.isRunning())
      live_.stop();
    else
      run();
  });
  return box;
}

void ScenarioEditor::follow() {
  connect(text_->document(), &QTextDocument::modificationChanged, this, &ScenarioEditor::modifiedChanged);
  connect(text_, &QPlainTextEdit::textChanged, this, [this] { check_.check(text_->toPlainText(), path_); });
  connect(&check_, &ScenarioCheck::checked, this, &ScenarioEditor::showProblems);
  connect(&check_, &ScenarioCheck::failed, this, [this](const QString& sentence) {
    list_->clear();
    text_->setProblems({});
    verdict_->setText(sentence);
  });
  connect(text_, &QPlainTextEdit::cursorPositionChanged, &helpDue_, qOverload<>(&QTimer::start));
  connect(&helpDue_, &QTimer::timeout, this, [this] {
    const QString key = text_->placeAtCursor().path();
    if (!key.isEmpty()) help_.ask(key);
  });
  connect(text_, &ScenarioText::helpWanted, this, &ScenarioEditor::showHelp);
  connect(&help_, &KeyHelp::explained, this, [this](const QString& key, const QString& text) {
    if (key != text_->placeAtCursor().path()) return;
    keyText_->setPlainText(text.isEmpty() ? tr("There is no key %1.").arg(key) : text);
  });
  connect(&live_, &LiveRun::changed, this, &ScenarioEditor::showState);
  connect(&live_, &LiveRun::said, report_, &QPlainTextEdit::appendPlainText);
  connect(&live_, &LiveRun::ended, this, [this](const RunEnd& end) {
    running_.reset();
    report_->appendPlainText(live_.report());
    report_->appendPlainText(end.sentence);
    words_->setCurrentWidget(report_);
    form_->propose(QFileInfo{live_.order().runFile}.completeBaseName().remove(QRegularExpression{"-\\d+$"}));
  });
}

void ScenarioEditor::showHelp() {
  words_->setCurrentWidget(keyText_);
  const QString key = text_->placeAtCursor().path();
  if (key.isEmpty())
    keyText_->setPlainText(tr("There is no key at the cursor."));
  else
    help_.ask(key);
}

void ScenarioEditor::showProblems(const std::vector<Problem>& problems) {
  text_->setProblems(problems);
  list_->clear();
  const Theme& theme = Theme::of(palette());
  int errors = 0;
  for (const Problem& problem : problems) {
    if (!problem.isWarning) ++errors;
    const QString place = problem.line > 0 ? tr("line %1: ").arg(problem.line) : QString{};
    auto* item = new QListWidgetItem{place + problem.text, list_};
    item->setForeground(problem.isWarning ? theme.warning : theme.error);
    item->setToolTip(problem.text);
  }
  const int warnings = static_cast<int>(problems.size()) - errors;
  if (text_->toPlainText().trimmed().isEmpty())
    verdict_->clear();
  else if (problems.empty())
    verdict_->setText(tr("The scenario is correct."));
  else
    verdict_->setText(
        tr("%1 to correct, %2 to consider. Click one to go there; the right button offers what was meant.").arg(errors).arg(warnings));
  list_->setVisible(!problems.empty());
}

void ScenarioEditor::showState() {
  const bool running = live_.isRunning();
  run_->setText(running ? tr("Stop the run") : tr("Run the scenario"));
  form_->setEnabled(!running);
}

}  // namespace lparsim::gui

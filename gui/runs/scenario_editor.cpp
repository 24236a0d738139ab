#include "gui/runs/scenario_editor.hpp"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSaveFile>

#include "gui/runs/examples.hpp"
#include "gui/runs/run_form.hpp"
#include "gui/runs/scenario_text.hpp"
#include "gui/runs/simulator.hpp"

namespace lparsim::gui {

namespace {

/// A larger text is no scenario.
constexpr qint64 kLargest = 8 * 1024 * 1024;

// What a new scenario begins with: the least that runs.
constexpr auto kNewScenario = R"(lparsim: 1
name: my-scenario
description: What it shows, for people.
duration: 10 s
warmup: 1 s
server:
  processor: {generation: POWER9, cores: 2, cores_per_chip: 12, frequency: 3.4 GHz, smt: 8}
  memory: 64 GiB
  partitions:
    - name: web
      type: linux
      processors: {mode: shared, entitlement: 0.5, virtual: 2, capped: false, weight: 128}
      memory: 8 GiB
      workloads:
        - name: orders
          type: open
          arrivals: poisson(200 /s)
          transaction:
            - compute: exponential(2 ms)
expect:
  - web.orders.response.p99 < 100 ms
)";

}  // namespace

void ScenarioEditor::openSafely(const QString& path, const std::function<void()>& done) {
  if (QFileInfo{path}.absoluteFilePath() == path_ && isModified()) {
    done();
    return;
  }
  QFile file{path};
  if (!file.open(QIODevice::ReadOnly)) {
    Q_EMIT said(tr("%1 could not be read: %2.").arg(path, file.errorString()));
    return;
  }
  if (file.size() > kLargest) {
    Q_EMIT said(tr("%1 is no scenario: it is larger than %2 MiB.").arg(path).arg(kLargest / 1024 / 1024));
    return;
  }
  const QByteArray bytes = file.readAll();
  if (bytes.contains('\0')) {
    Q_EMIT said(tr("%1 is no text: open a scenario (.yaml), or a run file by the name it ends in (.db).").arg(path));
    return;
  }
  if (!mayDiscard()) return;
  take(QString::fromUtf8(bytes), QFileInfo{path}.absoluteFilePath());
  done();
}

void ScenarioEditor::beginNew(const std::function<void()>& done) {
  if (!mayDiscard()) return;
  take(kNewScenario, {});
  done();
}

void ScenarioEditor::take(const QString& text, const QString& path) {
  path_ = path;
  text_->setProblems({});
  text_->setPlainText(text);
  text_->document()->setModified(false);
  QString name = topLevelValue(text, "name");
  form_->propose(name.isEmpty() ? QFileInfo{path}.completeBaseName() : name);
  check_.check(text, path_);
  Q_EMIT fileChanged();
}

bool ScenarioEditor::isModified() const {
  return text_->document()->isModified();
}

QString ScenarioEditor::title() const {
  return path_.isEmpty() ? tr("new scenario") : QFileInfo{path_}.fileName();
}

bool ScenarioEditor::save() {
  if (path_.isEmpty()) {
    saveAs();
    return false;
  }
  return write(path_);
}

void ScenarioEditor::saveAs() {
  const QString name = topLevelValue(text_->toPlainText(), "name");
  auto* dialog = new QFileDialog{this, tr("Save the scenario"), path_.isEmpty() ? name + ".yaml" : path_, tr("Scenarios (*.yaml *.yml)")};
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("yaml");
  connect(dialog, &QFileDialog::fileSelected, this, &ScenarioEditor::write);
  dialog->open();
}

bool ScenarioEditor::write(const QString& path) {
  QSaveFile file{path};
  // A folder in which nothing can be made may still hold a file that can be written.
  file.setDirectWriteFallback(true);
  if (!file.open(QIODevice::WriteOnly) || file.write(text_->toPlainText().toUtf8()) < 0 || !file.commit()) {
    Q_EMIT said(tr("%1 could not be saved: %2. Save it under another name (Ctrl+Shift+S).").arg(path, file.errorString()));
    return false;
  }
  path_ = QFileInfo{path}.absoluteFilePath();
  text_->document()->setModified(false);
  Q_EMIT fileChanged();
  return true;
}

bool ScenarioEditor::mayDiscard() {
  if (!isModified()) return true;
  QMessageBox box{QMessageBox::Question, tr("Unsaved changes"), tr("%1 has changes that are not saved.").arg(title()),
                  QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this};
  box.setObjectName("unsaved");
  box.setDefaultButton(QMessageBox::Save);
  switch (box.exec()) {
    case QMessageBox::Save:
      return save();
    case QMessageBox::Discard:
      return true;
    default:
      return false;
  }
}

void ScenarioEditor::run() {
  if (text_->toPlainText().trimmed().isEmpty()) {
    Q_EMIT said(tr("There is no scenario to run: open one, or take an example from the start page."));
    return;
  }
  RunOrder order = form_->order();
  if (order.runFile.isEmpty()) {
    Q_EMIT said(tr("Say where the run is to be recorded (Run file)."));
    return;
  }
  order.scenario = path_;
  if (isModified() || path_.isEmpty()) {
    running_ = textBeside(path_, text_->toPlainText());
    if (!running_) {
      Q_EMIT said(tr("The scenario has to be saved before it can run: no temporary file can be written."));
      return;
    }
    order.scenario = running_->fileName();
  }
  report_->clear();
  QString problem;
  if (!live_.start(order, problem)) Q_EMIT said(problem);
}

void ScenarioEditor::takeFocus() {
  text_->setFocus();
}

// Completion is a comfort: without the schema there is none, and nothing is said about it.
void ScenarioEditor::askForKeys() {
  const QString program = findSimulator();
  if (program.isEmpty()) return;
  connect(&schema_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
    if (code == 0 && status == QProcess::NormalExit) text_->setKeys(ScenarioKeys{schema_.readAllStandardOutput()});
  });
  schema_.start(program, {"schema"}, QIODevice::ReadOnly);
}

}  // namespace lparsim::gui

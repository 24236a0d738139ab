#include "gui/runs/scenario_check.hpp"

#include <QDir>
#include <QFileInfo>

#include "gui/runs/simulator.hpp"

namespace lparsim::gui {

namespace {

constexpr int kRestMilliseconds = 350;

}  // namespace

std::unique_ptr<QTemporaryFile> textBeside(const QString& path, const QString& text) {
  QStringList folders;
  if (!path.isEmpty()) folders << QFileInfo{path}.absolutePath();
  folders << QDir::tempPath();
  for (const QString& folder : folders) {
    auto file = std::make_unique<QTemporaryFile>(folder + "/.lparsim-XXXXXX.yaml");
    if (!file->open() || file->write(text.toUtf8()) < 0 || !file->flush()) continue;
    file->close();
    return file;
  }
  return nullptr;
}

ScenarioCheck::ScenarioCheck(QObject* parent) : QObject{parent} {
  due_.setSingleShot(true);
  due_.setInterval(kRestMilliseconds);
  connect(&due_, &QTimer::timeout, this, &ScenarioCheck::start);
  connect(&process_, &QProcess::finished, this, &ScenarioCheck::finish);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart) Q_EMIT failed(noSimulatorSentence());
  });
}

ScenarioCheck::~ScenarioCheck() {
  process_.disconnect(this);
  endProcess(process_);
}

void ScenarioCheck::check(const QString& text, const QString& path) {
  text_ = text;
  path_ = path;
  due_.start();
}

void ScenarioCheck::start() {
  if (process_.state() != QProcess::NotRunning) {
    again_ = true;
    return;
  }
  const QString program = findSimulator();
  file_ = textBeside(path_, text_);
  if (program.isEmpty() || !file_) {
    Q_EMIT failed(program.isEmpty() ? noSimulatorSentence() : tr("The text cannot be checked: no temporary file can be written."));
    return;
  }
  process_.start(program, {"check", file_->fileName()}, QIODevice::ReadOnly);
}

void ScenarioCheck::finish(int code, QProcess::ExitStatus status) {
  file_.reset();
  if (again_) {
    again_ = false;
    start();
    return;
  }
  const std::vector<Problem> problems = problemsIn(QString::fromUtf8(process_.readAllStandardError()));
  if (status == QProcess::CrashExit || (code != 0 && problems.empty()))
    Q_EMIT failed(tr("The check itself failed (exit code %1).").arg(code));
  else
    Q_EMIT checked(problems);
}

}  // namespace lparsim::gui

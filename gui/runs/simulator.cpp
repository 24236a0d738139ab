#include "gui/runs/simulator.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

namespace lparsim::gui {

QString findSimulator() {
  const QString named = qEnvironmentVariable("LPARSIM");
  const QDir here{QCoreApplication::applicationDirPath()};
  const QStringList places =
      named.isEmpty() ? QStringList{here.filePath("lparsim"), here.filePath("../../sim/app/lparsim")} : QStringList{named};
  for (const QString& path : places) {
    const QFileInfo file{path};
    if (file.isFile() && file.isExecutable()) return QDir::cleanPath(file.absoluteFilePath());
  }
  return named.isEmpty() ? QStandardPaths::findExecutable("lparsim") : QString{};
}

QString noSimulatorSentence() {
  return QCoreApplication::translate(
      "Simulator",
      "The simulator lparsim was not found beside this program or in the PATH. Build it with `./dev run`, or name it in "
      "the environment variable LPARSIM.");
}

void endProcess(QProcess& process) {
  constexpr int kMostMilliseconds = 500;
  if (process.state() == QProcess::NotRunning) return;
  process.kill();
  process.waitForFinished(kMostMilliseconds);
}

}  // namespace lparsim::gui

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
  for (const QString& path : {named, here.filePath("lparsim"), here.filePath("../../sim/app/lparsim")}) {
    const QFileInfo file{path};
    if (!path.isEmpty() && file.isFile() && file.isExecutable()) return QDir::cleanPath(file.absoluteFilePath());
  }
  return QStandardPaths::findExecutable("lparsim");
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

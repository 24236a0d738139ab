#include "gui/runs/live_run.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "gui/runs/simulator.hpp"

namespace lparsim::gui {

namespace {

constexpr int kStopMilliseconds = 5000;
constexpr int kQuitMilliseconds = 1000;
/// Of a report or messages kept for reading.
constexpr qsizetype kMostText = 1'000'000;

/// Short, since names of sockets have at most 107 bytes.
QString socketName() {
  static int count = 0;
  QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
  if (folder.isEmpty() || !QDir{folder}.exists()) folder = QDir::tempPath();
  return QString{"%1/lparsim-%2-%3.sock"}.arg(folder).arg(QCoreApplication::applicationPid()).arg(++count);
}

void append(QString& all, const QString& more) {
  if (all.size() < kMostText) all += more;
}

QString sentenceOf(int code, const QString& messages) {
  const QString first = messages.section('\n', 0, 0);
  switch (code) {
    case 0:
      return LiveRun::tr("The run is done; all expectations hold.");
    case 1:
      return LiveRun::tr("The run is done; an expectation failed: see the table of expectations.");
    case 2:
      return LiveRun::tr("The simulator refused the input: %1").arg(first);
    default:
      return LiveRun::tr("The simulator failed (exit code %1): %2").arg(code).arg(messages.trimmed().section('\n', -1));
  }
}

}  // namespace

LiveRun::LiveRun(QObject* parent) : QObject{parent} {
  connect(&process_, &QProcess::readyReadStandardError, this, &LiveRun::listen);
  connect(&process_, &QProcess::readyReadStandardOutput, this,
          [this] { append(report_, QString::fromUtf8(process_.readAllStandardOutput())); });
  connect(&process_, &QProcess::finished, this, &LiveRun::finish);
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    // Nobody will ever listen there.
    control_.disconnect();
    const RunEnd end{-1, true, tr("%1 could not be started: %2.").arg(process_.program(), process_.errorString())};
    Q_EMIT changed();
    Q_EMIT ended(end);
  });
  connect(&control_, &ControlClient::helloed, this, [this](const QString& path) {
    if (!path.isEmpty()) order_.runFile = path;
    control_.askPartitions();
    tellReady();
  });
  connect(&control_, &ControlClient::stateChanged, this, [this](const LiveState& state) {
    state_ = state;
    Q_EMIT changed();
  });
}

LiveRun::~LiveRun() {
  process_.disconnect(this);
  endNow();
}

bool LiveRun::start(const RunOrder& order, QString& problem) {
  if (isRunning()) {
    problem = tr("A run is under way: stop it first.");
    return false;
  }
  const QString program = findSimulator();
  if (program.isEmpty()) {
    problem = noSimulatorSentence();
    return false;
  }
  if (!QDir{}.mkpath(QFileInfo{order.runFile}.absolutePath())) {
    problem = tr("The folder %1 cannot be made: choose another one for the run file.").arg(QFileInfo{order.runFile}.absolutePath());
    return false;
  }
  order_ = order;
  state_ = {};
  report_.clear();
  messages_.clear();
  halfLine_.clear();
  told_ = stopping_ = false;
  socket_ = socketName();
  QStringList words{"run", order.scenario, "-o", order.runFile, "--trace", order.trace, "--control", socket_};
  if (!order.duration.isEmpty()) words << "--duration" << order.duration;
  if (!order.seed.isEmpty()) words << "--seed" << order.seed;
  if (order.pace > 0) words << "--pace" << QString::number(order.pace);
  if (order.paused) words << "--paused";
  process_.setWorkingDirectory(QFileInfo{order.scenario}.absolutePath());
  process_.start(program, words, QIODevice::ReadOnly);
  control_.connectTo(socket_);
  Q_EMIT changed();
  return true;
}

void LiveRun::stop() {
  if (!isRunning()) return;
  if (stopping_) {
    process_.kill();
    return;
  }
  stopping_ = true;
  process_.terminate();
  QTimer::singleShot(kStopMilliseconds, &process_, [this, pid = process_.processId()] {
    if (isRunning() && process_.processId() == pid) process_.kill();
  });
}

void LiveRun::endNow() {
  if (!isRunning()) return;
  stopping_ = true;
  process_.terminate();
  if (process_.waitForFinished(kQuitMilliseconds)) return;
  process_.kill();
  process_.waitForFinished(kQuitMilliseconds);
}

void LiveRun::tellReady() {
  if (told_) return;
  told_ = true;
  Q_EMIT fileReady(order_.runFile);
}

void LiveRun::listen() {
  halfLine_ += process_.readAllStandardError();
  for (qsizetype end = halfLine_.indexOf('\n'); end >= 0; end = halfLine_.indexOf('\n')) {
    const QString line = QString::fromUtf8(halfLine_.left(end));
    halfLine_.remove(0, end + 1);
    append(messages_, line + '\n');
    Q_EMIT said(line);
  }
}

void LiveRun::finish(int code, QProcess::ExitStatus status) {
  listen();
  append(messages_, QString::fromUtf8(halfLine_));
  append(report_, QString::fromUtf8(process_.readAllStandardOutput()));
  control_.disconnect();
  QFile::remove(socket_);
  const bool died = status == QProcess::CrashExit;
  RunEnd end{died ? -1 : code, died || code > 1, sentenceOf(code, messages_)};
  if (stopping_)
    end = {code, false, tr("The run was stopped; its file holds what was simulated until then.")};
  else if (died)
    end.sentence = tr("The simulator died; the file holds what had been written by then, and nothing else is lost.");
  // A short run is over before anybody could connect.
  if (code <= 1 && !died && QFileInfo::exists(order_.runFile)) tellReady();
  Q_EMIT changed();
  Q_EMIT ended(end);
}

}  // namespace lparsim::gui

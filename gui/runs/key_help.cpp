#include "gui/runs/key_help.hpp"

#include "gui/runs/simulator.hpp"

namespace lparsim::gui {

KeyHelp::KeyHelp(QObject* parent) : QObject{parent} {
  connect(&process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
    const QString text = QString::fromUtf8(process_.readAllStandardOutput()).trimmed();
    known_.insert(running_, status == QProcess::NormalExit && code == 0 ? text : QString{});
    if (running_ == asked_)
      Q_EMIT explained(running_, known_.value(running_));
    else
      start();
  });
}

KeyHelp::~KeyHelp() {
  process_.disconnect(this);
  endProcess(process_);
}

void KeyHelp::ask(const QString& key) {
  asked_ = key;
  if (known_.contains(key))
    Q_EMIT explained(key, known_.value(key));
  else if (process_.state() == QProcess::NotRunning)
    start();
}

void KeyHelp::start() {
  if (known_.contains(asked_)) {
    Q_EMIT explained(asked_, known_.value(asked_));
    return;
  }
  const QString program = findSimulator();
  if (program.isEmpty() || asked_.isEmpty()) return;
  running_ = asked_;
  process_.start(program, {"explain", running_}, QIODevice::ReadOnly);
}

}  // namespace lparsim::gui

#pragma once
#include <QObject>
#include <QProcess>

#include "gui/runs/control_client.hpp"

namespace lparsim::gui {

/// What is to be simulated.
struct RunOrder {
  QString scenario;
  QString runFile;
  QString trace;     ///< off, summary, full
  QString duration;  ///< `20 s`; empty: the scenario's
  QString seed;      ///< empty: the scenario's
  double pace = 0;   ///< simulated seconds a second; 0: as fast as it can
  bool paused = false;
};

/// How a run ended.
struct RunEnd {
  int code = 0;            ///< exit code; -1: none, it died
  bool isFailure = false;  ///< no run came of it: wrong input, a failure of the simulator, or it died
  QString sentence;
};

/// A simulation that this program started: the process `lparsim run` and the conversation with it. Whatever happens to the process, only
/// the run is over.
class LiveRun : public QObject {
  Q_OBJECT
 public:
  explicit LiveRun(QObject* parent = nullptr);
  ~LiveRun() override;

  /// False, with a sentence in `problem`, where nothing can be started.
  bool start(const RunOrder& order, QString& problem);
  /// In good order; where that takes too long, or the second time, at once.
  void stop();
  /// Before the program ends: waits for a second at most.
  void endNow();
  bool isRunning() const { return process_.state() != QProcess::NotRunning; }
  qint64 processId() const { return process_.processId(); }
  const RunOrder& order() const { return order_; }
  const LiveState& state() const { return state_; }
  ControlClient& control() { return control_; }
  /// Everything that the process printed.
  QString report() const { return report_; }
  QString messages() const { return messages_; }

 Q_SIGNALS:
  void changed();                       ///< began, went on, ended
  void fileReady(const QString& path);  ///< the run file may be opened
  void said(const QString& line);       ///< a line of the process on standard error
  void ended(const RunEnd& end);

 private:
  void tellReady();
  void listen();
  void finish(int code, QProcess::ExitStatus status);

  QProcess process_;
  ControlClient control_;
  RunOrder order_;
  LiveState state_;
  QString report_, messages_;
  QString socket_;
  QByteArray halfLine_;
  bool told_ = false, stopping_ = false;
};

}  // namespace lparsim::gui

#pragma once
#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <QTimer>
#include <functional>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::gui {

/// How far a live run is (docs/control-protocol.md, event `state`).
struct LiveState {
  SimTime simulated, duration;
  double pace = 0;  ///< simulated seconds a second; 0: as fast as it can
  bool paused = false;
};

/// What may be changed of a shared partition, and how far.
struct LivePartition {
  QString server, name, pool;
  double entitlement = 0, least = 0, most = 0;  ///< PU
  int weight = 0;
  bool capped = false;
  int virtualProcessors = 0, mostVirtualProcessors = 0;
};

/// Talks to a live run over its socket. Whatever the other side sends or does, it only ends the conversation.
class ControlClient : public QObject {
  Q_OBJECT
 public:
  using Answer = std::function<void(const QJsonObject& answer)>;

  explicit ControlClient(QObject* parent = nullptr);
  ~ControlClient() override;

  /// Tries until the run listens, or disconnect() is called.
  void connectTo(const QString& socket);
  void disconnect();
  bool isConnected() const { return socket_.state() == QLocalSocket::ConnectedState; }

  void pause() { send({{"do", "pause"}}); }
  void resume() { send({{"do", "resume"}}); }
  void setPace(double pace) { send({{"do", "pace"}, {"pace", pace}}); }
  void stop() { send({{"do", "stop"}}); }
  void askPartitions();
  /// `change` has keys of an event: entitlement, weight, capped, virtual.
  void set(const QString& partition, QJsonObject change, const Answer& answer);

 Q_SIGNALS:
  void helloed(const QString& runFile);
  void stateChanged(const LiveState& state);
  void partitionsKnown(const std::vector<LivePartition>& partitions);
  void changed(const QString& text, SimTime at);  ///< by whomever
  void refused(const QString& sentence);          ///< what nobody waits for the answer of
  void ended();                                   ///< the conversation is over

 private:
  void send(QJsonObject request, const Answer& answer = {});
  void read();
  void take(const QJsonObject& line);

  QLocalSocket socket_;
  QTimer retry_;
  QString name_;
  QByteArray unread_;
  int lastId_ = 0;
  QHash<int, Answer> waiting_;
};

}  // namespace lparsim::gui

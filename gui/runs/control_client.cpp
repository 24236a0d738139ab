#include "gui/runs/control_client.hpp"

#include <QJsonArray>
#include <QJsonDocument>

namespace lparsim::gui {

namespace {

constexpr int kRetryMilliseconds = 50;
/// More than that without a newline is not our protocol.
constexpr qsizetype kLongestLine = 16 * 1024 * 1024;

SimTime timeIn(const QJsonObject& object, const char* key) {
  return SimTime::from_ps(object.value(QLatin1String{key}).toInteger());
}

LiveState stateIn(const QJsonObject& line) {
  return {timeIn(line, "simulated_ps"), timeIn(line, "duration_ps"), line.value("pace").toDouble(), line.value("paused").toBool()};
}

std::vector<LivePartition> partitionsIn(const QJsonObject& answer) {
  std::vector<LivePartition> all;
  for (const QJsonValue& value : answer.value("partitions").toArray()) {
    const QJsonObject one = value.toObject();
    if (one.value("mode").toString() != "shared") continue;
    all.push_back({one.value("server").toString(), one.value("name").toString(), one.value("pool").toString(),
                   one.value("entitlement").toDouble(), one.value("entitlement_least").toDouble(), one.value("entitlement_most").toDouble(),
                   one.value("weight").toInt(), one.value("capped").toBool(), one.value("virtual").toInt(),
                   one.value("virtual_most").toInt()});
  }
  return all;
}

}  // namespace

ControlClient::ControlClient(QObject* parent) : QObject{parent} {
  retry_.setInterval(kRetryMilliseconds);
  connect(&retry_, &QTimer::timeout, this, [this] {
    if (socket_.state() == QLocalSocket::UnconnectedState) socket_.connectToServer(name_);
  });
  connect(&socket_, &QLocalSocket::connected, &retry_, &QTimer::stop);
  connect(&socket_, &QLocalSocket::readyRead, this, &ControlClient::read);
  connect(&socket_, &QLocalSocket::disconnected, this, [this] {
    waiting_.clear();
    Q_EMIT ended();
  });
}

// The socket tells of its end while it is destroyed, when what it would be told to is gone.
ControlClient::~ControlClient() {
  socket_.QObject::disconnect(this);
}

void ControlClient::connectTo(const QString& socket) {
  disconnect();
  name_ = socket;
  socket_.connectToServer(name_);
  if (!isConnected()) retry_.start();
}

void ControlClient::disconnect() {
  retry_.stop();
  unread_.clear();
  waiting_.clear();
  if (socket_.state() != QLocalSocket::UnconnectedState) socket_.abort();
}

void ControlClient::askPartitions() {
  send({{"do", "partitions"}}, [this](const QJsonObject& answer) { Q_EMIT partitionsKnown(partitionsIn(answer)); });
}

void ControlClient::set(const QString& partition, QJsonObject change, const Answer& answer) {
  change.insert("do", "set");
  change.insert("partition", partition);
  send(change, answer);
}

void ControlClient::send(QJsonObject request, const Answer& answer) {
  if (!isConnected()) return;
  request.insert("id", ++lastId_);
  if (answer) waiting_.insert(lastId_, answer);
  socket_.write(QJsonDocument{request}.toJson(QJsonDocument::Compact) + '\n');
}

void ControlClient::read() {
  unread_ += socket_.readAll();
  for (qsizetype end = unread_.indexOf('\n'); end >= 0; end = unread_.indexOf('\n')) {
    const QJsonDocument line = QJsonDocument::fromJson(unread_.left(end));
    unread_.remove(0, end + 1);
    if (line.isObject()) take(line.object());
  }
  if (unread_.size() > kLongestLine) socket_.abort();
}

void ControlClient::take(const QJsonObject& line) {
  const QString event = line.value("event").toString();
  if (event == "hello") {
    Q_EMIT helloed(line.value("run_file").toString());
  } else if (event == "state") {
    Q_EMIT stateChanged(stateIn(line));
  } else if (event == "change") {
    Q_EMIT changed(line.value("text").toString(), timeIn(line, "at_ps"));
  } else if (line.contains("id")) {
    const Answer answer = waiting_.take(line.value("id").toInt());
    if (answer)
      answer(line);
    else if (!line.value("ok").toBool())
      Q_EMIT refused(line.value("error").toString());
  }
}

}  // namespace lparsim::gui

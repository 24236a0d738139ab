#include "gui/runs/control_panel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGroupBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLocalServer>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include "gui/runs/fake_simulator.hpp"

namespace lparsim::gui {
namespace {

constexpr int kPatience = 20'000;

/// The other side of the conversation.
class FakeRun : public QObject {
 public:
  FakeRun() {
    EXPECT_TRUE(server_.listen(folder_.filePath("s")));
    connect(&server_, &QLocalServer::newConnection, this, [this] {
      socket_ = server_.nextPendingConnection();
      connect(socket_, &QLocalSocket::readyRead, this, [this] {
        while (socket_->canReadLine()) take(QJsonDocument::fromJson(socket_->readLine()).object());
      });
      write(R"({"event":"hello","protocol":1,"run_file":"/tmp/a.db","duration_ps":20000000000000})");
    });
  }
  QString name() const { return folder_.filePath("s"); }
  void write(const QByteArray& line) {
    socket_->write(line + "\n");
    socket_->flush();
  }
  void hangUp() { socket_->abort(); }
  std::vector<QJsonObject> requests(const QString& verb) const {
    std::vector<QJsonObject> found;
    for (const QJsonObject& request : requests_)
      if (request.value("do").toString() == verb) found.push_back(request);
    return found;
  }

  bool refuses = false;

 private:
  void take(const QJsonObject& request) {
    requests_.push_back(request);
    const QByteArray id = QByteArray::number(request.value("id").toInt());
    if (request.value("do").toString() == "partitions")
      write("{\"id\":" + id +
            ",\"ok\":true,\"partitions\":[{\"name\":\"web\",\"mode\":\"shared\",\"entitlement\":0.5,\"entitlement_least\":0.1,"
            "\"entitlement_most\":2,\"weight\":128,\"capped\":false,\"virtual\":2,\"virtual_most\":4},{\"name\":\"db\",\"mode\":"
            "\"dedicated\"}]}");
    else if (refuses)
      write("{\"id\":" + id + ",\"ok\":false,\"error\":\"1.5 PU are too much; allowed: at most 1 PU\"}");
    else
      write("{\"id\":" + id + ",\"ok\":true,\"at_ps\":1000}");
  }

  QTemporaryDir folder_;
  QLocalServer server_;
  QLocalSocket* socket_ = nullptr;
  std::vector<QJsonObject> requests_;
};

class ControlPanelTest : public ::testing::Test {
 protected:
  ControlPanelTest() {
    panel_.resize(320, 500);
    panel_.show();
    QString problem;
    RunOrder order;
    order.runFile = simulator_.path("a.db");
    EXPECT_TRUE(live_.start(order, problem)) << problem.toStdString();
    live_.control().connectTo(run_.name());
    EXPECT_TRUE(QTest::qWaitFor([this] { return partition() != nullptr; }, kPatience));
  }
  QGroupBox* partition() { return panel_.findChild<QGroupBox*>("control_web"); }
  template <class Widget>
  Widget* of(const QString& accessibleName) {
    for (Widget* widget : panel_.findChildren<Widget*>())
      if (widget->accessibleName() == accessibleName) return widget;
    ADD_FAILURE() << "no " << accessibleName.toStdString();
    return nullptr;
  }
  bool waitForRequest(const QString& verb) {
    return QTest::qWaitFor([&] { return !run_.requests(verb).empty(); }, kPatience);
  }
  QPushButton* button(const QString& text) {
    for (QPushButton* each : panel_.findChildren<QPushButton*>())
      if (each->text() == text) return each;
    ADD_FAILURE() << "no button " << text.toStdString();
    return nullptr;
  }

  FakeSimulator simulator_{"exec sleep 60"};
  FakeRun run_;
  LiveRun live_;
  ControlPanel panel_{live_};
};

TEST_F(ControlPanelTest, HasControlsForSharedPartitionsOnly) {
  EXPECT_NE(panel_.findChild<QGroupBox*>("control_web"), nullptr);
  EXPECT_EQ(panel_.findChild<QGroupBox*>("control_db"), nullptr);
  EXPECT_EQ(of<QDoubleSpinBox>("Entitlement of web")->value(), 0.5);
  EXPECT_EQ(of<QSlider>("Entitlement of web")->maximum(), 200);
}

TEST_F(ControlPanelTest, SendsOneChangeAfterManyMovements) {
  auto* slider = of<QSlider>("Entitlement of web");
  for (int value = 51; value <= 80; ++value) slider->setValue(value);
  ASSERT_TRUE(waitForRequest("set"));
  QTest::qWait(300);
  const auto sent = run_.requests("set");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].value("partition").toString(), "web");
  EXPECT_EQ(sent[0].value("entitlement").toDouble(), 0.8);
  EXPECT_FALSE(sent[0].contains("weight"));
}

TEST_F(ControlPanelTest, SaysWhyAChangeWasRefusedAndTakesItBack) {
  run_.refuses = true;
  of<QDoubleSpinBox>("Entitlement of web")->setValue(1.5);
  auto* refusal = partition()->findChild<QLabel*>("refusal");
  ASSERT_TRUE(QTest::qWaitFor([&] { return refusal->isVisible(); }, kPatience));
  EXPECT_EQ(refusal->text(), "Refused: 1.5 PU are too much; allowed: at most 1 PU.");
  EXPECT_EQ(of<QDoubleSpinBox>("Entitlement of web")->value(), 0.5);
}

TEST_F(ControlPanelTest, CapsByTheSpaceBar) {
  auto* capped = of<QCheckBox>("Cap of web");
  capped->setFocus();
  QTest::keyClick(capped, Qt::Key_Space);
  ASSERT_TRUE(waitForRequest("set"));
  EXPECT_TRUE(run_.requests("set")[0].value("capped").toBool());
  EXPECT_FALSE(of<QSpinBox>("Weight of web")->isEnabled());
}

TEST_F(ControlPanelTest, ShowsProgressAndPausesAndGoesOn) {
  run_.write(R"({"event":"state","simulated_ps":5000000000000,"duration_ps":20000000000000,"pace":0,"paused":false})");
  auto* progress = panel_.findChild<QProgressBar*>();
  ASSERT_TRUE(QTest::qWaitFor([&] { return progress->value() == 250; }, kPatience));
  EXPECT_EQ(progress->text(), "5 s of 20 s");
  QTest::mouseClick(button("Pause"), Qt::LeftButton);
  ASSERT_TRUE(waitForRequest("pause"));
  run_.write(R"({"event":"state","simulated_ps":5000000000000,"duration_ps":20000000000000,"pace":0,"paused":true})");
  ASSERT_TRUE(QTest::qWaitFor([&] { return live_.state().paused; }, kPatience));
  QTest::mouseClick(button("Go on"), Qt::LeftButton);
  EXPECT_TRUE(waitForRequest("resume"));
}

TEST_F(ControlPanelTest, SetsThePace) {
  of<QSlider>("Pace of the simulation")->setValue(-10);
  ASSERT_TRUE(waitForRequest("pace"));
  EXPECT_DOUBLE_EQ(run_.requests("pace")[0].value("pace").toDouble(), 0.1);
}

TEST_F(ControlPanelTest, ShowsWhatSomebodyElseChanged) {
  run_.write(R"({"event":"change","number":1,"at_ps":1,"text":"{at: 1 s, partition: web, weight: 9}"})");
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        for (const QLabel* label : panel_.findChildren<QLabel*>())
          if (label->text().contains("weight: 9")) return true;
        return false;
      },
      kPatience));
  EXPECT_GE(run_.requests("partitions").size(), 1U);
}

TEST_F(ControlPanelTest, OutlivesNonsenseAndAnEndInMidLine) {
  run_.write("no json at all");
  run_.write("[1, 2]");
  run_.write("{\"event\": 7, \"id\": \"x\", \"ok\": []}");
  run_.write("{\"event\":\"state\",\"simulated_ps\":\"much\"}");
  QSignalSpy ended{&live_.control(), &ControlClient::ended};
  run_.hangUp();
  EXPECT_TRUE(ended.count() == 1 || ended.wait(kPatience));
  EXPECT_TRUE(QTest::qWaitFor([&] { return !button("Pause")->isEnabled() || !live_.control().isConnected(); }, kPatience));
}

TEST_F(ControlPanelTest, SaysHowTheRunEnded) {
  QSignalSpy ended{&live_, &LiveRun::ended};
  QTest::mouseClick(button("Stop"), Qt::LeftButton);
  ASSERT_TRUE(ended.wait(kPatience));
  bool said = false;
  for (const QLabel* label : panel_.findChildren<QLabel*>()) said = said || (label->isVisible() && label->text().contains("was stopped"));
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace lparsim::gui

#include "gui/runs/live_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "gui/runs/fake_simulator.hpp"

namespace lparsim::gui {
namespace {

constexpr int kPatience = 20'000;

RunEnd runScript(const QString& script, int* ready = nullptr) {
  const FakeSimulator simulator{script};
  LiveRun live;
  QSignalSpy files{&live, &LiveRun::fileReady};
  RunEnd end;
  bool over = false;
  QObject::connect(&live, &LiveRun::ended, [&](const RunEnd& how) {
    end = how;
    over = true;
  });
  QString problem;
  RunOrder order;
  order.scenario = simulator.path("a.yaml");
  order.runFile = simulator.path("a.db");
  order.trace = "full";
  EXPECT_TRUE(live.start(order, problem)) << problem.toStdString();
  EXPECT_TRUE(QTest::qWaitFor([&] { return over; }, kPatience));
  if (ready != nullptr) *ready = static_cast<int>(files.count());
  return end;
}

TEST(LiveRun, OpensTheFileOfARunThatWasOverBeforeAnybodyCouldConnect) {
  int ready = 0;
  const RunEnd end = runScript("touch \"$4\"; echo report", &ready);
  EXPECT_EQ(end.code, 0);
  EXPECT_FALSE(end.isFailure);
  EXPECT_EQ(ready, 1);
}

TEST(LiveRun, TellsAFailedExpectationFromAFailedRun) {
  EXPECT_FALSE(runScript("exit 1").isFailure);
  const RunEnd refused = runScript("echo 'a.yaml:1:1: wrong' >&2; exit 2");
  EXPECT_TRUE(refused.isFailure);
  EXPECT_THAT(refused.sentence.toStdString(), ::testing::HasSubstr("a.yaml:1:1: wrong"));
  EXPECT_EQ(runScript("exit 3").code, 3);
}

TEST(LiveRun, OutlivesASimulatorThatDies) {
  const RunEnd end = runScript("kill -9 $$");
  EXPECT_EQ(end.code, -1);
  EXPECT_TRUE(end.isFailure);
  EXPECT_THAT(end.sentence.toStdString(), ::testing::HasSubstr("died"));
}

TEST(LiveRun, StopsInGoodOrder) {
  const FakeSimulator simulator{"trap 'exit 3' TERM; echo ready >&2; while :; do sleep 0.02; done"};
  LiveRun live;
  QSignalSpy said{&live, &LiveRun::said};
  QSignalSpy ended{&live, &LiveRun::ended};
  QString problem;
  RunOrder order;
  order.runFile = simulator.path("a.db");
  ASSERT_TRUE(live.start(order, problem));
  EXPECT_FALSE(live.start(order, problem));
  EXPECT_EQ(problem, "A run is under way: stop it first.");
  ASSERT_TRUE(said.wait(kPatience));
  live.stop();
  ASSERT_TRUE(ended.wait(kPatience));
  EXPECT_FALSE(live.isRunning());
}

}  // namespace
}  // namespace lparsim::gui

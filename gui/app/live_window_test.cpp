// The window with the simulator itself: a run that it starts, shows while it grows, and changes.
#include <signal.h>

#include <QDoubleSpinBox>
#include <QSignalSpy>

#include "gui/app/app_test_fixture.hpp"
#include "gui/runs/live_run.hpp"
#include "gui/runs/scenario_editor.hpp"

namespace lparsim::gui {
namespace {

using ::testing::HasSubstr;

constexpr auto kScenario = R"(lparsim: 1
name: long
duration: 100 s
server:
  processor: {generation: POWER9, cores: 2, cores_per_chip: 12, frequency: 3.4 GHz, smt: 8}
  memory: 64 GiB
  partitions:
    - name: web
      type: linux
      processors: {mode: shared, entitlement: 0.5, virtual: 2, capped: true}
      memory: 8 GiB
      workloads: [{name: burn, type: spin, threads: 2}]
)";

class LiveWindow : public WindowTest {
 protected:
  LiveWindow() { qputenv("LPARSIM", LPARSIM_PROGRAM); }
  ~LiveWindow() override {
    window_.live().endNow();
    qunsetenv("LPARSIM");
  }
  /// Paused at its beginning, so that nothing depends on how fast this machine is.
  void begin() {
    RunOrder order;
    order.scenario = writeFile("long.yaml", kScenario);
    order.runFile = folder_.filePath("long.db");
    order.trace = "full";
    order.paused = true;
    QString problem;
    ASSERT_TRUE(window_.live().start(order, problem)) << problem.toStdString();
    ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.session.isOpen() && entitlement() != nullptr; }, kPatience));
  }
  QDoubleSpinBox* entitlement() {
    for (QDoubleSpinBox* each : window_.findChildren<QDoubleSpinBox*>())
      if (each->accessibleName() == "Entitlement of web") return each;
    return nullptr;
  }
  void stop() {
    QSignalSpy ended{&window_.live(), &LiveRun::ended};
    action("stop")->trigger();
    ASSERT_TRUE(ended.count() > 0 || ended.wait(kPatience));
  }
};

TEST_F(LiveWindow, ShowsARunWhileItGrowsAndHowItEnded) {
  begin();
  EXPECT_EQ(window_.page(), MainWindow::Page::views);
  EXPECT_THAT(window_.windowTitle().toStdString(), HasSubstr("growing"));
  EXPECT_TRUE(stage_.playback.isFollowing());
  window_.live().control().setPace(1);
  window_.live().control().resume();
  ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.session.facts()->simulated > SimTime{}; }, kPatience));
  stop();
  EXPECT_THAT(said().toStdString(), HasSubstr("was stopped"));
  EXPECT_TRUE(QTest::qWaitFor([this] { return window_.windowTitle().contains("interrupted"); }, kPatience));
}

TEST_F(LiveWindow, ChangesAnEntitlementWhileItRuns) {
  begin();
  QSignalSpy changed{&window_.live().control(), &ControlClient::changed};
  entitlement()->setValue(0.8);
  ASSERT_TRUE(changed.count() > 0 || changed.wait(kPatience));
  EXPECT_THAT(changed.at(0).at(0).toString().toStdString(), HasSubstr("entitlement: 0.8"));
  stop();
}

TEST_F(LiveWindow, OutlivesASimulatorThatIsKilled) {
  begin();
  QSignalSpy ended{&window_.live(), &LiveRun::ended};
  ASSERT_EQ(::kill(static_cast<pid_t>(window_.live().processId()), SIGKILL), 0);
  ASSERT_TRUE(ended.count() > 0 || ended.wait(kPatience));
  EXPECT_THAT(said().toStdString(), HasSubstr("died"));
  EXPECT_TRUE(QTest::qWaitFor([this] { return window_.windowTitle().contains("interrupted"); }, kPatience));
}

TEST_F(LiveWindow, SaysWhatIsWrongWithAScenarioThatDoesNotRun) {
  window_.open(writeFile("bad.yaml", "lparsim: 1\nname: bad\n"));
  QSignalSpy ended{&window_.live(), &LiveRun::ended};
  action("run")->trigger();
  ASSERT_TRUE(ended.count() > 0 || ended.wait(kPatience));
  EXPECT_THAT(said().toStdString(), HasSubstr("The simulator refused the input"));
  EXPECT_EQ(window_.page(), MainWindow::Page::scenario);
}

}  // namespace
}  // namespace lparsim::gui

#include "gui/session/session.hpp"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include "sim/trace/sample_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

constexpr int kPatience = 20'000;  ///< milliseconds until a test gives up; never reached where all is well

void writeRun(const std::filesystem::path& path) {
  trace::Recorder recorder{path, trace::Level::full, trace::sample_run()};
  trace::record_sample(recorder);
  recorder.finish({4_s, 1, 1, 1});
}

/// Holds work up until it is told to go on.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    reached_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void waitUntilReached() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return reached_; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false, reached_ = false;
};

class SessionTest : public ::testing::Test {
 protected:
  void openSample() {
    writeRun(file_.path());
    QSignalSpy opened{&session_, &Session::opened};
    session_.open(QString::fromStdString(file_.path().string()));
    ASSERT_TRUE(opened.wait(kPatience));
  }
  void settle() {
    if (session_.isSettled()) return;
    QSignalSpy settled{&session_, &Session::settled};
    ASSERT_TRUE(settled.wait(kPatience));
  }
  template <class Work>
  void askFor(QObject* asker, int topic, Work work, std::function<void(Result<int>)> done, Pace pace = Pace::quick) {
    session_.ask<int>(asker, topic, work, std::move(done), pace);
  }

  trace::TemporaryFile file_;
  Session session_;
  QObject asker_;
};

TEST_F(SessionTest, OpensARunFileInTheBackground) {
  writeRun(file_.path());
  QSignalSpy opened{&session_, &Session::opened};
  session_.open(QString::fromStdString(file_.path().string()));
  EXPECT_FALSE(session_.isOpen());
  EXPECT_FALSE(session_.isSettled());
  ASSERT_TRUE(opened.wait(kPatience));
  ASSERT_TRUE(session_.isOpen());
  EXPECT_EQ(session_.facts()->info.scenario_name, "two-clients");
  EXPECT_EQ(session_.facts()->simulated, 4_s);
  EXPECT_EQ(session_.facts()->end(), 20_s);
  EXPECT_TRUE(session_.isSettled());
}

TEST_F(SessionTest, KeepsWhatIsOpenWhenAnotherFileCannotBeOpened) {
  openSample();
  QSignalSpy failed{&session_, &Session::failed};
  session_.open("/nowhere/at/all.db");
  ASSERT_TRUE(failed.wait(kPatience));
  EXPECT_TRUE(failed[0][0].toString().contains("/nowhere/at/all.db"));
  EXPECT_TRUE(session_.isOpen());
  EXPECT_TRUE(session_.isSettled());
}

TEST_F(SessionTest, AnswersOnTheThreadThatAsked) {
  openSample();
  QThread* worked = nullptr;
  int got = 0;
  askFor(
      &asker_, 0,
      [&](Sources& sources) -> Result<int> {
        worked = QThread::currentThread();
        return static_cast<int>(sources.facts->info.partitions.size());
      },
      [&](Result<int> value) {
        EXPECT_EQ(QThread::currentThread(), QCoreApplication::instance()->thread());
        got = *value;
      });
  settle();
  EXPECT_EQ(got, 3);
  EXPECT_NE(worked, QThread::currentThread());
}

TEST_F(SessionTest, OnlyTheNewestQuestionOfATopicIsAnswered) {
  openSample();
  Gate gate;
  bool saw_cancel = false;
  std::vector<int> got;
  const auto note = [&](Result<int> value) {
    got.push_back(*value);
  };
  askFor(
      &asker_, 0,
      [&](Sources& sources) -> Result<int> {
        gate.pass();
        saw_cancel = sources.cancelled;
        return 1;
      },
      note);
  gate.waitUntilReached();
  bool second_ran = false;
  askFor(
      &asker_, 0,
      [&](Sources&) -> Result<int> {
        second_ran = true;
        return 2;
      },
      note);
  askFor(
      &asker_, 0, [](Sources&) -> Result<int> { return 3; }, note);
  askFor(
      &asker_, 1, [](Sources&) -> Result<int> { return 4; }, note);
  gate.open();
  settle();
  EXPECT_EQ(got, (std::vector{3, 4}));
  EXPECT_TRUE(saw_cancel);
  EXPECT_FALSE(second_ran);
}

TEST_F(SessionTest, TheDeadGetNoAnswer) {
  openSample();
  Gate gate;
  bool answered = false;
  auto asker = std::make_unique<QObject>();
  askFor(
      asker.get(), 0,
      [&](Sources&) -> Result<int> {
        gate.pass();
        return 1;
      },
      [&](Result<int>) { answered = true; });
  gate.waitUntilReached();
  asker.reset();
  EXPECT_TRUE(session_.isSettled());
  gate.open();
  int after = 0;
  askFor(
      &asker_, 0, [](Sources&) -> Result<int> { return 2; }, [&](Result<int> value) { after = *value; });
  settle();
  EXPECT_EQ(after, 2);
  EXPECT_FALSE(answered);
}

TEST_F(SessionTest, PatientWorkHoldsUpNoQuickWork) {
  openSample();
  Gate gate;
  int patient = 0, quick = 0;
  askFor(
      &asker_, 0,
      [&](Sources&) -> Result<int> {
        gate.pass();
        return 1;
      },
      [&](Result<int> value) { patient = *value; }, Pace::patient);
  gate.waitUntilReached();
  askFor(
      &asker_, 1, [](Sources&) -> Result<int> { return 2; }, [&](Result<int> value) { quick = *value; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return quick == 2; }, kPatience));
  EXPECT_EQ(patient, 0);
  gate.open();
  settle();
  EXPECT_EQ(patient, 1);
}

TEST_F(SessionTest, GivesWhatItHasBeforeAllIsDone) {
  openSample();
  std::vector<int> got;
  session_.askInSteps<int>(
      &asker_, 0,
      [](Sources&, const std::function<void(int)>& soFar) -> Result<int> {
        soFar(1);
        soFar(2);
        return 3;
      },
      [&](Result<int> value) {
        got.push_back(*value);
        EXPECT_EQ(session_.isSettled(), *value == 3);
      });
  settle();
  EXPECT_EQ(got, (std::vector{1, 2, 3}));
}

TEST_F(SessionTest, ErrorsAndExceptionsOfWorkAreSentences) {
  openSample();
  std::vector<std::string> got;
  const auto note = [&](Result<int> value) {
    got.push_back(value.error());
  };
  askFor(
      &asker_, 0, [](Sources&) -> Result<int> { return unexpected(std::string{"no such thing"}); }, note);
  askFor(
      &asker_, 1, [](Sources&) -> Result<int> { throw std::runtime_error{"broken"}; }, note);
  settle();
  EXPECT_EQ(got, (std::vector<std::string>{"no such thing", "broken"}));
}

TEST_F(SessionTest, ClosingTakesBackEveryQuestion) {
  openSample();
  Gate gate;
  bool answered = false;
  QSignalSpy closed{&session_, &Session::closed};
  askFor(
      &asker_, 0,
      [&](Sources&) -> Result<int> {
        gate.pass();
        return 1;
      },
      [&](Result<int>) { answered = true; });
  gate.waitUntilReached();
  session_.close();
  EXPECT_EQ(closed.size(), 1);
  EXPECT_EQ(session_.facts(), nullptr);
  EXPECT_TRUE(session_.isSettled());
  gate.open();
  openSample();
  EXPECT_FALSE(answered);
}

TEST_F(SessionTest, FollowsAFileThatGrowsToItsEnd) {
  trace::Recorder recorder{file_.path(), trace::Level::full, trace::sample_run()};
  recorder.progress(1_s);
  QSignalSpy opened{&session_, &Session::opened}, grew{&session_, &Session::grew}, finished{&session_, &Session::finished};
  session_.open(QString::fromStdString(file_.path().string()));
  ASSERT_TRUE(opened.wait(kPatience));
  ASSERT_TRUE(session_.facts()->isGrowing());
  trace::record_sample(recorder);
  recorder.finish({4_s, 1, 1, 1});
  ASSERT_TRUE(finished.wait(kPatience));
  EXPECT_GE(grew.size(), 1);
  EXPECT_EQ(session_.facts()->state, trace::RunState::finished);
  EXPECT_EQ(session_.facts()->simulated, 4_s);
  EXPECT_EQ(session_.facts()->metrics.size(), 2u);
}

TEST_F(SessionTest, SaysOnceThatItsFileIsGone) {
  openSample();
  QSignalSpy failed{&session_, &Session::failed};
  std::filesystem::remove(file_.path());
  ASSERT_TRUE(failed.wait(kPatience));
  EXPECT_TRUE(failed[0][0].toString().contains("deleted"));
  EXPECT_TRUE(session_.isOpen());
  EXPECT_FALSE(failed.wait(2500));
}

TEST_F(SessionTest, SaysThatItsFileWasReplaced) {
  openSample();
  QSignalSpy failed{&session_, &Session::failed};
  const auto other = file_.beside("-wal");  // removed with the file
  std::ofstream{other} << "something else";
  std::filesystem::rename(other, file_.path());
  ASSERT_TRUE(failed.wait(kPatience));
  EXPECT_TRUE(failed[0][0].toString().contains("replaced"));
}

}  // namespace
}  // namespace lparsim::gui

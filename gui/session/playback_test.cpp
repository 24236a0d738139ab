#include "gui/session/playback.hpp"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "gui/data/testing/random_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

constexpr int kPatience = 20'000;  ///< milliseconds until a test gives up; never reached where all is well

class PlaybackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    QSignalSpy opened{&session, &Session::opened};
    session.open(QString::fromStdString(run.path().string()));
    ASSERT_TRUE(opened.wait(kPatience));
    focus.reset({0_s, session.facts()->end()});
  }
  void step(trace::EventKind kind, bool backwards = false) {
    playback.step(kind, backwards);
    if (session.isSettled()) return;
    QSignalSpy settled{&session, &Session::settled};
    ASSERT_TRUE(settled.wait(kPatience));
  }
  /// When core 1 was given to somebody, in the order of time.
  std::vector<SimTime> begins() const {
    std::vector<SimTime> all;
    for (const auto& d : run.stays)
      if (d.core == CoreId{1}) all.push_back(d.begin);
    return all;
  }

  testing::RandomRun run;
  Session session;
  Focus focus;
  Playback playback{session, focus};
};

TEST_F(PlaybackTest, MovesWithTheClockAtItsSpeedAndStopsAtTheEnd) {
  playback.setSpeed(0.5);
  playback.play();
  EXPECT_TRUE(playback.isPlaying());
  const SimTime before = focus.playhead();
  playback.advance(2);
  EXPECT_EQ(focus.playhead() - before, 1_s);
  playback.advance(1000);
  EXPECT_EQ(focus.playhead(), 4_s);
  EXPECT_FALSE(playback.isPlaying());
  playback.play();
  EXPECT_EQ(focus.playhead(), 0_s);
}

TEST_F(PlaybackTest, MovesAtTheSlowestSpeedToo) {
  playback.setSpeed(1e-12);
  EXPECT_EQ(playback.speed(), 1e-9);
  playback.advance(0.016);
  EXPECT_EQ(focus.playhead(), 16_ps);
}

TEST_F(PlaybackTest, StepsThroughEveryDispatchOfTheSelectedCoreThereAndBack) {
  focus.select(SelectedCore{ServerId{0}, CoreId{1}});
  const auto all = begins();
  for (std::size_t i = 0; i < 20; ++i) {
    step(trace::EventKind::dispatch);
    EXPECT_EQ(focus.playhead(), all[i]);
  }
  for (std::size_t i = 19; i-- > 0;) {
    step(trace::EventKind::dispatch, true);
    EXPECT_EQ(focus.playhead(), all[i]);
  }
}

TEST_F(PlaybackTest, SaysWhenThereIsNoMore) {
  QSignalSpy said{&playback, &Playback::said};
  focus.setPlayhead(4_s);
  step(trace::EventKind::preemption);
  ASSERT_EQ(said.size(), 1);
  EXPECT_EQ(said[0][0].toString(), "There is no later preemption.");
  focus.setPlayhead(0_s);
  step(trace::EventKind::io_failure, true);
  ASSERT_EQ(said.size(), 2);
  EXPECT_EQ(said[1][0].toString(), "There is no earlier failed request.");
}

TEST_F(PlaybackTest, StepsToFailedRequestsAndBack) {
  std::vector<SimTime> failures;
  for (const auto& r : run.requests)
    if (r.outcome == trace::IoOutcome::failed) failures.push_back(r.end);
  for (const SimTime at : failures) {
    step(trace::EventKind::io_failure);
    EXPECT_EQ(focus.playhead(), at);
  }
  step(trace::EventKind::io_failure, true);
  EXPECT_EQ(focus.playhead(), failures[failures.size() - 2]);
}

TEST_F(PlaybackTest, MovesTheWindowAlong) {
  focus.setWindow({0_s, 10_ms});
  focus.setPlayhead(9999_us);
  playback.setSpeed(1);
  playback.advance(1);
  EXPECT_LE(focus.window().begin, focus.playhead());
  EXPECT_GE(focus.window().end, focus.playhead());
}

TEST_F(PlaybackTest, FollowingStopsPlaying) {
  playback.play();
  playback.setFollowing(true);
  EXPECT_FALSE(playback.isPlaying());
  EXPECT_EQ(focus.playhead(), 4_s);
  playback.play();
  EXPECT_FALSE(playback.isFollowing());
}

}  // namespace
}  // namespace lparsim::gui

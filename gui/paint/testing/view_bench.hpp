#pragma once
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <functional>

#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::gui::testing {

/// For tests of views: an open run file with the focus on all of it.
class ViewBench : public ::testing::Test {
 protected:
  static constexpr int kPatience = 20'000;  ///< milliseconds until a test gives up; never reached where all is well

  ViewBench() {
    const auto whole = [this] {
      return TimeRange{SimTime{}, session_.facts()->end()};
    };
    QObject::connect(&session_, &Session::opened, &focus_, [this, whole] { focus_.reset(whole()); });
    QObject::connect(&session_, &Session::grew, &focus_, [this, whole] { focus_.setLimits(whole()); });
    QObject::connect(&session_, &Session::finished, &focus_, [this, whole] { focus_.setLimits(whole()); });
  }

  /// A finished run of what `record` writes.
  void open(const trace::RunInfo& run, const std::function<void(trace::Recorder&)>& record, SimTime end,
            trace::Level level = trace::Level::full) {
    {
      trace::Recorder recorder{file_.path(), level, run};
      record(recorder);
      recorder.finish({end, 1, 1, 1});
    }
    openFile();
  }
  void openSample(trace::Level level = trace::Level::full) {
    using namespace literals;
    open(trace::sample_run(), trace::record_sample, 4_s, level);
  }
  void openFile() {
    QSignalSpy opened{&session_, &Session::opened};
    session_.open(QString::fromStdString(file_.path().string()));
    ASSERT_TRUE(opened.wait(kPatience));
  }
  /// Shows the view at this size and waits for all its answers.
  void show(View& view, QSize size) {
    view.resize(size);
    view.show();
    settle(view);
  }
  void settle(View& view) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.isSettled() && session_.isSettled(); }, kPatience));
  }

  trace::TemporaryFile file_;
  Session session_;
  Focus focus_;
};

}  // namespace lparsim::gui::testing

#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include "gui/app/main_window.hpp"
#include "gui/app/menus.hpp"
#include "gui/app/workspace.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::gui {

inline constexpr int kPatience = 20'000;  ///< milliseconds until a test gives up; never reached where all is well

/// For tests: settings of its own, a folder for files, and a window.
class AppTest : public ::testing::Test {
 protected:
  AppTest() {
    QCoreApplication::setOrganizationName("lparsim");
    QCoreApplication::setApplicationName("lparsim-gui-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder_.path());
    QSettings{}.clear();
  }
  ~AppTest() override { QApplication::setPalette(QPalette{}); }

  QString writeRun(const QString& name = "a.db") {
    const QString path = folder_.filePath(name);
    record(path);
    return path;
  }
  /// What is left behind by a process that dies while it records.
  QString writeKilledRun() {
    const QString path = folder_.filePath("killed.db");
    const pid_t child = ::fork();
    if (child == 0) {
      trace::Recorder recorder{path.toStdString(), trace::Level::full, trace::sample_run()};
      trace::record_sample(recorder);
      recorder.flush();
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    return path;
  }
  QString writeFile(const QString& name, const QByteArray& bytes) {
    QFile file{folder_.filePath(name)};
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    return file.fileName();
  }

  QTemporaryDir folder_;

 private:
  static void record(const QString& path) {
    trace::Recorder recorder{path.toStdString(), trace::Level::full, trace::sample_run()};
    trace::record_sample(recorder);
    recorder.finish({SimTime::from_s(4), 1, 1, 1});
  }
};

class WindowTest : public AppTest {
 protected:
  WindowTest() {
    window_.show();
    EXPECT_TRUE(QTest::qWaitForWindowExposed(&window_));
  }
  void openRun(const QString& name = "a.db") {
    window_.open(writeRun(name));
    ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.session.isOpen(); }, kPatience));
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.session.isSettled() && window_.workspace().isSettled(); }, kPatience));
  }
  QAction* action(const QString& name) {
    QAction* found = window_.menus().action(name);
    EXPECT_NE(found, nullptr) << name.toStdString();
    return found;
  }
  QString said() {
    EXPECT_TRUE(QTest::qWaitFor([this] { return !window_.messages().sentence().isEmpty(); }, kPatience));
    return window_.messages().sentence();
  }

  Stage stage_;
  MainWindow window_{stage_};
};

}  // namespace lparsim::gui

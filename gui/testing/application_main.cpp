// main() of the tests of gui/: an application without a display, in a fixed look, so that pictures are the same everywhere.
#include <gmock/gmock.h>

#include <QApplication>
#include <QFont>
#include <QStandardPaths>

#include "gui/testing/qt_warnings.hpp"

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("QT_SCALE_FACTOR", "1");
  ::testing::InitGoogleMock(&argc, argv);
  QStandardPaths::setTestModeEnabled(true);
  QApplication application{argc, argv};
  QApplication::setStyle("Fusion");
  QApplication::setFont(QFont{"DejaVu Sans", 9});
  lparsim::gui::testing::failOnQtWarnings();
  return RUN_ALL_TESTS();
}

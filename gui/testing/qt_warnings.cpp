#include "gui/testing/qt_warnings.hpp"

#include <gtest/gtest.h>

#include <QString>
#include <cstdio>

namespace lparsim::gui::testing {

namespace {

void handle(QtMsgType type, const QMessageLogContext& /*context*/, const QString& message) {
  // The display that is none says so of every window.
  if (message.startsWith(QLatin1String("This plugin does not support"))) return;
  if (type == QtWarningMsg || type == QtCriticalMsg || type == QtFatalMsg) ADD_FAILURE() << "Qt says: " << message.toStdString();
  std::fprintf(stderr, "%s\n", qPrintable(message));
}

}  // namespace

void failOnQtWarnings() {
  qInstallMessageHandler(handle);
}

}  // namespace lparsim::gui::testing

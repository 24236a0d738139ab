#include <QApplication>
#include <QScreen>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>

#include "gui/app/appearance.hpp"
#include "gui/app/command_line.hpp"
#include "gui/app/main_window.hpp"
#include "gui/app/screenshots.hpp"
#include "gui/app/stage.hpp"
#include "gui/app/view_kinds.hpp"

namespace {

using namespace lparsim::gui;

int fail(int exitCode, const QString& sentence) {
  std::fprintf(stderr, "lparsim-gui: %s\n", qPrintable(sentence));
  return exitCode;
}

// Before there is an application, since it needs to know: words as typed.
bool wants(int count, char** words, const char* option) {
  for (int i = 1; i < count; ++i)
    if (QString::fromLocal8Bit(words[i]).startsWith(QLatin1String{option})) return true;
  return false;
}

// False if there is nowhere to show a window; Qt would abort.
bool chooseDisplay(int count, char** words) {
  for (const char* variable : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"})
    if (!qEnvironmentVariableIsEmpty(variable)) return true;
  for (const char* option : {"--screenshot", "--help", "-h", "--version", "--list-views"}) {
    if (!wants(count, words, option)) continue;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    return true;
  }
  return wants(count, words, "-platform");
}

// What the platform without a display says of itself is no news to those who asked for a picture.
void sayWhatMatters(QtMsgType type, const QMessageLogContext& /*context*/, const QString& message) {
  if (type == QtDebugMsg || type == QtInfoMsg || message.contains("propagateSizeHints") || message.contains("XDG_RUNTIME_DIR")) return;
  std::fprintf(stderr, "%s\n", qPrintable(message));
}

int show(Stage& stage, const CommandLine& line) {
  MainWindow window{stage};
  window.restoreLayout();
  // Of a small screen it would otherwise cover more than there is.
  window.resize(window.size().boundedTo(window.screen()->availableSize()));
  if (line.size) window.resize(*line.size);
  window.show();
  if (!line.file.isEmpty()) {
    auto* once = new QObject{&window};
    QObject::connect(&stage.session, &Session::opened, once, [&stage, &window, line, once] {
      once->deleteLater();
      const QString unknown = focusAsSaid(stage, line);
      if (!unknown.isEmpty()) window.messages().say(Severity::warning, unknown);
    });
    window.open(line.file);
  }
  return QApplication::exec();
}

}  // namespace

int main(int count, char** words) {
  if (!chooseDisplay(count, words)) return fail(2, "there is no display here; --screenshot VIEW=out.png makes pictures without one");
  if (qgetenv("QT_QPA_PLATFORM") == "offscreen") qInstallMessageHandler(sayWhatMatters);
  QApplication::setStyle("Fusion");
  QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
  const QApplication application{count, words};
  QApplication::setOrganizationName("lparsim");
  QApplication::setApplicationName("lparsim-gui");
  QApplication::setApplicationVersion(LPARSIM_VERSION);
  QApplication::setDesktopFileName("lparsim-gui");
  QApplication::setWindowIcon(QIcon{":/lparsim/lparsim-gui.svg"});
  QSettings::setDefaultFormat(QSettings::IniFormat);
  const QTemporaryDir forgotten;
  const auto parsed = parseCommandLine(QApplication::arguments(), viewNames());
  if (!parsed) return fail(2, parsed.error());
  if (const auto* printed = std::get_if<Printed>(&*parsed)) {
    std::fputs(qPrintable(printed->text), stdout);
    return 0;
  }
  const auto& line = std::get<CommandLine>(*parsed);
  const bool shooting = !line.shots.empty();
  // Pictures are of the program as it is at first, and leave no trace in what it remembers.
  if (shooting) QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, forgotten.path());
  const Appearance kept = appearanceOf(QSettings{}.value("theme").toString()).value_or(Appearance::system);
  apply(line.appearance.value_or(shooting ? Appearance::light : kept));
  Stage stage;
  if (!shooting) return show(stage, line);
  const auto shots = takeShots(stage, line);
  return shots ? 0 : fail(shots.error().exitCode, shots.error().sentence);
}

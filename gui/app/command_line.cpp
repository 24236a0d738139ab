#include "gui/app/command_line.hpp"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

#include "sim/base/quantity.hpp"

namespace lparsim::gui {

namespace {

constexpr int kLeastSide = 100;
constexpr int kMostSide = 10'000;

template <class Value>
using Parsed = Result<Value, QString>;

Parsed<SimTime> time(const QString& option, const QString& text) {
  const auto parsed = parse_time(text.toStdString());
  if (!parsed) return unexpected(QString{"--%1: %2"}.arg(option, QString::fromStdString(parsed.error())));
  return *parsed;
}

Parsed<TimeRange> window(const QString& text) {
  const QStringList ends = text.split("..");
  if (ends.size() != 2) return unexpected(QString{"--window: `%1` is no window; allowed: BEGIN..END, such as `1 s..1.5 s`"}.arg(text));
  const auto begin = time("window", ends[0].trimmed());
  if (!begin) return unexpected(begin.error());
  const auto end = time("window", ends[1].trimmed());
  if (!end) return unexpected(end.error());
  if (*end <= *begin) return unexpected(QString{"--window: the end of `%1` is not after its begin"}.arg(text));
  return TimeRange{*begin, *end};
}

Parsed<QSize> size(const QString& text) {
  static const QRegularExpression form{"^(\\d{1,5})x(\\d{1,5})$"};
  const auto match = form.match(text);
  const QSize found{match.captured(1).toInt(), match.captured(2).toInt()};
  const auto fits = [](int side) {
    return side >= kLeastSide && side <= kMostSide;
  };
  if (!match.hasMatch() || !fits(found.width()) || !fits(found.height()))
    return unexpected(QString{"--size: `%1` is no size; allowed: WIDTHxHEIGHT in pixels, 100 to 10000 each, such as 1280x800"}.arg(text));
  return found;
}

Parsed<Shot> shot(const QString& text, const QStringList& views) {
  const Shot found{text.section('=', 0, 0), text.section('=', 1)};
  if (!views.contains(found.view) || found.path.isEmpty())
    return unexpected(
        QString{"--screenshot: `%1` names no view and picture; allowed: VIEW=out.png, where VIEW is %2"}.arg(text, views.join(", ")));
  if (!found.path.endsWith(".png") && (found.view == "window" || !found.path.endsWith(".svg")))
    return unexpected(QString{"--screenshot: `%1` is no picture; allowed: a name that ends in .png%2"}.arg(
        found.path, found.view == "window" ? QString{} : QString{" or .svg"}));
  return found;
}

}  // namespace

Result<std::variant<CommandLine, Printed>, QString> parseCommandLine(const QStringList& words, const QStringList& views) {
  QStringList all{"window"};
  all << views;
  QCommandLineParser parser;
  parser.setApplicationDescription(
      "Shows a run of lparsim, finished or still growing, or edits a scenario and runs it.\n\nViews: " + all.join(", ") +
      ".\nExit code: 0 done; 2 the command line or the file is wrong; 3 a picture could not be made.");
  parser.addPositionalArgument("FILE", "A run file (.db) or a scenario (.yaml).", "[FILE]");
  const QCommandLineOption screenshot{"screenshot", "Saves a picture of a view and ends; may be repeated.", "VIEW=out.png"};
  const QCommandLineOption sizeOption{"size", "Size of the window, or of each picture.", "WxH"};
  const QCommandLineOption theme{"theme", "system, light or dark.", "THEME"};
  const QCommandLineOption at{"at", "Where the playhead stands: `1.5 s`.", "T"};
  const QCommandLineOption windowOption{"window", "The visible time: `1 s..1.5 s`.", "BEGIN..END"};
  const QCommandLineOption select{"select", "What is selected: a partition, a core, a virtual processor, a disk.", "NAME"};
  const QCommandLineOption help{{"h", "help"}, "Prints this help."};
  const QCommandLineOption version{"version", "Prints the version."};
  const QCommandLineOption list{"list-views", "Prints the names of the views, one a line."};
  parser.addOptions({screenshot, sizeOption, theme, at, windowOption, select, help, version, list});
  if (!parser.parse(words)) {
    QString error = parser.errorText();
    while (error.endsWith('.')) error.chop(1);
    return unexpected(error + "; see --help");
  }
  if (parser.isSet(help)) return Printed{parser.helpText()};
  if (parser.isSet(version)) return Printed{"lparsim-gui " + QCoreApplication::applicationVersion() + "\n"};
  if (parser.isSet(list)) return Printed{all.join('\n') + "\n"};
  CommandLine line;
  const QStringList files = parser.positionalArguments();
  if (files.size() > 1) return unexpected(QString{"`%1` is one file too many; allowed: one"}.arg(files[1]));
  if (!files.isEmpty()) line.file = files.front();
  for (const QString& text : parser.values(screenshot)) {
    const auto parsed = shot(text, all);
    if (!parsed) return unexpected(parsed.error());
    line.shots.push_back(*parsed);
  }
  const auto take = [&](const QCommandLineOption& option, auto& into, const auto& parse) -> QString {
    if (!parser.isSet(option)) return {};
    const auto parsed = parse(parser.value(option));
    if (!parsed) return parsed.error();
    into = *parsed;
    return {};
  };
  const auto look = [](const QString& text) -> Parsed<Appearance> {
    if (const auto found = appearanceOf(text)) return *found;
    return unexpected(QString{"--theme: `%1` is no theme; allowed: system, light, dark"}.arg(text));
  };
  for (const QString& error :
       {take(sizeOption, line.size, size), take(theme, line.appearance, look),
        take(at, line.at, [](const QString& text) { return time("at", text); }), take(windowOption, line.window, window)})
    if (!error.isEmpty()) return unexpected(error);
  line.selected = parser.value(select);
  return line;
}

}  // namespace lparsim::gui

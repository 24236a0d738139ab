#pragma once
#include <QSize>
#include <QString>
#include <optional>
#include <variant>
#include <vector>

#include "gui/app/appearance.hpp"
#include "gui/session/focus.hpp"
#include "sim/base/result.hpp"

namespace lparsim::gui {

struct Shot {
  QString view;  ///< a view's name, or `window`
  QString path;  ///< *.png or *.svg
};

/// What the user typed.
struct CommandLine {
  QString file;  ///< a run file, a scenario, or empty
  std::vector<Shot> shots;
  std::optional<QSize> size;
  std::optional<Appearance> appearance;
  std::optional<SimTime> at;
  std::optional<TimeRange> window;
  QString selected;
};
/// Help or version: to be printed, and then the program ends.
struct Printed {
  QString text;
};

/// `words` begin with the program's name. Errors are one sentence that says what is allowed.
Result<std::variant<CommandLine, Printed>, QString> parseCommandLine(const QStringList& words, const QStringList& views);

}  // namespace lparsim::gui

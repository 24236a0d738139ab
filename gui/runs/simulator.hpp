#pragma once
#include <QString>

namespace lparsim::gui {

/// Where the program `lparsim` is: what LPARSIM in the environment names, beside this program, in the build tree of both, or in the PATH.
/// Empty: nowhere.
QString findSimulator();
/// What to do then.
QString noSimulatorSentence();

}  // namespace lparsim::gui

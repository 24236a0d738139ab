#pragma once
#include "gui/app/command_line.hpp"
#include "sim/base/result.hpp"

namespace lparsim::gui {

class MainWindow;
struct Stage;

/// Shows what the command line names and saves its pictures. Every view is shown alone, in a window of its own, `window` with everything.
/// Returns once they are there; the error is a sentence, and the exit code that goes with it.
struct ShotFailure {
  int exitCode = 3;
  QString sentence;
};
Result<void, ShotFailure> takeShots(Stage& stage, const CommandLine& line);

/// Playhead, window and selection as the command line says; empty, or a sentence.
QString focusAsSaid(Stage& stage, const CommandLine& line);

}  // namespace lparsim::gui

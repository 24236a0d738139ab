#pragma once
#include <QString>

class QProcess;

namespace lparsim::gui {

/// Where the program `lparsim` is: what LPARSIM in the environment names and nothing else where it is set; beside this program, in the
/// build tree of both, or in the PATH otherwise. Empty: nowhere.
QString findSimulator();
/// What to do then.
QString noSimulatorSentence();
/// Ends a process whose answer nobody waits for any more; takes half a second at most.
void endProcess(QProcess& process);

}  // namespace lparsim::gui

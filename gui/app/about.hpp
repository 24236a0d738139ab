#pragma once
#include <QString>

class QWidget;

namespace lparsim::gui {

/// What the program is, its version, and under which licences it and its parts are.
QString aboutText();
void showAbout(QWidget* parent);

}  // namespace lparsim::gui

#pragma once
#include <QString>
#include <vector>

class QAction;
class QWidget;

namespace lparsim::gui {

struct Shortcut {
  QString keys;
  QString does;
};
/// Those of the actions, in their order, and then what views do with keys and wheel of their own.
std::vector<Shortcut> shortcutsOf(const std::vector<QAction*>& actions);

void showShortcuts(QWidget* parent, const std::vector<QAction*>& actions);

}  // namespace lparsim::gui

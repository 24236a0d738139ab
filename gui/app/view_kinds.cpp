#include "gui/app/view_kinds.hpp"

#include <QStringList>

namespace lparsim::gui {

const std::vector<ViewKind>& viewKinds() {
  static const std::vector<ViewKind> kinds{};
  return kinds;
}

QStringList viewNames() {
  QStringList names;
  for (const ViewKind& kind : viewKinds()) names << kind.name;
  return names;
}

}  // namespace lparsim::gui

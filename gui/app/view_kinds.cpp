#include "gui/app/view_kinds.hpp"

#include <QStringList>

#include "gui/tables/table_view.hpp"

namespace lparsim::gui {

const std::vector<ViewKind>& viewKinds() {
  static const std::vector<ViewKind> kinds = [] {
    std::vector<ViewKind> all;
    for (const TableKind& kind : allTables())
      all.push_back({kind.name, Place::bottom, [kind](Stage& stage) {
                       return new TableView{stage.session, stage.focus, kind};
                     }});
    return all;
  }();
  return kinds;
}

QStringList viewNames() {
  QStringList names;
  for (const ViewKind& kind : viewKinds()) names << kind.name;
  return names;
}

}  // namespace lparsim::gui

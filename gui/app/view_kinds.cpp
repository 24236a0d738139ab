#include "gui/app/view_kinds.hpp"

#include <QStringList>

#include "gui/charts/charts_view.hpp"
#include "gui/charts/histograms_view.hpp"
#include "gui/tables/inspector_view.hpp"
#include "gui/tables/table_view.hpp"
#include "gui/timeline/timeline_view.hpp"

namespace lparsim::gui {

namespace {

template <class Kind>
View* make(Stage& stage) {
  return new Kind{stage.session, stage.focus};
}

}  // namespace

const std::vector<ViewKind>& viewKinds() {
  static const std::vector<ViewKind> kinds = [] {
    std::vector<ViewKind> all = {
        {"timeline", Place::centre, make<TimelineView>},
        {"inspector", Place::right, make<InspectorView>},
        {"charts", Place::bottom, make<ChartsView>},
        {"histograms", Place::bottom, make<HistogramsView>},
    };
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

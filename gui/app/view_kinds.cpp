#include "gui/app/view_kinds.hpp"

#include <QStringList>

#include "gui/charts/charts_view.hpp"
#include "gui/charts/histograms_view.hpp"
#include "gui/tables/inspector_view.hpp"
#include "gui/tables/table_view.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/topology/topology_view.hpp"

namespace lparsim::gui {

namespace {

template <class Kind>
View* make(Stage& stage) {
  return new Kind{stage.session, stage.focus};
}

// Views of what a run does not simulate would be tabs without anything behind them.
std::function<bool(const RunFacts&)> fitOf(const QString& name) {
  if (QStringList{"ledger", "calls", "channel"}.contains(name))
    return [](const RunFacts& facts) {
      return !facts.info.vsp_hooks.empty();
    };
  if (QStringList{"targets", "requests"}.contains(name))
    return [](const RunFacts& facts) {
      return !facts.targets.empty();
    };
  return {};
}

}  // namespace

const std::vector<ViewKind>& viewKinds() {
  static const std::vector<ViewKind> kinds = [] {
    std::vector<ViewKind> all = {
        {"topology", Place::centre,
         [](Stage& stage) -> View* {
           return new TopologyView{stage.session, stage.focus, stage.playback};
         }},
        {"timeline", Place::centre, make<TimelineView>},
        {"inspector", Place::right, make<InspectorView>},
        {"charts", Place::bottom, make<ChartsView>},
        {"histograms", Place::bottom, make<HistogramsView>},
    };
    for (const TableKind& kind : allTables())
      all.push_back({.name = kind.name,
                     .place = Place::bottom,
                     .make =
                         [kind](Stage& stage) {
                           return new TableView{stage.session, stage.focus, kind};
                         },
                     .fits = fitOf(kind.name)});
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

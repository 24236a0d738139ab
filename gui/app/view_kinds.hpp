#pragma once
#include <QString>
#include <functional>
#include <vector>

#include "gui/app/stage.hpp"
#include "gui/paint/view.hpp"

namespace lparsim::gui {

/// Where a view stands as long as nobody has moved it.
enum class Place { centre, right, bottom };

/// A view that there is: the only place that knows them all.
struct ViewKind {
  QString name;  ///< View::viewName
  Place place;
  std::function<View*(Stage& stage)> make;
  /// Whether a run has anything for it; absent: every run has.
  std::function<bool(const RunFacts& facts)> fits = {};
};
const std::vector<ViewKind>& viewKinds();
QStringList viewNames();

}  // namespace lparsim::gui

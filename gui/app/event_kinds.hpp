#pragma once
#include <QString>
#include <vector>

#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

/// What playback can step to, for menus.
struct SteppedKind {
  trace::EventKind kind;
  QString word;    ///< `cap hit`, translated
  QString action;  ///< of its actions' names: `next_cap_hit`
};
std::vector<SteppedKind> steppedKinds();

}  // namespace lparsim::gui

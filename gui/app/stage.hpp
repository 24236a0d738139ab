#pragma once
#include "gui/session/focus.hpp"
#include "gui/session/playback.hpp"
#include "gui/session/session.hpp"

namespace lparsim::gui {

/// The open run and all that its views share, wired: another file resets the focus, a growing one stretches its limits.
struct Stage {
  Stage();

  Session session;
  Focus focus;
  Playback playback{session, focus};
};

}  // namespace lparsim::gui

#include "gui/app/stage.hpp"

namespace lparsim::gui {

Stage::Stage() {
  const auto whole = [this] {
    const auto facts = session.facts();
    return TimeRange{SimTime{}, facts ? facts->end() : SimTime{}};
  };
  QObject::connect(&session, &Session::opened, &focus, [this, whole] { focus.reset(whole()); });
  QObject::connect(&session, &Session::grew, &focus, [this, whole] { focus.setLimits(whole()); });
  QObject::connect(&session, &Session::finished, &focus, [this, whole] { focus.setLimits(whole()); });
  QObject::connect(&session, &Session::closed, &playback, &Playback::pause);
}

}  // namespace lparsim::gui

#include "gui/app/event_kinds.hpp"

#include <QCoreApplication>

namespace lparsim::gui {

std::vector<SteppedKind> steppedKinds() {
  const auto tr = [](const char* text) {
    return QCoreApplication::translate("EventKinds", text);
  };
  using trace::EventKind;
  return {
      {EventKind::dispatch, tr("dispatch"), "dispatch"},
      {EventKind::preemption, tr("preemption"), "preemption"},
      {EventKind::cap_hit, tr("cap hit"), "cap_hit"},
      {EventKind::wait_for_core, tr("wait for a processor"), "wait"},
      {EventKind::folded, tr("folding"), "folding"},
      {EventKind::unfolded, tr("unfolding"), "unfolding"},
      {EventKind::instant, tr("operator's change"), "change"},
      {EventKind::io_failure, tr("failed request"), "failure"},
      {EventKind::vsp_event, tr("event of a service partition"), "vsp_event"},
  };
}

}  // namespace lparsim::gui

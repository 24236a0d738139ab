#pragma once
#include <QIcon>

namespace lparsim::gui {

enum class Glyph {
  open,
  save,
  run,
  stop,
  play,
  pause,
  next,
  previous,
  follow,
  search,
  fit,
  undo,
  redo,
  close,
  tear,
  information,
  warning,
  error,
  start,
  scenario,
  views,
  file,
};

/// A line drawing in the palette's text colour, sharp at every scale and readable in every theme.
QIcon glyph(Glyph which);

}  // namespace lparsim::gui

#pragma once
#include <QColor>
#include <QPalette>

#include "gui/data/slice.hpp"
#include "gui/paint/canvas.hpp"

namespace lparsim::gui {

/// The colours of every view, light and dark. States differ in lightness and hatching too, so that those who do not tell red from green,
/// and a black-and-white print, tell them apart (tests check contrast and distance under simulated colour blindness).
struct Theme {
  bool dark = false;
  QColor background, raised, text, faintText, grid, border, accent, warning, error, playhead, range;

  static const Theme& light();
  static const Theme& darkOne();
  /// The one that fits the desktop's palette.
  static const Theme& of(const QPalette& palette);
  QPalette palette() const;

  QColor of(State state) const;
  /// Waits and failures are hatched, conferring is dotted.
  static Fill fillOf(State state);
  /// A colour for a partition that stays the same in all views; of so many partitions it repeats at the earliest after 12.
  QColor ofPartition(std::size_t ordinal) const;
  /// Of a load from 0 to 1 (more is drawn as 1): sequential, lightness falls (dark: rises) with load.
  QColor ofLoad(double load) const;
  /// Black or white, what is read better on this.
  static QColor textOn(const QColor& colour);
  /// 1 to 21, as the Web Content Accessibility Guidelines 2.1 define it; text needs 4.5.
  static double contrast(const QColor& a, const QColor& b);
};

}  // namespace lparsim::gui

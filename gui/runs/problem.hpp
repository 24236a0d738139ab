#pragma once
#include <QString>
#include <vector>

namespace lparsim::gui {

/// A diagnostic of `lparsim check`.
struct Problem {
  int line = 0;    ///< from 1; 0: of the whole file
  int column = 0;  ///< from 1, in bytes of UTF-8, as the simulator counts
  bool isWarning = false;
  QString text;
  /// What the simulator thinks was meant; empty: it does not say.
  QString suggestion() const;
};

/// Of what `lparsim check` says on standard error: `FILE:LINE:COL: [warning: ]TEXT`, one a line. Other lines are left out.
std::vector<Problem> problemsIn(const QString& output);

/// The part of a line of text that a problem at this column is about: a word, a quantity, a text in quotes; at least a letter.
struct Stretch {
  int begin = 0, length = 1;
};
Stretch stretchOf(const QString& line, int column);

}  // namespace lparsim::gui

#pragma once
#include <QObject>

#include "gui/app/stage.hpp"

class QLabel;
class QStatusBar;

namespace lparsim::gui {

/// What the status bar says of the run: its state, how far it has got, where the playhead stands. Hints come to its left.
class StatusLine : public QObject {
  Q_OBJECT
 public:
  StatusLine(Stage& run, QStatusBar& bar);

  /// `finished`, `growing`, `interrupted`, in the user's language.
  static QString wordFor(trace::RunState state);

 private:
  void showRun();
  void showPlayhead();

  Stage& run_;
  QLabel *hint_, *state_, *detail_, *simulated_, *playhead_;
};

}  // namespace lparsim::gui

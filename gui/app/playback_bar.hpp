#pragma once
#include <QToolBar>

#include "gui/app/stage.hpp"

class QComboBox;
class QLabel;
class QSlider;

namespace lparsim::gui {

/// The actions that the bar shows beside its own slider and choice.
struct PlaybackActions {
  QAction* play;
  QAction* previous;  ///< to the previous event of the chosen kind
  QAction* next;
  QAction* follow;
};

/// Play, pause, speed, steps: playback at a glance.
class PlaybackBar : public QToolBar {
  Q_OBJECT
 public:
  PlaybackBar(Stage& run, const PlaybackActions& actions, QWidget* parent = nullptr);

  trace::EventKind chosenKind() const;
  void choose(trace::EventKind kind);

 private:
  void show();

  Stage& run_;
  QAction* play_;
  QSlider* speed_;
  QLabel* speedText_;
  QComboBox* kind_;
};

}  // namespace lparsim::gui

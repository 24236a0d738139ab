#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"

namespace lparsim::gui {

/// Moves the playhead: with the clock, or to the next event of a kind.
class Playback : public QObject {
  Q_OBJECT
 public:
  Playback(Session& session, Focus& focus, QObject* parent = nullptr);

  bool isPlaying() const { return timer_.isActive(); }
  /// Simulated seconds a second, 1e-9 to 1,000.
  double speed() const { return speed_; }
  void setSpeed(double speed);
  void play();
  void pause();
  void toggle();
  /// To the next event of the kind after the playhead (before: `backwards`), of the selected lane or of all; says so when there is none.
  void step(trace::EventKind kind, bool backwards = false);
  /// Follows the end of a file that grows.
  bool isFollowing() const { return following_; }
  void setFollowing(bool following);
  /// What the clock does while playing: so many seconds of it go by.
  void advance(double seconds);

 Q_SIGNALS:
  void changed();                           ///< playing, speed or following
  void stepped(const trace::Found& found);  ///< the playhead is there
  void said(const QString& sentence);       ///< `There is no later preemption.`

 private:
  void tick();

  Session& session_;
  Focus& focus_;
  QTimer timer_;
  QElapsedTimer clock_;
  double speed_ = 0.1;
  bool following_ = false;
};

}  // namespace lparsim::gui

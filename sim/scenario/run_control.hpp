#pragma once
#include <atomic>
#include <chrono>
#include <vector>

#include "sim/control/pacer.hpp"
#include "sim/control/server.hpp"
#include "sim/scenario/control_rules.hpp"

namespace lparsim::scenario {

/// What a run that others may control is given.
struct LiveControl {
  control::Server& server;
  ControlRules& rules;
  bool paused = false;  ///< waits for a client before it begins
  control::Pace pace = 0;
};

/// A run as its control sees it.
class Controlled {
 public:
  virtual ~Controlled() = default;
  virtual void make(const ControlledChange& change) = 0;
  /// What was recorded until now is in the run file when this returns.
  virtual void show(SimTime now) = 0;
};

/// Does on the simulation's thread what clients ask for. It is asked between two pieces of simulation, so nothing that it does, but for
/// changes, makes a difference to what is simulated.
class RunControl {
 public:
  /// `stop` as in RunOptions.
  RunControl(const LiveControl& live, Controlled& run, const std::atomic<bool>* stop);

  void begin(const control::Hello& hello);

  /// Not simulated past; `now` itself while the run is paused.
  SimTime limit(SimTime now) const { return paused_ ? now : step_until_; }
  SimTime longest_piece() const { return pacer_.longest_piece(); }
  /// A piece is over: waits as the pace wants it. `end`: of the run, as far as it is known.
  void after_piece(SimTime now, SimTime end);
  /// Somebody asks for something: serve() is wanted.
  bool asked() const { return live_.server.mailbox().filled(); }
  /// At a point where changes may be made. Stays while the run is paused or ahead of its pace. False: the run is to stop.
  bool serve(SimTime now, SimTime end);
  /// The run has ended at `now`.
  void finish(SimTime now) { publish(now, now, false); }

 private:
  using Clock = std::chrono::steady_clock;

  /// Or until somebody asks for something.
  void wait_for_pace(SimTime now);
  void take_letters(SimTime now, SimTime end);
  std::string answer(const control::Request& request, SimTime now, SimTime end);
  std::string change(const std::string& id, const control::SetPartition& wish, SimTime now);
  void pause(SimTime now);
  control::State state(SimTime now, SimTime end) const;
  void publish(SimTime now, SimTime end, bool soon);
  bool stop_wanted() const { return stopped_ || (stop_ != nullptr && *stop_); }

  const LiveControl& live_;
  Controlled& run_;
  const std::atomic<bool>* stop_;
  control::Pacer pacer_;
  SimTime step_until_ = SimTime::never();
  bool paused_;
  bool stopped_ = false;
  Clock::time_point began_ = Clock::now();
  Clock::time_point shown_ = began_;
};

}  // namespace lparsim::scenario

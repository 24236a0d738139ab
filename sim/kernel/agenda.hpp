#pragma once
#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::kernel {

/// A process that waits for nothing but times: wake() is called when one has come.
class Wakeup {
 public:
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Asks to be woken at `when`, not before the present; of several times the earliest counts, as for sc_event::notify(). The present
  /// means the next delta cycle, after all who are woken in this one.
  void wake_at(SimTime when);
  /// In the next delta cycle, beside what wake_at() has asked for.
  void wake_soon();

 protected:
  Wakeup();
  ~Wakeup() = default;

 private:
  friend class Agenda;
  virtual void wake(SimTime now) = 0;

  SimTime due_ = SimTime::never();
};

/// All wakeups of a simulation behind one method and one event of the SystemC kernel. They come in the order in which events of their own
/// would bring them, at one instant also: the queue is arranged as the kernel's.
///
/// In simulate_until() it does not go back to the kernel for each instant: while nothing else is to happen before, it runs ahead of the
/// kernel's clock, as TLM-2.0's temporal decoupling has it, but never past another event. So nobody sees a difference who asks
/// kernel::now() for the time, which is ahead with it. Proven in agenda_test; docs/decisions/0010.
class Agenda final : public sc_core::sc_module {
 public:
  /// That of the simulation; there is one in a process, as there is one kernel.
  static Agenda& of_simulation();

  /// Delta cycles that were simulated, the kernel's own and those that ran ahead.
  static std::uint64_t cycles();

 private:
  friend class Wakeup;
  friend void simulate_until(SimTime end);
  struct Entry {
    SimTime when;
    Wakeup* who;  ///< null: asked for an earlier time since
  };

  explicit Agenda(const sc_core::sc_module_name& name);
  void run();
  void wake_timed(SimTime at);
  void wake_soon(SimTime at);
  SimTime next(SimTime at);
  void plan(SimTime when);
  void insert(Entry entry);
  Wakeup* extract();
  static bool kernel_rests_until(SimTime when);

  std::vector<Entry> timed_;  ///< a binary heap
  std::vector<Wakeup*> soon_;
  std::vector<Wakeup*> waking_;
  sc_core::sc_event event_;
  SimTime set_to_ = SimTime::never();  ///< of event_
  SimTime ahead_until_;                ///< it runs ahead to instants before
  std::uint64_t cycles_ahead_ = 0;
  bool running_ = false;
};

/// Simulates up to `end`. What is to happen at that instant is done when the simulation goes on, as after sc_start().
void simulate_until(SimTime end);

}  // namespace lparsim::kernel

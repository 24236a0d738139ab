#pragma once
#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"

namespace lparsim::system {

/// A software thread of an operating system, counted from 0 over all programs of its partition.
enum class ThreadId : std::uint32_t {};
/// A timer, likewise.
enum class TimerId : std::uint32_t {};
/// A lock, likewise.
enum class LockId : std::uint32_t {};

/// What made a thread ready; the operating system wakes an idle virtual processor by the matching interrupt.
enum class Cause : std::uint8_t {
  boot,     ///< the partition is activated
  outside,  ///< a device or an adapter, or a request from outside
  timer,    ///< a timer of the partition expired
  thread,   ///< another thread of the partition let it go on
};

/// What a thread does next, until its program is asked again.
struct Activity {
  enum class Kind : std::uint8_t {
    compute,  ///< `demand` of processor time, alone on a core at nominal frequency; SimTime::never(): for ever
    acquire,  ///< spin until it holds `lock`; no time if it is free
    release,  ///< give up `lock`, which it holds; no time
    block,    ///< off the processor, until make_ready()
  };
  Kind kind = Kind::block;
  SimTime demand;
  LockId lock{};
  bool in_kernel = false;  ///< compute: the operating system's own instructions; counted as system time
  bool for_io = false;     ///< block: until a device has answered; while any thread does so, idle time counts as waiting for I/O

  static constexpr Activity compute(SimTime demand) { return {Kind::compute, demand, {}}; }
  static constexpr Activity compute_in_kernel(SimTime demand) { return {Kind::compute, demand, {}, true}; }
  static constexpr Activity acquire(LockId lock) { return {Kind::acquire, {}, lock}; }
  static constexpr Activity release(LockId lock) { return {Kind::release, {}, lock}; }
  static constexpr Activity block() { return {}; }
  static constexpr Activity block_for_io() { return {Kind::block, {}, {}, false, true}; }
  bool operator==(const Activity&) const = default;
};

/// How much a thread is favoured, as the `nice` value of UNIX systems: -20 (most) to 19; 0 is the ordinary one.
using Nice = std::int8_t;
inline constexpr Nice kMostFavoured = -20;
inline constexpr Nice kLeastFavoured = 19;

/// A thread of an application; of the operating system (all of its time is system time); or an interrupt handler, which is of the
/// operating system and takes the place of any other thread at once, but of no other handler; it takes no locks.
enum class ThreadKind : std::uint8_t { user, kernel, interrupt };

class Host;

/// Something with threads of its own that runs on an operating system: a workload, a device driver, a server of a VIOS. Called by the
/// operating system only; may call its host from every function but deactivated().
class Program {
 public:
  virtual ~Program() = default;
  /// Called once, before all else.
  virtual void attach(Host& host) = 0;
  /// The partition starts (again): the program begins from the beginning, its random streams go on.
  virtual void activated(SimTime now) = 0;
  /// The partition is gone with all threads and timers; what was under way is dropped. Hypervisor calls are no longer possible.
  virtual void deactivated(SimTime now) = 0;
  /// The thread has done what it was asked for. Returns what it does next; all but `block` without leaving its processor.
  virtual Activity next_activity(std::uint32_t thread_tag, SimTime now) = 0;
  virtual void timer_expired(std::uint32_t timer_tag, SimTime now) = 0;
  /// An interrupt of a source that it has connected: a driver makes its handler's thread ready, unless it is already.
  virtual void interrupted(std::uint32_t source, SimTime now) { (void)source, (void)now; }
};

/// What the operating system offers to its programs. Threads, timers and locks are made once and used again; nothing is allocated for a
/// transaction.
class Host {
 public:
  virtual ~Host() = default;
  /// A new thread, blocked. `tag` is given back to Program::next_activity.
  virtual ThreadId create_thread(Program& owner, std::uint32_t tag, Nice nice, ThreadKind kind) = 0;
  ThreadId create_thread(Program& owner, std::uint32_t tag, Nice nice) { return create_thread(owner, tag, nice, ThreadKind::user); }
  /// A new timer, not set. `tag` is given back to Program::timer_expired.
  virtual TimerId create_timer(Program& owner, std::uint32_t tag) = 0;
  /// The lock of this name, the same for all programs of the partition.
  virtual LockId lock(std::string_view name) = 0;
  /// From now on `owner` is told of the virtual interrupts of this source (see hypervisor::VirtualAdapter).
  virtual void connect_interrupt(std::uint32_t source, Program& owner) = 0;
  /// The blocked `thread` is ready to compute for `demand` (SimTime::never(): for ever, zero: it is asked as soon as it has a processor);
  /// Program::next_activity follows. A thread may be blocked while it holds a lock.
  virtual void make_ready(ThreadId thread, SimTime demand, Cause cause, SimTime now) = 0;
  /// Sets the timer, which is not set, to expire at `when`.
  virtual void set_timer(TimerId timer, SimTime when) = 0;
  /// Cancels it; nothing happens if it is not set.
  virtual void cancel_timer(TimerId timer) = 0;
  /// A clock that runs only while the partition is active and none of its virtual processors is on a core; it never goes back. What a
  /// request waits for its operating system to be dispatched is the difference of two readings.
  virtual SimTime undispatched(SimTime now) const = 0;
};

}  // namespace lparsim::system

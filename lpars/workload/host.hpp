#pragma once
#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"

namespace lparsim::workload {

/// A software thread of a guest, counted from 0 over all workloads of its partition.
enum class ThreadId : std::uint32_t {};
/// A timer of a guest, likewise.
enum class TimerId : std::uint32_t {};

/// What made a thread ready; the guest wakes an idle virtual processor by the matching interrupt.
enum class Cause : std::uint8_t {
  boot,     ///< the partition is activated
  outside,  ///< a request came in through an adapter
  timer,    ///< a timer of the partition expired
  thread,   ///< another thread of the partition let it go on
};

class Workload;

/// A lock of the partition's programs, counted from 0 over all workloads.
enum class LockId : std::uint32_t {};

/// What a thread does next, until its workload is asked again.
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

  static constexpr Activity compute(SimTime demand) { return {Kind::compute, demand, {}}; }
  static constexpr Activity acquire(LockId lock) { return {Kind::acquire, {}, lock}; }
  static constexpr Activity release(LockId lock) { return {Kind::release, {}, lock}; }
  static constexpr Activity block() { return {}; }
  bool operator==(const Activity&) const = default;
};

/// How much a thread is favoured, as the `nice` value of UNIX systems: -20 (most) to 19; 0 is the ordinary one.
using Nice = std::int8_t;
inline constexpr Nice kMostFavoured = -20;
inline constexpr Nice kLeastFavoured = 19;

/// What the operating system offers to the workloads that run on it. Threads, timers and locks are made once and used again; nothing is
/// allocated for a transaction.
class Host {
 public:
  virtual ~Host() = default;
  /// A new thread, blocked. `tag` is given back to Workload::next_activity.
  virtual ThreadId create_thread(Workload& owner, std::uint32_t tag, Nice nice) = 0;
  /// A new timer, not set. `tag` is given back to Workload::timer_expired.
  virtual TimerId create_timer(Workload& owner, std::uint32_t tag) = 0;
  /// The lock of this name, the same for all workloads of the partition.
  virtual LockId lock(std::string_view name) = 0;
  /// The blocked `thread` is ready to compute for `demand` (SimTime::never(): for ever, zero: it is asked as soon as it has a processor);
  /// Workload::next_activity follows. A thread may be blocked while it holds a lock.
  virtual void make_ready(ThreadId thread, SimTime demand, Cause cause, SimTime now) = 0;
  /// Sets the timer, which is not set, to expire at `when`.
  virtual void set_timer(TimerId timer, SimTime when) = 0;
  /// Cancels it; nothing happens if it is not set.
  virtual void cancel_timer(TimerId timer) = 0;
};

}  // namespace lparsim::workload

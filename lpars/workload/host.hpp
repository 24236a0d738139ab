#pragma once
#include <cstdint>

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
};

class Workload;

/// What the operating system offers to the workloads that run on it. Threads and timers are made once and used again; nothing is
/// allocated for a transaction.
class Host {
 public:
  virtual ~Host() = default;
  /// A new thread, blocked. `tag` is given back to Workload::burst_done.
  virtual ThreadId create_thread(Workload& owner, std::uint32_t tag) = 0;
  /// A new timer, not set. `tag` is given back to Workload::timer_expired.
  virtual TimerId create_timer(Workload& owner, std::uint32_t tag) = 0;
  /// The blocked `thread` is ready to compute for `demand` (SimTime::never(): for ever); Workload::burst_done follows.
  virtual void make_ready(ThreadId thread, SimTime demand, Cause cause, SimTime now) = 0;
  /// Sets the timer, which is not set, to expire at `when`.
  virtual void set_timer(TimerId timer, SimTime when) = 0;
};

}  // namespace lparsim::workload

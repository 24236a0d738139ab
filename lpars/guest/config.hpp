#pragma once
#include <cstdint>

#include "models/core/smt.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// How an operating system decides which thread runs where: a file each (aix_scheduler, linux_scheduler, ibmi_scheduler,
/// round_robin_scheduler).
enum class Policy : std::uint8_t { aix, linux_, ibmi, round_robin };

/// What a thread does while another one holds the lock that it needs.
enum class LockWaiting : std::uint8_t {
  spin,    ///< it tries again and again
  confer,  ///< it spins, and where the holder's virtual processor lost its core, it gives its own to that one (H_CONFER)
};

/// Processor folding of AIX: virtual processors that are not needed are not used, so that those in use keep their cores and caches longer.
struct Folding {
  bool enabled = true;           ///< vpm_xvcpus other than -1
  std::uint32_t extra = 0;       ///< vpm_xvcpus: kept beyond those needed
  std::uint32_t threshold = 49;  ///< vpm_fold_threshold, %: one that would be needed for less of its time is folded
  SimTime period = SimTime::from_s(1);
};

struct Config {
  Policy policy = Policy::ibmi;
  /// Hardware threads of each virtual processor that the operating system uses: 1, 2, 4 or 8.
  std::uint32_t smt = 1;
  core::SmtThroughput throughput;
  /// A thread that has run so long goes behind the others that wait. For AIX the length of a clock tick: a thread leaves at a tick.
  SimTime time_slice = SimTime::from_ms(10);
  /// How long a virtual processor without work polls before it cedes (Linux: snooze).
  SimTime snooze;
  /// How often threads are spread anew over the logical processors where that is uneven.
  SimTime balance_period = SimTime::from_ms(10);
  /// Threads that share a virtual processor before the next one is used: 1 is AIX's raw throughput mode, 2 and 4 its scaled ones.
  std::uint32_t threads_before_next = 1;
  Folding folding{.enabled = false};
  LockWaiting lock_waiting = LockWaiting::confer;
  /// On a core for so long before it confers. H_CONFER itself takes about a microsecond; without any time, two that wait for one lock could
  /// confer in turns for ever at one instant.
  SimTime spin_before_confer = SimTime::from_us(10);
  /// The trap: conferring also to a virtual processor that ceded, whose lock holder sleeps. Neither runs before something wakes that one.
  bool confer_to_ceded = false;
};

}  // namespace lparsim::guest

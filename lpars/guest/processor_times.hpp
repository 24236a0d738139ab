#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim::guest {

/// What a partition's virtual processors did, summed over them. By PURR: user + system + idle = dispatched, exactly. A core's time is
/// divided by what its busy hardware threads reach together of what all of the SMT mode could (core::SmtThroughput::busy_purr_ppm): that
/// part is the busy threads', in equal shares, the rest the idle threads'.
struct ProcessorTimes {
  SimTime user;         ///< threads' instructions
  SimTime system;       ///< the operating system's: its threads, interrupts, calls; the cost of dispatches; spinning on locks
  SimTime idle;         ///< hardware threads with nothing to do, on a core
  SimTime dispatched;   ///< on a core
  SimTime spinning;     ///< the part of `system` that waited for locks
  SimTime io_wait;      ///< the part of `idle` while some thread was blocked in an I/O operation
  SimTime snoozing;     ///< the part of `idle` on a core without any busy thread
  SimTime scaled;       ///< dispatched, times frequency over nominal frequency (SPURR)
  SimTime scaled_idle;  ///< the part of it that is idle
  SimTime online;       ///< virtual processors existing, on a core or not, times their time
  // Elapsed rather than processor time:
  SimTime logical_busy;     ///< logical processors with a thread, on a core
  SimTime logical_online;   ///< logical processors existing
  SimTime logical_io_wait;  ///< logical processors without a thread, on a core or not, while some thread was blocked in an I/O operation
  SimTime unfolded;         ///< virtual processors that the operating system uses
  double runnable = 0;      ///< threads on a logical processor or waiting for one, in seconds: their number has no bound
  std::uint64_t context_switches = 0;  ///< threads that came to a logical processor; interrupt handlers are not counted
  std::uint64_t interrupts = 0;        ///< from devices and timers

  /// lparstat's lbusy, as a share of 1: how much of the logical processors' time went into user and system (man/lparstat.8 of
  /// powerpc-utils).
  double logical_utilisation() const { return logical_online > SimTime{} ? logical_busy.seconds() / logical_online.seconds() : 0; }

  ProcessorTimes operator-(const ProcessorTimes& o) const {
    return {.user = user - o.user,
            .system = system - o.system,
            .idle = idle - o.idle,
            .dispatched = dispatched - o.dispatched,
            .spinning = spinning - o.spinning,
            .io_wait = io_wait - o.io_wait,
            .snoozing = snoozing - o.snoozing,
            .scaled = scaled - o.scaled,
            .scaled_idle = scaled_idle - o.scaled_idle,
            .online = online - o.online,
            .logical_busy = logical_busy - o.logical_busy,
            .logical_online = logical_online - o.logical_online,
            .logical_io_wait = logical_io_wait - o.logical_io_wait,
            .unfolded = unfolded - o.unfolded,
            .runnable = runnable - o.runnable,
            .context_switches = context_switches - o.context_switches,
            .interrupts = interrupts - o.interrupts};
  }
};

/// The same of one logical processor (a hardware thread of a virtual processor), since the partition was made. user, system and idle of
/// all threads of a virtual processor add up to its dispatched time.
struct LogicalTimes {
  SimTime user;
  SimTime system;
  SimTime idle;
  SimTime io_wait;  ///< the part of `idle` while some thread of the partition was blocked in an I/O operation
  SimTime busy;     ///< elapsed, on a core, with a thread
  std::uint64_t context_switches = 0;
  std::uint64_t involuntary_switches = 0;  ///< threads that left it though they could have gone on
  // Context switches by where the thread ran last; those of threads that had not run yet are in none of them.
  std::uint64_t same_logical = 0;
  std::uint64_t same_virtual = 0;
  std::uint64_t other_virtual = 0;

  LogicalTimes operator-(const LogicalTimes& o) const {
    return {user - o.user,
            system - o.system,
            idle - o.idle,
            io_wait - o.io_wait,
            busy - o.busy,
            context_switches - o.context_switches,
            involuntary_switches - o.involuntary_switches,
            same_logical - o.same_logical,
            same_virtual - o.same_virtual,
            other_virtual - o.other_virtual};
  }
};

}  // namespace lparsim::guest

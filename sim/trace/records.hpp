#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::trace {

/// How much is recorded. off: run, metrics, expectations; summary: and interval samples and the log; full: and every dispatch, span,
/// counter and instant.
enum class Level : std::uint8_t { off, summary, full };

/// A line of the timeline: server, core, partition, virtual processor, adapter, ... Counts from 1.
enum class TrackId : std::uint32_t { none = 0 };
/// An interned text. Counts from 1.
enum class NameId : std::uint32_t {};

/// DispatchSpan::preempt_reason of a virtual processor that could have gone on.
inline constexpr std::uint8_t kEndOfSlice = 4;

/// One stay of a virtual processor on a core. Reason codes are those of the dispatch trace log (LoPAR, "Dispatch Trace Log Buffer
/// Entry", offsets 0x0 and 0x1). waiting <= ready <= enqueue <= begin < end, as far as known; 0 <= entitled <= end - begin.
struct DispatchSpan {
  ServerId server{};
  CoreId core{};
  PartitionId partition{};
  std::uint32_t vp = 0;  ///< within its partition
  SimTime begin;
  SimTime end;
  SimTime enqueue;   ///< when it was entitled and waited for a core only
  SimTime ready;     ///< when it had work
  SimTime waiting;   ///< since when it had none (ceded, conferred)
  SimTime entitled;  ///< length of the part that was charged to its entitlement
  std::uint8_t dispatch_reason = 0;
  std::uint8_t preempt_reason = 0;
};

/// What a partition did between two instants, as sums, so that samples add up exactly; the lparstat columns are ratios of them (view
/// v_interval). All times are processor time: 1 PU over one second is one second.
struct IntervalSample {
  ServerId server{};
  PartitionId partition{};
  SimTime begin;
  SimTime end;
  std::uint32_t virtual_processors = 0;  ///< online at the end
  std::uint32_t logical_processors = 0;  ///< hardware threads of these, as the SMT modes at the end have them
  bool capped = false;                   ///< at the end
  std::uint32_t weight = 0;              ///< at the end
  SimTime entitled;                      ///< entitlement x elapsed time (dedicated: cores x elapsed time)
  SimTime consumed;                      ///< dispatched time of all its virtual processors
  SimTime user;                          ///< user + sys + wait + idle = consumed, by PURR
  SimTime sys;
  SimTime wait;  ///< idle with I/O outstanding
  SimTime idle;
  SimTime donated;            ///< dedicated and donating: given to the shared pool
  SimTime logical_busy;       ///< busy time of its logical processors (hardware threads)
  SimTime logical_available;  ///< their number x elapsed time
  SimTime pool_idle;          ///< idle time of its pool's cores
  SimTime wait_capacity;      ///< ready but out of entitlement and not chosen for excess (LoPAR wait interval 2), all virtual processors
  SimTime wait_processor;     ///< ready and entitled but without a core (LoPAR wait interval 3)
  SimTime scaled;             ///< consumed, by SPURR: times the core's frequency over its nominal one
  SimTime scaled_idle;        ///< the part of it that is idle
  SimTime spinning;           ///< by PURR, part of sys: threads that wait for a lock on their processor
  SimTime snoozing;           ///< part of idle: on a core without any busy hardware thread, before it is ceded
  SimTime runnable;           ///< threads that run or wait for a logical processor, times their time
  SimTime unfolded;           ///< virtual processors that the operating system uses, times their time
  std::uint64_t dispatches = 0;
  std::uint64_t preemptions = 0;
  std::uint64_t vcsw = 0;              ///< virtual context switches
  std::uint64_t phint = 0;             ///< phantom interrupts
  std::uint64_t context_switches = 0;  ///< threads that came to a logical processor
  std::uint64_t interrupts = 0;        ///< that woke a virtual processor or found it running
};

/// The sums of an IntervalSample, in the order of the columns of table `interval`.
inline constexpr std::array kIntervalTimes{&IntervalSample::entitled,  &IntervalSample::consumed,      &IntervalSample::user,
                                           &IntervalSample::sys,       &IntervalSample::wait,          &IntervalSample::idle,
                                           &IntervalSample::donated,   &IntervalSample::logical_busy,  &IntervalSample::logical_available,
                                           &IntervalSample::pool_idle, &IntervalSample::wait_capacity, &IntervalSample::wait_processor,
                                           &IntervalSample::scaled,    &IntervalSample::scaled_idle,   &IntervalSample::spinning,
                                           &IntervalSample::snoozing,  &IntervalSample::runnable,      &IntervalSample::unfolded};
inline constexpr std::array kIntervalCounts{&IntervalSample::dispatches, &IntervalSample::preemptions,      &IntervalSample::vcsw,
                                            &IntervalSample::phint,      &IntervalSample::context_switches, &IntervalSample::interrupts};

/// What one virtual processor did between two instants. Recorded only where it was on a core, or wanted one, in between.
struct VpIntervalSample {
  ServerId server{};
  PartitionId partition{};
  std::uint32_t vp = 0;
  SimTime begin;
  SimTime end;
  SimTime consumed;
  SimTime wait_capacity;
  SimTime wait_processor;
  std::uint64_t dispatches = 0;
  std::uint64_t voluntary = 0;    ///< it gave up its core
  std::uint64_t involuntary = 0;  ///< it lost its core
  // Dispatches by how far from the core where it ran last.
  std::uint64_t same_core = 0;
  std::uint64_t same_chip = 0;
  std::uint64_t other_chip = 0;
};

/// What one logical processor (hardware thread of a virtual processor) did between two instants. Recorded only where its virtual processor
/// was on a core in between. Times but `busy` by PURR: those of all threads of a virtual processor add up to its time on cores.
struct LogicalIntervalSample {
  ServerId server{};
  PartitionId partition{};
  std::uint32_t vp = 0;
  std::uint32_t thread = 0;  ///< within the virtual processor
  SimTime begin;
  SimTime end;
  SimTime user;
  SimTime sys;
  SimTime wait;
  SimTime idle;
  SimTime busy;                            ///< elapsed time, while on a core, with a thread on it
  std::uint64_t context_switches = 0;      ///< software threads that came to it
  std::uint64_t involuntary_switches = 0;  ///< software threads that left it though they could have gone on
  // Context switches by where the thread ran last; those of threads that had not run yet are in none of them.
  std::uint64_t same_logical = 0;   ///< here
  std::uint64_t same_virtual = 0;   ///< on another hardware thread of its virtual processor
  std::uint64_t other_virtual = 0;  ///< on another virtual processor
};

/// What the cores of a shared processor pool did between two instants, as sums of processor time.
struct PoolIntervalSample {
  ServerId server{};
  PoolId pool{};
  SimTime begin;
  SimTime end;
  SimTime used;
  SimTime idle;
};

/// One figure of the run; the name is what expectations use. Units: PU, %, /s, ms, MB/s, 1. NaN: no sample yet.
/// `ci95` is half the width of its confidence interval of 95 %, in the same unit. NaN: there is none.
struct MetricValue {
  std::string name;
  double value = 0;
  std::string unit;
  std::string description;
  double ci95 = std::numeric_limits<double>::quiet_NaN();
};

/// One line of the scenario's `expect`. Without a verdict (before the end) `passed` is empty; `actual` may be NaN.
struct ExpectationResult {
  std::string text;
  std::string metric;
  std::optional<bool> passed;
  double actual = 0;
  std::string unit;
  std::string reason;  ///< why it failed where the figures do not show it
};

/// How often a partition made a hypervisor call between two instants; only where it did.
struct HcallIntervalSample {
  ServerId server{};
  PartitionId partition{};
  std::uint32_t token = 0;  ///< its name: HcallFacts
  SimTime begin;
  SimTime end;
  std::uint64_t calls = 0;
  std::uint64_t refused = 0;  ///< with a return code below 0
};

/// What somebody changed while the run was simulated (docs/control-protocol.md). With the scenario, all that it takes to repeat the run.
struct ControlChange {
  std::uint32_t number = 0;  ///< from 1, in the order in which they were made
  SimTime at;
  std::string text;  ///< as a scenario would write it in `events`
};

enum class Severity : std::uint8_t { info, warning, error };

/// What only the simulator knows at the end, and what may differ between two runs of the same scenario.
struct RunEnd {
  SimTime simulated;
  double wall_seconds = 0;
  std::uint64_t events = 0;
  std::uint64_t dispatches = 0;
};

}  // namespace lparsim::trace

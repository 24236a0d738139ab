#include "sim/trace/declarations.hpp"

namespace lparsim::trace {

std::vector<View> declare_views() {
  return {
      {"v_dispatch",
       "Every stay of a virtual processor on a core, with names and absolute times. Stable.",
       {{"server", "", "", "Name of the server."},
        {"core", "", "", "Physical core, from 0."},
        {"partition", "", "", "Name of the partition."},
        {"vp", "", "", "Virtual processor within the partition, from 0."},
        {"begin_ps", "", "ps", "When it got the core."},
        {"end_ps", "", "ps", "When it lost it."},
        {"enqueue_ps", "", "ps", "When it was entitled and lacked only a core."},
        {"ready_ps", "", "ps", "When it had work."},
        {"dispatch_reason", "", "", kDispatchReasons},
        {"preempt_reason", "", "", kPreemptReasons},
        {"waiting_ps", "", "ps", "Since when it had had nothing to do."},
        {"entitled_ps", "", "ps", "Part of the stay that was charged to its entitlement."}},
       "SELECT s.name AS server, d.core AS core, p.name AS \"partition\", d.vp AS vp, d.begin_ps AS begin_ps, "
       "d.begin_ps + d.length_ps AS end_ps, d.begin_ps - d.queued_ps AS enqueue_ps, d.begin_ps - d.queued_ps - d.withheld_ps AS ready_ps, "
       "d.dispatch_reason AS dispatch_reason, d.preempt_reason AS preempt_reason, "
       "d.begin_ps - d.queued_ps - d.withheld_ps - d.ceded_ps AS waiting_ps, d.length_ps - d.excess_ps AS entitled_ps "
       "FROM dispatch d LEFT JOIN server s ON s.id = d.server LEFT JOIN \"partition\" p ON p.server = d.server AND p.id = d.partition"},
      {"v_interval",
       "The lparstat columns of each partition. Stable. user + sys + wait + idle = 100: shares of the entitlement (what is not used of it "
       "is "
       "idle), or of physc where that is more.",
       {{"partition", "", "", "Name of the partition."},
        {"begin_ps", "", "ps", "Begin of the interval."},
        {"end_ps", "", "ps", "Its end."},
        {"physc", "", "PU", "Physical processors consumed."},
        {"entc", "", "%", "physc / entitlement."},
        {"user", "", "%", "In user programs."},
        {"sys", "", "%", "In the operating system."},
        {"idle", "", "%", "Idle."},
        {"wait", "", "%", "Idle with I/O outstanding."},
        {"lbusy", "", "%", "Busy share of the logical processors."},
        {"app", "", "PU", "Idle processors of its pool."},
        {"vcsw", "", "", "Virtual context switches in the interval."},
        {"phint", "", "", "Phantom interrupts in the interval."},
        {"entitlement", "", "PU", "Entitled capacity, averaged over the interval."},
        {"dispatches", "", "", "Dispatches in the interval."},
        {"preemptions", "", "", "Preemptions in the interval."},
        {"server", "", "", "Name of the server."}},
       "SELECT p.name AS \"partition\", i.begin_ps AS begin_ps, i.begin_ps + i.length_ps AS end_ps, 1.0 * i.consumed_ps / i.length_ps AS "
       "physc, "
       "100.0 * i.consumed_ps / i.entitled_ps AS entc, 100.0 * i.user_ps / max(i.entitled_ps, i.consumed_ps) AS user, "
       "100.0 * i.sys_ps / max(i.entitled_ps, i.consumed_ps) AS sys, "
       "100.0 * (i.idle_ps + max(i.entitled_ps, i.consumed_ps) - i.consumed_ps) / max(i.entitled_ps, i.consumed_ps) AS idle, "
       "100.0 * i.wait_ps / max(i.entitled_ps, i.consumed_ps) AS wait, 100.0 * i.logical_busy_ps / i.logical_available_ps AS lbusy, "
       "1.0 * i.pool_idle_ps / i.length_ps AS app, i.vcsw AS vcsw, i.phint AS phint, 1.0 * i.entitled_ps / i.length_ps AS entitlement, "
       "i.dispatches AS dispatches, i.preemptions AS preemptions, s.name AS server "
       "FROM interval i LEFT JOIN server s ON s.id = i.server LEFT JOIN \"partition\" p ON p.server = i.server AND p.id = i.partition"},
      io_view(),
  };
}

}  // namespace lparsim::trace

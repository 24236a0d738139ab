#include "sim/trace/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/base/check.hpp"
#include "sim/trace/declarations.hpp"

namespace lparsim::trace {

namespace {

const char* const kServerMeaning = "Server, `server.id`.";
const char* const kPartitionMeaning = "Partition within its server, `partition.id`.";
const char* const kTrackMeaning = "Where it happened, `track.id`.";

std::vector<Table> declare_tables() {
  return {
      {"run",
       "What was simulated; one row.",
       {{"scenario", "TEXT", "", "Name of the scenario."},
        {"description", "TEXT", "", "Its description."},
        {"scenario_text", "TEXT", "", "The scenario file as it was read."},
        {"overrides", "TEXT", "",
         "What the command line changed in it, and the recordings whose files it names: PATH=VALUE, one a line; and `--precision "
         "METRIC=SHARE%`, `--precision-limit T`."},
        {"seed", "INTEGER", "", "Seed of all random streams (the 64 bits as a signed number)."},
        {"version", "TEXT", "", "Version of lparsim."},
        {"machine", "TEXT", "", "Models of the servers, or their processor generations."},
        {"duration_ps", "INTEGER", "ps", "Simulated time asked for."},
        {"warmup_ps", "INTEGER", "ps", "Its first part, which no metric counts."},
        {"simulated_ps", "INTEGER", "ps", "Simulated time reached."},
        {"state", "TEXT", "",
         "`interrupted` until the run has ended and everything is written, then `finished`. A run that is still alive says `interrupted` "
         "too: "
         "whether its process lives is told by pid, process_start and boot_id in `host`."}},
       "",
       ""},
      {"assumption",
       "Figures in use for which there is no public source, one sentence each.",
       {{"id", "INTEGER PRIMARY KEY", "", "From 1."}, {"text", "TEXT", "", "The sentence."}},
       "",
       ""},
      {"host",
       "Everything that depends on the machine or the moment of the run. The only table in which two runs of the same scenario, seed and "
       "version may differ.",
       {{"key", "TEXT PRIMARY KEY", "",
         "pid, process_start (clock ticks since boot), boot_id, hostname, started_at and finished_at (UTC), trace_level, scenario_file "
         "(its "
         "absolute path); at the end "
         "wall_s, "
         "events, dispatches, peak_memory_bytes."},
        {"value", "", "", "Its value."}},
       "WITHOUT ROWID",
       ""},
      {"metric",
       "The figures of the run; while it grows, those so far.",
       {{"id", "INTEGER PRIMARY KEY", "", "Order, from 1."},
        {"name", "TEXT UNIQUE", "", "As in expectations, e.g. web.physc."},
        {"value", "REAL", "see unit", "The figure; NULL when there was no sample."},
        {"unit", "TEXT", "", "PU, %, /s, ms, MB/s (10^6 bytes a second), 1."},
        {"description", "TEXT", "", "What it means."},
        {"ci95", "REAL", "see unit", "Half the width of its confidence interval of 95 %; NULL when there is none (docs/reports.md)."}},
       "",
       ""},
      {"remark",
       "What a reader of the figures should know, such as a warmup that was too short; a sentence each.",
       {{"id", "INTEGER PRIMARY KEY", "", "Order, from 1."}, {"text", "TEXT", "", "The sentence."}},
       "",
       ""},
      {"expectation",
       "The lines of the scenario's `expect` with their verdicts.",
       {{"id", "INTEGER PRIMARY KEY", "", "Order, from 1."},
        {"text", "TEXT", "", "The line as written."},
        {"metric", "TEXT", "", "The metric it is about, `metric.name`."},
        {"passed", "INTEGER", "", "1 it holds, 0 it does not, NULL not judged yet."},
        {"actual", "REAL", "see unit", "The metric's value; NULL when there was no sample."},
        {"unit", "TEXT", "", "The metric's unit."},
        {"reason", "TEXT", "", "Why it failed where the figures do not show it."}},
       "",
       ""},
      {"server",
       "The servers (frames).",
       {{"id", "INTEGER PRIMARY KEY", "", "From 0."},
        {"name", "TEXT", "", "Its name."},
        {"model", "TEXT", "", "Machine type and model, empty when the scenario describes the processor itself."},
        {"generation", "TEXT", "", "Processor generation."},
        {"cores", "INTEGER", "cores", "Physical cores."},
        {"smt", "INTEGER", "threads", "Hardware threads per core."},
        {"frequency_hz", "REAL", "Hz", "Nominal frequency."},
        {"memory_bytes", "INTEGER", "bytes", "Installed memory."},
        {"dispatch_window_ps", "INTEGER", "ps", "Dispatch window: every entitlement is due once in each."},
        {"excess_slice_ps", "INTEGER", "ps", "Longest stay on unplanned excess before the choice is made anew."},
        {"excess_sharers", "TEXT", "", "Who competes for excess with a weight of its own: partition or virtual_processor."},
        {"cores_per_chip", "INTEGER", "cores", "Cores of a chip; cores count on from chip to chip."}},
       "",
       ""},
      {"pool",
       "The shared processor pools.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"id", "INTEGER", "", "From 0 within the server."},
        {"name", "TEXT", "", "Its name."},
        {"maximum_pu", "REAL", "PU", "Most that its partitions may use together."},
        {"reserved_pu", "REAL", "PU", "Kept for it beyond the entitlements of its partitions."}},
       "",
       ""},
      {"partition",
       "The partitions as they are activated.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"id", "INTEGER", "", "From 0 within the server."},
        {"name", "TEXT", "", "Its name, unique in the scenario."},
        {"type", "TEXT", "", "aix, ibmi, linux, vios or vsp."},
        {"mode", "TEXT", "", "shared or dedicated."},
        {"entitlement_pu", "REAL", "PU", "Entitled capacity; dedicated: its cores."},
        {"virtual_processors", "INTEGER", "", "Virtual processors."},
        {"capped", "INTEGER", "", "1 when it gets no more than its entitlement."},
        {"weight", "INTEGER", "", "Uncapped weight, 0 to 255."},
        {"pool", "TEXT", "", "Its shared processor pool."},
        {"smt", "INTEGER", "threads", "Hardware threads per virtual processor that its guest uses."},
        {"memory_bytes", "INTEGER", "bytes", "Its memory."},
        {"cores", "INTEGER", "cores", "Dedicated cores."},
        {"sharing_mode", "TEXT", "", "As the HMC names it: cap, uncap, keep_idle_procs, share_idle_procs, ..."}},
       "",
       "PRIMARY KEY (server, id)"},
      {"workload",
       "The workloads and the kinds of their mixes; their metrics are called PARTITION.NAME.*.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"partition", "INTEGER", "", kPartitionMeaning},
        {"name", "TEXT", "", "Its name, unique in the partition."},
        {"type", "TEXT", "",
         "spin, open, closed, batch, recording, stream or service; kind: of transactions in the mix of the one before, called "
         "WORKLOAD.KIND."}},
       "",
       ""},
      {"name", "Interned texts.", {{"id", "INTEGER PRIMARY KEY", "", "From 1."}, {"text", "TEXT", "", "The text."}}, "", ""},
      {"track",
       "The lines of the timeline.",
       {{"id", "INTEGER PRIMARY KEY", "", "From 1."},
        {"parent", "INTEGER", "", "The track it belongs to, NULL at the top."},
        {"kind", "INTEGER", "", "server, chip, core, pool, partition, virtual_processor, workload; `name.id`."},
        {"name", "INTEGER", "", "What it is called, `name.id`; cores and virtual processors by their numbers, as in `dispatch`."}},
       "",
       ""},
      {"dispatch",
       "Every stay of a virtual processor on a core, in the order in which they ended (trace level full). Read v_dispatch instead.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"core", "INTEGER", "", "Physical core within its server, from 0."},
        {"partition", "INTEGER", "", kPartitionMeaning},
        {"vp", "INTEGER", "", "Virtual processor within its partition, from 0."},
        {"begin_ps", "INTEGER", "ps", "When it got the core."},
        {"length_ps", "INTEGER", "ps", "How long it kept it."},
        {"queued_ps", "INTEGER", "ps", "Before: how long it was entitled but had no core (wait interval 3)."},
        {"withheld_ps", "INTEGER", "ps", "Before that: how long it was ready but out of entitlement (wait interval 2)."},
        {"ceded_ps", "INTEGER", "ps", "Before that: how long it had nothing to do (wait interval 1)."},
        {"excess_ps", "INTEGER", "ps", "Part of the length that was not charged to the entitlement."},
        {"dispatch_reason", "INTEGER", "", kDispatchReasons},
        {"preempt_reason", "INTEGER", "", kPreemptReasons}},
       "",
       ""},
      {"span",
       "Activities of tracks (trace level full): waits of virtual processors that ended on no core, and what guests tell of folding, locks "
       "and "
       "threads that wait.",
       {{"track", "INTEGER", "", kTrackMeaning},
        {"name", "INTEGER", "", "What it was, `name.id`."},
        {"begin_ps", "INTEGER", "ps", "Its begin."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"value", "REAL", "as the name says", "A figure that belongs to it."}},
       "",
       ""},
      {"counter",
       "Values of tracks over time (trace level full): what the operator changed of a partition.",
       {{"track", "INTEGER", "", kTrackMeaning},
        {"name", "INTEGER", "", "What is counted, `name.id`."},
        {"at_ps", "INTEGER", "ps", "From when on."},
        {"value", "REAL", "as the name says", "The value."}},
       "",
       ""},
      {"instant",
       "Things that happened at a point in time (trace level full): what the operator did to a partition.",
       {{"track", "INTEGER", "", kTrackMeaning},
        {"name", "INTEGER", "", "What happened, `name.id`."},
        {"at_ps", "INTEGER", "ps", "When."},
        {"value", "REAL", "as the name says", "A figure that belongs to it."},
        {"text", "TEXT", "", "A text that belongs to it."}},
       "",
       ""},
      {"interval",
       "What each partition did, once a simulated second by default, as sums that add up exactly (trace level summary). Read v_interval "
       "instead.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"partition", "INTEGER", "", kPartitionMeaning},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"virtual_processors", "INTEGER", "", "Virtual processors online at its end."},
        {"logical_processors", "INTEGER", "", "Hardware threads of these, by their SMT modes at its end."},
        {"capped", "INTEGER", "", "1 when it is capped at its end."},
        {"weight", "INTEGER", "", "Its uncapped weight at its end."},
        {"entitled_ps", "INTEGER", "ps", "Processor time the partition was entitled to (dedicated: that of its cores)."},
        {"consumed_ps", "INTEGER", "ps", "Dispatched time of its virtual processors = user + sys + wait + idle."},
        {"user_ps", "INTEGER", "ps", "Of that, in user programs (by PURR)."},
        {"sys_ps", "INTEGER", "ps", "In the operating system."},
        {"wait_ps", "INTEGER", "ps", "Idle with I/O outstanding."},
        {"idle_ps", "INTEGER", "ps", "Idle."},
        {"donated_ps", "INTEGER", "ps", "Given to the shared pool by a dedicated partition."},
        {"logical_busy_ps", "INTEGER", "ps", "Busy time of its logical processors."},
        {"logical_available_ps", "INTEGER", "ps", "Their number times the length."},
        {"pool_idle_ps", "INTEGER", "ps", "Idle time of the cores of its pool."},
        {"wait_capacity_ps", "INTEGER", "ps", "Ready but out of entitlement, all virtual processors (wait interval 2)."},
        {"wait_processor_ps", "INTEGER", "ps", "Entitled but without a core, all virtual processors (wait interval 3)."},
        {"scaled_ps", "INTEGER", "ps", "consumed_ps by SPURR: times the core's frequency over its nominal one."},
        {"scaled_idle_ps", "INTEGER", "ps", "The part of it that is idle."},
        {"spinning_ps", "INTEGER", "ps", "Part of sys_ps: threads that wait for a lock on their processor."},
        {"snoozing_ps", "INTEGER", "ps", "Part of idle_ps: on a core without any busy hardware thread, before it is ceded."},
        {"runnable_ps", "INTEGER", "ps", "Threads that run or wait for a logical processor, times their time."},
        {"unfolded_ps", "INTEGER", "ps", "Virtual processors that the operating system uses, times their time."},
        {"dispatches", "INTEGER", "", "Dispatches."},
        {"preemptions", "INTEGER", "", "Preemptions."},
        {"vcsw", "INTEGER", "", "Virtual context switches."},
        {"phint", "INTEGER", "", "Phantom interrupts."},
        {"context_switches", "INTEGER", "", "Threads that came to a logical processor."},
        {"interrupts", "INTEGER", "", "Interrupts that woke a virtual processor or found it running."}},
       "",
       ""},
      {"vp_interval",
       "What each virtual processor did in the same intervals (trace level summary); no row where it neither ran nor wanted to.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"partition", "INTEGER", "", kPartitionMeaning},
        {"vp", "INTEGER", "", "Virtual processor within its partition, from 0."},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"consumed_ps", "INTEGER", "ps", "Time on cores."},
        {"wait_capacity_ps", "INTEGER", "ps", "Ready but out of entitlement (wait interval 2)."},
        {"wait_processor_ps", "INTEGER", "ps", "Entitled but without a core (wait interval 3)."},
        {"dispatches", "INTEGER", "", "Dispatches."},
        {"voluntary", "INTEGER", "", "Times it gave up its core."},
        {"involuntary", "INTEGER", "", "Times it lost its core."},
        {"same_core", "INTEGER", "", "Dispatches on the core where it ran last."},
        {"same_chip", "INTEGER", "", "On another core of that chip."},
        {"other_chip", "INTEGER", "", "On another chip."}},
       "",
       ""},
      {"logical_interval",
       "What each logical processor (hardware thread of a virtual processor) did in the same intervals (trace level summary); no row where "
       "its virtual processor was on no core.",
       {{"server", "INTEGER", "", kServerMeaning},
        {"partition", "INTEGER", "", kPartitionMeaning},
        {"vp", "INTEGER", "", "Virtual processor within its partition, from 0."},
        {"thread", "INTEGER", "", "Hardware thread within the virtual processor, from 0."},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"user_ps", "INTEGER", "ps",
         "In user programs, by PURR; over the threads of a virtual processor, user + sys + wait + idle is its "
         "time on cores."},
        {"sys_ps", "INTEGER", "ps", "In the operating system, by PURR."},
        {"wait_ps", "INTEGER", "ps", "Idle with I/O outstanding, by PURR."},
        {"idle_ps", "INTEGER", "ps", "Idle, by PURR."},
        {"busy_ps", "INTEGER", "ps", "Elapsed time on a core with a software thread on it."},
        {"context_switches", "INTEGER", "", "Software threads that came to it."},
        {"involuntary_switches", "INTEGER", "", "Software threads that left it though they could have gone on."},
        {"same_logical", "INTEGER", "", "Of those that came, having run on it last."},
        {"same_virtual", "INTEGER", "", "Of those that came, on another hardware thread of its virtual processor last."},
        {"other_virtual", "INTEGER", "", "Of those that came, on another virtual processor last."}},
       "",
       ""},
      {"pool_interval",
       "What the cores of each pool did in the same intervals (trace level summary).",
       {{"server", "INTEGER", "", kServerMeaning},
        {"pool", "INTEGER", "", "Pool within its server, `pool.id`."},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"used_ps", "INTEGER", "ps", "Processor time used."},
        {"idle_ps", "INTEGER", "ps", "Processor time left over."}},
       "",
       ""},
      {"control",
       "What somebody changed while the run was simulated (docs/control-protocol.md), at every trace level: `lparsim run --repeat` makes "
       "these "
       "changes again.",
       {{"number", "INTEGER PRIMARY KEY", "", "Order, from 1."},
        {"at_ps", "INTEGER", "ps", "When it was made."},
        {"text", "TEXT", "", "The change as a scenario would write it in `events`."}},
       "",
       ""},
      {"log",
       "What the simulator had to say (trace level summary).",
       {{"at_ps", "INTEGER", "ps", "Simulated time."},
        {"severity", "TEXT", "", "info, warning or error."},
        {"text", "TEXT", "", "The message."}},
       "",
       ""},
      {"schema_note",
       "This description.",
       {{"table_name", "TEXT", "", "A table or view."},
        {"column_name", "TEXT", "", "One of its columns; empty: the table itself."},
        {"meaning", "TEXT", "", "What it means."},
        {"unit", "TEXT", "", "In which unit."}},
       "",
       ""},
  };
}

void append_columns(std::string& out, const std::vector<Column>& columns) {
  out += "\n| column | unit | meaning |\n|---|---|---|\n";
  for (const Column& c : columns) out += fmt::format("| {} | {} | {} |\n", c.name, c.unit, c.meaning);
}

}  // namespace

const std::vector<Table>& tables() {
  static const std::vector<Table> declared = [] {
    std::vector<Table> all = declare_tables();
    // Before the tables of the log and of the file itself.
    std::vector<Table> io = io_tables();
    all.insert(all.end() - 2, std::make_move_iterator(io.begin()), std::make_move_iterator(io.end()));
    std::vector<Table> devices = device_tables();
    all.insert(all.end() - 2, std::make_move_iterator(devices.begin()), std::make_move_iterator(devices.end()));
    std::vector<Table> vsp = vsp_tables();
    all.insert(all.end() - 2, std::make_move_iterator(vsp.begin()), std::make_move_iterator(vsp.end()));
    std::vector<Table> detail = detail_tables();
    all.insert(all.end() - 2, std::make_move_iterator(detail.begin()), std::make_move_iterator(detail.end()));
    std::vector<Table> hcall = hcall_tables();
    all.insert(all.end() - 2, std::make_move_iterator(hcall.begin()), std::make_move_iterator(hcall.end()));
    return all;
  }();
  return declared;
}

const std::vector<View>& views() {
  static const std::vector<View> declared = [] {
    std::vector<View> all = declare_views();
    std::vector<View> vsp = vsp_views();
    all.insert(all.end(), std::make_move_iterator(vsp.begin()), std::make_move_iterator(vsp.end()));
    return all;
  }();
  return declared;
}

std::string create_statement(const Table& table) {
  std::string columns;
  for (const Column& c : table.columns) columns += fmt::format("{}\"{}\" {}", columns.empty() ? "" : ", ", c.name, c.type);
  if (!table.constraint.empty()) columns += ", " + table.constraint;
  return fmt::format("CREATE TABLE \"{}\" ({}) {}", table.name, columns, table.option);
}

std::string create_statement(const View& view) {
  return fmt::format("CREATE VIEW \"{}\" AS {}", view.name, view.select);
}

std::string insert_statement(const std::string& name) {
  const auto found = std::find_if(tables().begin(), tables().end(), [&](const Table& t) { return t.name == name; });
  LPARSIM_CHECK(found != tables().end(), "there is no table {}", name);
  std::string parameters = "?";
  for (std::size_t i = 1; i < found->columns.size(); ++i) parameters += ", ?";
  return fmt::format("INSERT INTO \"{}\" VALUES ({})", name, parameters);
}

std::string tables_as_markdown() {
  std::string out;
  for (const View& v : views()) {
    out += fmt::format("\n### {} (view)\n{}\n", v.name, v.meaning);
    append_columns(out, v.columns);
  }
  for (const Table& t : tables()) {
    out += fmt::format("\n### {}\n{}\n", t.name, t.meaning);
    append_columns(out, t.columns);
  }
  return out;
}

}  // namespace lparsim::trace

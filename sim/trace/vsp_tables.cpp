#include <fmt/format.h>

#include <iterator>

#include "sim/trace/declarations.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

namespace {

const char* const kServer = "Server, `server.id`.";
const char* const kVsp = "The Virtual Service Partition, `partition.id`.";
const char* const kClient = "The partition that called, `partition.id`.";

/// `0 passed, 1 modified, ...`; where 0 is none it is left out.
template <class Names>
std::string numbered(const Names& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty()) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", i, names[i]);
  return out + ".";
}

template <class Names>
std::string decoded(const char* column, const Names& names) {
  std::string sql = fmt::format("CASE {}", column);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty()) sql += fmt::format(" WHEN {} THEN '{}'", i, names[i]);
  return sql + " END";
}

Table call_table() {
  return {
      "vsp_call",
      "Every call that went to a Virtual Service Partition and is over, in the order of their ends (trace level full). Read v_vsp_call "
      "instead.",
      {{"server", "INTEGER", "", kServer},
       {"vsp", "INTEGER", "", kVsp},
       {"number", "INTEGER", "", "Over all Virtual Service Partitions of the server, in the order of their beginnings."},
       {"hook", "INTEGER", "", numbered(kVspHooks)},
       {"role", "INTEGER", "", numbered(kVspRoles)},
       {"function", "INTEGER", "", "What was hooked: a token, VLAN, operation code, as the hook has it (docs/vsp/interface.md)."},
       {"client", "INTEGER", "", kClient},
       {"end", "INTEGER", "",
        numbered(kVspCallEnds) +
            " native: the provider asked for the built-in function; open: the partition failed and policy was to do it natively; failed: "
            "policy was to fail it; observed and dropped: copies for an observer."},
       {"status", "INTEGER", "", "What the caller was told, where it was not done natively."},
       {"epoch", "INTEGER", "", "Of the channel."},
       {"sent", "INTEGER", "", "How often it was given to the partition."},
       {"begin_ps", "INTEGER", "ps", "When it came to this partition's turn."},
       {"length_ps", "INTEGER", "ps", "Until it was over."},
       {"queued_ps", "INTEGER", "ps", "Of that, before the partition received it; all of it where it never did."},
       {"undispatched_ps", "INTEGER", "ps", "Of length_ps, the partition wanted a core and had none."},
       {"client_cost_ps", "INTEGER", "ps", "Processor time that it took from the caller."},
       {"vsp_cost_ps", "INTEGER", "ps", "Processor time of the partition's hypervisor calls for it."},
       {"bytes", "INTEGER", "bytes", "Copied from and to granted memory."}},
      "",
      ""};
}

Table ledger_table() {
  Table table{"vsp_ledger",
              "What redirected calls added, by client and hook, in the measured part; while the run grows, so far (trace level summary).",
              {{"server", "INTEGER", "", kServer},
               {"vsp", "INTEGER", "", kVsp},
               {"client", "INTEGER", "", kClient},
               {"hook", "INTEGER", "", numbered(kVspHooks)},
               {"role", "INTEGER", "", numbered(kVspRoles)},
               {"calls", "INTEGER", "", "Calls that are over; the columns after it say how."}},
              "",
              ""};
  for (const std::string_view end : kVspCallEnds)
    table.columns.push_back({std::string{end}, "INTEGER", "", fmt::format("Of the calls, those that ended so: {}.", end)});
  for (Column& column : std::vector<Column>{{"latency_ps", "INTEGER", "ps", "Sum over the calls that held up their caller."},
                                            {"undispatched_ps", "INTEGER", "ps", "Of that, the partition wanted a core and had none."},
                                            {"client_paid_ps", "INTEGER", "ps", "Processor time that the client paid."},
                                            {"vsp_paid_ps", "INTEGER", "ps", "Processor time of the partition's hypervisor calls."},
                                            {"messages", "INTEGER", "", "Either way."},
                                            {"doorbells", "INTEGER", "", "Interrupts of the partition: each may have cost a dispatch."},
                                            {"bytes", "INTEGER", "bytes", "Copied from and to granted memory."}})
    table.columns.push_back(std::move(column));
  return table;
}

}  // namespace

std::vector<Table> vsp_tables() {
  return {{"vsp_hook",
           "What Virtual Service Partitions may hook: the `hooks` of the scenario.",
           {{"server", "INTEGER", "", kServer},
            {"vsp", "INTEGER", "", kVsp},
            {"hook", "INTEGER", "", numbered(kVspHooks)},
            {"role", "INTEGER", "", numbered(kVspRoles)},
            {"function_first", "INTEGER", "", "First function."},
            {"function_last", "INTEGER", "", "Last function; 4294967295: no limit."},
            {"clients", "TEXT", "", "Names of partitions, with commas; empty: all but itself."},
            {"deadline_ps", "INTEGER", "ps", "To answer in, counted while it has a processor."},
            {"wall_limit_ps", "INTEGER", "ps", "To answer in, whatever it has."},
            {"when_absent", "TEXT", "", "open, closed or freeze."},
            {"when_slow", "TEXT", "", "open, closed or freeze."},
            {"in_flight", "TEXT", "", "abort, reissue or fail."},
            {"pays", "TEXT", "", "Whose processor time it takes: vsp or client."}},
           "",
           ""},
          call_table(),
          ledger_table(),
          {"vsp_event",
           "What happened to the channels of Virtual Service Partitions: states, violations, timeouts, ejections with their dumps (trace "
           "level summary).",
           {{"at_ps", "INTEGER", "ps", "Simulated time."},
            {"server", "INTEGER", "", kServer},
            {"vsp", "INTEGER", "", kVsp},
            {"kind", "TEXT", "", fmt::format("{}.", fmt::join(kVspEventKinds, ", "))},
            {"state", "TEXT", "", fmt::format("Of the channel, afterwards: {}.", fmt::join(kVspStates, ", "))},
            {"hook", "TEXT", "", "The hook that it is about; NULL: none."},
            {"call", "INTEGER", "", "The call that it is about; 0: none."},
            {"client", "INTEGER", "", "The partition whose call that is, `partition.id`; NULL: none."},
            {"text", "TEXT", "", "A sentence; of an ejection the dump: hook, call, client, time, what else was under way."}},
           "",
           ""}};
}

std::vector<View> vsp_views() {
  View call{"v_vsp_call",
            "Every call to a Virtual Service Partition that is over, with names and absolute times (trace level full). Stable.",
            {{"server", "", "", "Name of the server."},
             {"vsp", "", "", "Name of the Virtual Service Partition."},
             {"number", "", "", "Over all of the server, in the order of their beginnings."},
             {"hook", "", "", "What was hooked."},
             {"role", "", "", "observer, filter or provider."},
             {"function", "", "", "A token, VLAN, operation code, as the hook has it."},
             {"client", "", "", "Name of the partition that called."},
             {"end", "", "", fmt::format("{}.", fmt::join(kVspCallEnds, ", "))},
             {"status", "", "", "What the caller was told, where it was not done natively."},
             {"epoch", "", "", "Of the channel."},
             {"sent", "", "", "How often it was given to the partition."},
             {"begin_ps", "", "ps", "When it came to this partition's turn."},
             {"end_ps", "", "ps", "When it was over."},
             {"latency_ps", "", "ps", "Between the two."},
             {"queued_ps", "", "ps", "Of that, before the partition received it."},
             {"undispatched_ps", "", "ps", "Of latency_ps, the partition wanted a core and had none."},
             {"client_cost_ps", "", "ps", "Processor time that it took from the caller."},
             {"vsp_cost_ps", "", "ps", "Processor time of the partition's hypervisor calls for it."},
             {"bytes", "", "bytes", "Copied from and to granted memory."}},
            ""};
  const std::string hook = decoded("x.hook", kVspHooks), role = decoded("x.role", kVspRoles);
  const std::string joins =
      "LEFT JOIN server s ON s.id = x.server LEFT JOIN \"partition\" v ON v.server = x.server AND v.id = x.vsp "
      "LEFT JOIN \"partition\" c ON c.server = x.server AND c.id = x.client";
  call.select = fmt::format(
      "SELECT s.name AS server, v.name AS vsp, x.number AS number, {} AS hook, {} AS role, x.function AS function, c.name AS client, {} AS "
      "\"end\", x.status AS status, x.epoch AS epoch, x.sent AS sent, x.begin_ps AS begin_ps, x.begin_ps + x.length_ps AS end_ps, "
      "x.length_ps AS latency_ps, x.queued_ps AS queued_ps, x.undispatched_ps AS undispatched_ps, x.client_cost_ps AS client_cost_ps, "
      "x.vsp_cost_ps AS vsp_cost_ps, x.bytes AS bytes FROM vsp_call x {}",
      hook, role, decoded("x.\"end\"", kVspCallEnds), joins);
  View ledger{"v_vsp_ledger",
              "What redirected calls added, by client and hook, with names (trace level summary). Stable.",
              {{"server", "", "", "Name of the server."},
               {"vsp", "", "", "Name of the Virtual Service Partition."},
               {"client", "", "", "Name of the partition that called."},
               {"hook", "", "", "What was hooked."},
               {"role", "", "", "observer, filter or provider."},
               {"calls", "", "", "Calls that are over."},
               {"held_up", "", "", "Of these, those that held up their caller."},
               {"latency_ps", "", "ps", "Sum over those."},
               {"undispatched_ps", "", "ps", "Of that, the partition wanted a core and had none."},
               {"client_paid_ps", "", "ps", "Processor time that the client paid."},
               {"vsp_paid_ps", "", "ps", "Processor time of the partition's hypervisor calls."},
               {"messages", "", "", "Either way."},
               {"doorbells", "", "", "Interrupts of the partition."},
               {"bytes", "", "bytes", "Copied from and to granted memory."}},
              ""};
  ledger.select = fmt::format(
      "SELECT s.name AS server, v.name AS vsp, c.name AS client, {} AS hook, {} AS role, x.calls AS calls, x.calls - x.observed - "
      "x.dropped "
      "AS held_up, x.latency_ps AS latency_ps, x.undispatched_ps AS undispatched_ps, x.client_paid_ps AS client_paid_ps, x.vsp_paid_ps AS "
      "vsp_paid_ps, x.messages AS messages, x.doorbells AS doorbells, x.bytes AS bytes FROM vsp_ledger x {}",
      hook, role, joins);
  return {std::move(call), std::move(ledger)};
}

}  // namespace lparsim::trace

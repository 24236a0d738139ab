#include <fmt/format.h>

#include <iterator>

#include "sim/trace/declarations.hpp"
#include "sim/trace/io_records.hpp"

namespace lparsim::trace {

namespace {

const char* const kKinds = "0 read, 1 write, 2 send, 3 call.";
const char* const kOutcomes = "0 done, 1 failed (an error was reported), 2 dropped (lost, or its partition went away).";
const char* const kBytes = "Read, written or sent, and what came back of a call.";

/// A column in ps for each stage.
std::vector<Column> stage_columns(const char* type) {
  std::vector<Column> columns;
  for (const IoStage& stage : kIoStages)
    columns.push_back({fmt::format("{}_ps", stage.name), type, "ps", fmt::format("Stage: {}.", stage.meaning)});
  return columns;
}

void append(std::vector<Column>& to, std::vector<Column> columns) {
  to.insert(to.end(), std::make_move_iterator(columns.begin()), std::make_move_iterator(columns.end()));
}

/// The name that a number stands for.
template <class Names>
std::string decoded(const char* column, const Names& names) {
  std::string sql = fmt::format("CASE {}", column);
  for (std::size_t i = 0; i < names.size(); ++i) sql += fmt::format(" WHEN {} THEN '{}'", i, names[i]);
  return sql + " END";
}

Table request_table() {
  Table table{"io_request",
              "Every request that has ended, in the order of their ends (trace level full). Read v_io instead.",
              {{"number", "INTEGER", "", "In the order of their beginnings, from 0; those that have not ended are missing."},
               {"target", "INTEGER", "", "`io_target.id`."},
               {"kind", "INTEGER", "", kKinds},
               {"outcome", "INTEGER", "", kOutcomes},
               {"bytes", "INTEGER", "bytes", kBytes},
               {"path", "INTEGER", "", "Through which it was answered, `io_path.path` of its target."},
               {"attempts", "INTEGER", "", "How often it was sent."},
               {"begin_ps", "INTEGER", "ps", "When a thread asked for it."},
               {"length_ps", "INTEGER", "ps", "Its latency: until the thread had the answer. The stages add up to it."}},
              "",
              ""};
  append(table.columns, stage_columns("INTEGER"));
  table.columns.push_back(
      {"steps", "TEXT", "",
       "Its way in the order of time, [[stage, ps], ...] as JSON; stages count from 0 in the order of the columns. Before a stage in which "
       "its partition was partly on no core stands that part, as client_dispatch or vios_dispatch; how the two alternated is not kept."});
  return table;
}

Table interval_table() {
  Table table{
      "io_interval",
      "The requests of each kind to each target, in the same intervals as table interval, as sums that add up exactly (trace level "
      "summary); no row where none was under way.",
      {{"target", "INTEGER", "", "`io_target.id`."},
       {"kind", "INTEGER", "", kKinds},
       {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
       {"length_ps", "INTEGER", "ps", "Its length."},
       {"requests", "INTEGER", "", "Requests that ended in it, whatever their outcome."},
       {"failed", "INTEGER", "", "Those of them that failed or were dropped."},
       {"bytes", "INTEGER", "bytes", "Of those that were done: read, written or sent, and what came back of calls."},
       {"latency_ps", "INTEGER", "ps", "Of those that ended; the stages add up to it."},
       {"in_flight_ps", "INTEGER", "ps",
        "Requests under way times their time, in the interval: divided by length_ps, how many there were on average (Little's law)."}},
      "",
      ""};
  append(table.columns, stage_columns("INTEGER"));
  return table;
}

}  // namespace

std::vector<Table> io_tables() {
  return {{"io_target",
           "What requests of partitions go to.",
           {{"id", "INTEGER PRIMARY KEY", "", "From 0."},
            {"server", "INTEGER", "", "Server, `server.id`."},
            {"partition", "INTEGER", "", "Partition whose requests they are, `partition.id`."},
            {"name", "TEXT", "", "As in the scenario: a disk (hdisk0), an external host (gateway), a service of a partition (db.orders)."},
            {"kind", "TEXT", "", "disk or peer."}},
           "",
           ""},
          {"io_path",
           "The ways to a target.",
           {{"target", "INTEGER", "", "`io_target.id`."},
            {"path", "INTEGER", "", "Within its target, from 0."},
            {"name", "TEXT", "", "The client's adapter; where one name leads through several VIOSes, with the VIOS: vscsi0@vios1."},
            {"vios", "INTEGER", "", "The VIOS that it goes through, `partition.id` on the same server; NULL: none."}},
           "",
           ""},
          request_table(),
          interval_table()};
}

View io_view() {
  View view{"v_io",
            "Every request that has ended, with names and absolute times (trace level full). Stable.",
            {{"server", "", "", "Name of the server."},
             {"partition", "", "", "Name of the partition that asked."},
             {"target", "", "", "Name of the disk or peer."},
             {"target_kind", "", "", "disk or peer."},
             {"number", "", "", "In the order of their beginnings, from 0."},
             {"kind", "", "", "read, write, send or call."},
             {"outcome", "", "", "done, failed or dropped."},
             {"bytes", "", "bytes", kBytes},
             {"path", "", "", "The client's adapter through which it was answered (`io_path.name`); its number where it has no name."},
             {"vios", "", "", "The VIOS that this path goes through; NULL: none."},
             {"attempts", "", "", "How often it was sent."},
             {"begin_ps", "", "ps", "When a thread asked for it."},
             {"end_ps", "", "ps", "When the thread had the answer."},
             {"latency_ps", "", "ps", "Between the two; the stages add up to it."}},
            ""};
  append(view.columns, stage_columns(""));
  view.select = fmt::format(
      "SELECT s.name AS server, p.name AS \"partition\", t.name AS target, t.kind AS target_kind, r.number AS number, {} AS kind, "
      "{} AS outcome, r.bytes AS bytes, coalesce(w.name, r.path) AS path, v.name AS vios, r.attempts AS attempts, r.begin_ps AS begin_ps, "
      "r.begin_ps + r.length_ps AS end_ps, r.length_ps AS latency_ps",
      decoded("r.kind", kIoKindNames), decoded("r.outcome", kIoOutcomeNames));
  for (const IoStage& stage : kIoStages) view.select += fmt::format(", r.{0}_ps AS {0}_ps", stage.name);
  view.select +=
      " FROM io_request r LEFT JOIN io_target t ON t.id = r.target LEFT JOIN server s ON s.id = t.server "
      "LEFT JOIN \"partition\" p ON p.server = t.server AND p.id = t.partition LEFT JOIN io_path w ON w.target = r.target AND w.path = "
      "r.path LEFT JOIN \"partition\" v ON v.server = t.server AND v.id = w.vios";
  return view;
}

}  // namespace lparsim::trace

#include "sim/trace/detail_tables.hpp"

#include <fmt/format.h>

#include "sim/trace/declarations.hpp"

namespace lparsim::trace {

namespace {

const char* const kKinds = "Of lanes: 0 core, 1 virtual processor, 2 partition, 3 I/O target, 4 Virtual Service Partition.";
const char* const kLane = "`detail_lane.id` of that kind.";
const char* const kPart = "0, and further numbers where there is more than one row of the same key; they add up.";
const char* const kData =
    "Buckets in which something happened, in their order. Each is a varint 4 x gap + 2 x full + repeated (gap: buckets left out), where "
    "`repeated` another of how many more buckets hold the same, a byte with a bit for each figure that is not 0, and these as varints (7 "
    "bits a byte, the lowest first; bit 7: more follow). Figures of cores, virtual processors and partitions, by bit: 0 stays that ended; "
    "1 "
    "ps running, entitled; 2 running, excess; 3 preemptions; 4 queued; 5 withheld; 6 ceded (`full`: the rest of the bucket; no figure); of "
    "I/O targets and VSPs: 0 ended, 1 their latencies in ps, 2 ps under way, 3 failed, 4 bytes. Bit 7: the longest stay, in 64ths of the "
    "shortest bucket of that kind, plus 1, and whose it is (core: partition, virtual processor; virtual processor: core); of the others "
    "the "
    "longest latency in ps.";

template <class... Values>
void insert(SQLite::Statement& statement, const Values&... values) {
  int position = 0;
  (statement.bind(++position, static_cast<std::int64_t>(values)), ...);
  statement.exec();
  statement.reset();
}

void insert_blob(SQLite::Statement& statement, std::int64_t kind, std::int64_t second, std::int64_t third, std::int64_t fourth,
                 std::int64_t part, const std::string& data) {
  const auto bind = [&](int position, std::int64_t value) {
    statement.bind(position, value);
  };
  int position = 0;
  bind(++position, kind);
  bind(++position, second);
  if (third >= 0) bind(++position, third);
  bind(++position, fourth);
  bind(++position, part);
  statement.bindNoCopy(++position, data.data(), static_cast<int>(data.size()));
  statement.exec();
  statement.reset();
}

}  // namespace

std::vector<Table> detail_tables() {
  return {{"detail_lane",
           "The lines of a timeline, numbered for the tables of detail (trace level full, where a table has more than 65,535 rows). The "
           "tables of detail say nothing that `dispatch`, `io_request` and `vsp_call` do not: they are there so that a program draws any "
           "part of a long run at once. Programs may ignore them; who copies the others may leave them out.",
           {{"kind", "INTEGER", "", kKinds},
            {"id", "INTEGER", "", "From 0 within the kind, in the order of appearance."},
            {"server", "INTEGER", "", "Server, `server.id`; 0 of I/O targets."},
            {"first", "INTEGER", "", "Core; partition (also of a virtual processor and of a VSP); `io_target.id`."},
            {"second", "INTEGER", "", "Virtual processor within its partition; 0 of all others."}},
           "WITHOUT ROWID",
           "PRIMARY KEY (kind, id)"},
          {"detail_level",
           "How long the buckets are over which table `detail` adds up, and how far it has come.",
           {{"kind", "INTEGER", "", kKinds},
            {"level", "INTEGER", "", "The length of a bucket is 4^level ps."},
            {"bucket_ps", "INTEGER", "ps", "The same as a figure."},
            {"until_ps", "INTEGER", "ps",
             "What is there of earlier buckets is all that the rows in the file say of them; of later ones there is nothing."}},
           "WITHOUT ROWID",
           "PRIMARY KEY (kind, level)"},
          {"detail",
           "Sums of what happened on each lane, over buckets of time that begin at multiples of their length: times are split over the "
           "buckets to the picosecond, what is counted belongs to the bucket in which it ended (at its boundary: to the one before). One "
           "row for 64 buckets of a lane in which something happened.",
           {{"kind", "INTEGER", "", kKinds},
            {"level", "INTEGER", "", "`detail_level.level` of that kind."},
            {"chunk", "INTEGER", "", "It holds the buckets from 64 x chunk on, counted from time 0."},
            {"lane", "INTEGER", "", kLane},
            {"part", "INTEGER", "", kPart},
            {"data", "BLOB", "", kData}},
           "WITHOUT ROWID",
           "PRIMARY KEY (kind, level, chunk, lane, part)"},
          {"detail_row",
           "Which rows belong to a lane: of `dispatch` (cores, virtual processors), `io_request` or `vsp_call`.",
           {{"kind", "INTEGER", "", kKinds},
            {"block", "INTEGER", "", "It is about rowids from block x block_rows + 1 on."},
            {"lane", "INTEGER", "", kLane},
            {"part", "INTEGER", "", "0, and further numbers where there is more than one row of the same key."},
            {"data", "BLOB", "", "Varints: the distance of each row from the one before, of the first from block x block_rows."}},
           "WITHOUT ROWID",
           "PRIMARY KEY (kind, block, lane, part)"},
          {"detail_index",
           "How far table `detail_row` has come.",
           {{"kind", "INTEGER PRIMARY KEY", "", kKinds},
            {"block_rows", "INTEGER", "", "Rows of a block."},
            {"until_row", "INTEGER", "", "The last rowid it knows."}},
           "WITHOUT ROWID",
           ""}};
}

DetailTables::DetailTables(SQLite::Database& database, SimTime duration)
    : lane_{database, "INSERT INTO detail_lane VALUES (?, ?, ?, ?, ?)"},
      detail_{database, "INSERT INTO detail VALUES (?, ?, ?, ?, ?, ?)"},
      level_{database, "INSERT OR REPLACE INTO detail_level VALUES (?, ?, ?, ?)"},
      rows_{database, "INSERT INTO detail_row VALUES (?, ?, ?, ?, ?)"},
      index_{database, "INSERT OR REPLACE INTO detail_index VALUES (?, ?, ?)"},
      feed_{duration, *this} {}

void DetailTables::feed(const Batch& batch) {
  feed_.add(batch.dispatches);
  for (const IoRequestRow& row : batch.io_requests) feed_.add(activity_of(row.request));
  for (const VspCall& call : batch.vsp_calls) feed_.add(activity_of(call));
}

void DetailTables::lane(std::uint32_t number, const LaneKey& lane) {
  insert(lane_, lane.kind, number, lane.server, lane.first, lane.second);
}

void DetailTables::detail(const DetailRow& row) {
  insert_blob(detail_, static_cast<std::int64_t>(row.kind), row.level, row.chunk, row.lane, static_cast<std::int64_t>(row.part), row.data);
}

void DetailTables::complete(LaneKey::Kind kind, int level, SimTime until) {
  insert(level_, kind, level, bucket_length(level).ps(), until.ps());
}

void DetailTables::lane_rows(const LaneRowsRow& row) {
  insert_blob(rows_, static_cast<std::int64_t>(row.kind), static_cast<std::int64_t>(row.block), -1, row.lane,
              static_cast<std::int64_t>(row.part), row.data);
}

void DetailTables::indexed(LaneKey::Kind kind, std::uint64_t block_rows, std::uint64_t until_row) {
  insert(index_, kind, block_rows, until_row);
}

}  // namespace lparsim::trace

#include "sim/trace/detail_tables.hpp"

#include <utility>

#include "sim/trace/declarations.hpp"

namespace lparsim::trace {

namespace {

const char* const kLaneKinds = "Of lanes: 0 core, 1 virtual processor, 2 partition, 3 I/O target, 4 Virtual Service Partition.";
const char* const kLaneId = "`detail_lane.id` of that kind.";
const char* const kDetailData =
    "Buckets in which something happened, in their order. Each is a varint 4 x gap + 2 x full + repeated (gap: buckets left out), where "
    "`repeated` another of how many more buckets hold the same, a byte with a bit for each figure that is not 0, and these as varints (7 "
    "bits a byte, the lowest first; bit 7: more follow). Figures of cores, virtual processors and partitions, by bit: 0 stays that ended; "
    "1 "
    "ps running, entitled; 2 running, excess; 3 preemptions; 4 queued; 5 withheld; 6 ceded (`full`: the rest of the bucket; no figure); of "
    "I/O targets and VSPs: 0 ended, 1 their latencies in ps, 2 ps under way, 3 failed, 4 bytes. Bit 7: the longest stay, in 64ths of the "
    "shortest bucket of that kind, plus 1, and whose it is (core: partition, virtual processor; virtual processor: core); of the others "
    "the "
    "longest latency in ps.";

/// Batches with fewer rows are added up at once: to wake the thread takes longer.
constexpr std::size_t kRowsForThread = 256;

template <class... Values>
void insert_numbers(SQLite::Statement& statement, const Values&... values) {
  int position = 0;
  (statement.bind(++position, static_cast<std::int64_t>(values)), ...);
  statement.exec();
  statement.reset();
}

void insert_blob(SQLite::Statement& statement, std::int64_t key, const std::string& data) {
  statement.bind(1, key);
  statement.bindNoCopy(2, data.data(), static_cast<int>(data.size()));
  statement.exec();
  statement.reset();
}

}  // namespace

std::vector<Table> detail_tables() {
  return {
      {"detail_lane",
       "The lines of a timeline, numbered for the tables of detail (trace level full, where a table has more than 65,535 rows). The "
       "tables of detail say nothing that `dispatch`, `io_request` and `vsp_call` do not: they are there so that a program draws any "
       "part of a long run at once. Programs may ignore them; who copies the others may leave them out.",
       {{"kind", "INTEGER", "", kLaneKinds},
        {"id", "INTEGER", "", "From 0 within the kind, in the order of appearance."},
        {"server", "INTEGER", "", "Server, `server.id`; 0 of I/O targets."},
        {"first", "INTEGER", "", "Core; partition (also of a virtual processor and of a VSP); `io_target.id`."},
        {"second", "INTEGER", "", "Virtual processor within its partition; 0 of all others."}},
       "WITHOUT ROWID",
       "PRIMARY KEY (kind, id)"},
      {"detail_level",
       "How long the buckets are over which table `detail` adds up, and how far it has come.",
       {{"kind", "INTEGER", "", kLaneKinds},
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
       {{"key", "INTEGER PRIMARY KEY", "",
         "kind x 2^58 + level x 2^53 + chunk x 2^20 + lane, where kind and level are those of `detail_level` and lane is `detail_lane.id`; "
         "it holds the buckets from 64 x chunk on, counted from time 0."},
        {"data", "BLOB", "", kDetailData}},
       "",
       ""},
      {"detail_late",
       "What came after the row of table `detail` had been written, since a long stay or wait ended: it is to be added.",
       {{"kind", "INTEGER", "", kLaneKinds},
        {"level", "INTEGER", "", "`detail_level.level` of that kind."},
        {"lane", "INTEGER", "", kLaneId},
        {"chunk", "INTEGER", "", "As in table `detail`."},
        {"part", "INTEGER", "", "Tells rows of the same chunk apart."},
        {"data", "BLOB", "", "As in table `detail`."}},
       "WITHOUT ROWID",
       "PRIMARY KEY (kind, level, lane, chunk, part)"},
      {"detail_row",
       "Which rows belong to a lane: of `dispatch` (cores, virtual processors), `io_request` or `vsp_call`.",
       {{"key", "INTEGER PRIMARY KEY", "",
         "kind x 2^58 + block x 2^20 + lane, where kind is that of `detail_index` and lane is `detail_lane.id`; it is about rowids from "
         "block x block_rows + 1 on."},
        {"data", "BLOB", "", "Varints: the distance of each row from the one before, of the first from block x block_rows."}},
       "",
       ""},
      {"detail_index",
       "How far table `detail_row` has come.",
       {{"kind", "INTEGER PRIMARY KEY", "", kLaneKinds},
        {"block_rows", "INTEGER", "", "Rows of a block."},
        {"until_row", "INTEGER", "", "The last rowid it knows."}},
       "WITHOUT ROWID",
       ""}};
}

DetailTables::DetailTables(SQLite::Database& database, SimTime duration)
    : lane_{database, "INSERT INTO detail_lane VALUES (?, ?, ?, ?, ?)"},
      detail_{database, "INSERT INTO detail VALUES (?, ?)"},
      late_{database, "INSERT INTO detail_late VALUES (?, ?, ?, ?, ?, ?)"},
      level_{database, "INSERT OR REPLACE INTO detail_level VALUES (?, ?, ?, ?)"},
      rows_{database, "INSERT INTO detail_row VALUES (?, ?)"},
      index_{database, "INSERT OR REPLACE INTO detail_index VALUES (?, ?, ?)"},
      feed_{duration, found_},
      thread_{[this] {
        run();
      }} {}

DetailTables::~DetailTables() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DetailTables::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return batch_ != nullptr || stopping_; });
    if (batch_ == nullptr) return;
    lock.unlock();
    std::exception_ptr failure;
    try {
      add_up(*batch_);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    batch_ = nullptr;
    changed_.notify_all();
  }
}

void DetailTables::add_up(const Batch& batch) {
  feed_.add(batch.dispatches);
  for (const IoRequestRow& row : batch.io_requests) feed_.add(activity_of(row.request));
  for (const VspCall& call : batch.vsp_calls) feed_.add(activity_of(call));
}

void DetailTables::begin(const Batch& batch) {
  if (batch.dispatches.size() + batch.io_requests.size() + batch.vsp_calls.size() < kRowsForThread) return add_up(batch);
  {
    const std::lock_guard lock{mutex_};
    batch_ = &batch;
  }
  changed_.notify_all();
}

void DetailTables::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return batch_ == nullptr; });
}

void DetailTables::write() {
  wait();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  insert_rows();
}

void DetailTables::finish() {
  feed_.finish();
  insert_rows();
}

void DetailTables::insert_rows() {
  for (const Rows::NumberedLane& l : found_.lanes)
    if (l.number < kMostLanes) insert_numbers(lane_, l.lane.kind, l.number, l.lane.server, l.lane.first, l.lane.second);
  for (const DetailRow& r : found_.details) {
    if (r.lane >= kMostLanes) continue;
    if (r.part == 0) {
      insert_blob(detail_, detail_key(r.kind, r.level, r.chunk, r.lane), r.data);
      continue;
    }
    late_.bindNoCopy(6, r.data.data(), static_cast<int>(r.data.size()));
    insert_numbers(late_, r.kind, r.level, r.lane, r.chunk, r.part);
  }
  for (const Rows::CompleteLevel& l : found_.levels) insert_numbers(level_, l.kind, l.level, bucket_length(l.level).ps(), l.until.ps());
  for (const LaneRowsRow& r : found_.rows)
    if (r.lane < kMostLanes) insert_blob(rows_, row_key(r.kind, static_cast<std::int64_t>(r.block), r.lane), r.data);
  for (const Rows::Index& i : found_.indices) insert_numbers(index_, i.kind, i.block_rows, i.until_row);
  found_.lanes.clear();
  found_.details.clear();
  found_.levels.clear();
  found_.rows.clear();
  found_.indices.clear();
}

}  // namespace lparsim::trace

#include "sim/trace/row_query.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <utility>

namespace lparsim::trace {

namespace {

const char* const kEnd = "begin_ps + length_ps";

}  // namespace

RowQuery::RowQuery(const SQLite::Database& database, const std::string& sql) {
  const int rc = sqlite3_prepare_v3(database.getHandle(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (rc != SQLITE_OK) throw SQLite::Exception(database.getHandle(), rc);
}

RowQuery::~RowQuery() {
  sqlite3_finalize(statement_);
}

RowQuery::RowQuery(RowQuery&& other) noexcept : statement_{std::exchange(other.statement_, nullptr)} {}

void RowQuery::ask_text(std::string_view parameter) {
  sqlite3_reset(statement_);
  sqlite3_bind_text(statement_, 1, parameter.data(), static_cast<int>(parameter.size()), SQLITE_TRANSIENT);
}

bool RowQuery::next() {
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) throw SQLite::Exception(sqlite3_db_handle(statement_), rc);
  sqlite3_reset(statement_);
  return false;
}

std::string RowQuery::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const unsigned char> RowQuery::blob(int column) const {
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement_, column));
  return {bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

RowTable::RowTable(const SQLite::Database& database, const std::string& table, const std::string& end, const std::string& columns,
                   const std::string& filter)
    : last_{database, fmt::format("SELECT max(rowid) FROM {}", table)},
      end_{database, fmt::format("SELECT {} FROM {} WHERE rowid = ?", end, table)},
      rows_{database, fmt::format("SELECT {} FROM {} WHERE rowid BETWEEN ? AND ? ORDER BY rowid", columns, table)},
      rows_of_{database, fmt::format("SELECT {} FROM {} WHERE rowid BETWEEN ?1 AND ?2 AND ({}) ORDER BY rowid", columns, table, filter)},
      row_{database, fmt::format("SELECT {} FROM {} WHERE rowid = ?", columns, table)} {}

std::int64_t RowTable::last_row() {
  last_.ask();
  const std::int64_t last = last_.next() ? last_.number(0) : 0;
  last_.done();
  return last;
}

SimTime RowTable::end_of(std::int64_t row) {
  end_.ask(row);
  const SimTime end = end_.next() ? end_.time(0) : SimTime{};
  end_.done();
  return end;
}

std::int64_t RowTable::first_after(SimTime at) {
  std::int64_t from = 1;
  std::int64_t until = last_row() + 1;
  while (from < until) {
    const std::int64_t middle = from + (until - from) / 2;
    if (end_of(middle) > at)
      until = middle;
    else
      from = middle + 1;
  }
  return from;
}

RowQuery& RowTable::rows(std::int64_t first, std::int64_t last) {
  rows_.ask(first, last);
  return rows_;
}

RowQuery& RowTable::rows_of(std::int64_t first, std::int64_t last, const NumberRanges& n) {
  rows_of_.ask(first, last, n.first, n.last, n.first_partition, n.last_partition);
  return rows_of_;
}

RowQuery& RowTable::row(std::int64_t number) {
  row_.ask(number);
  return row_;
}

RowTable dispatch_table(const SQLite::Database& database) {
  return {database, "dispatch", kEnd,
          "rowid, server, core, \"partition\", vp, begin_ps, length_ps, queued_ps, withheld_ps, ceded_ps, excess_ps, dispatch_reason, "
          "preempt_reason",
          "core BETWEEN ?3 AND ?4 OR \"partition\" BETWEEN ?5 AND ?6"};
}

RowTable request_table(const SQLite::Database& database) {
  std::string columns = "rowid, target, kind, outcome, bytes, path, attempts, number, begin_ps, length_ps";
  SQLite::Statement service{database, "SELECT count(*) FROM pragma_table_info('io_request') WHERE name = 'service_ps'"};
  const bool with_services = service.executeStep() && service.getColumn(0).getInt() > 0;
  for (std::size_t i = 0; i < kIoStageCount; ++i)
    columns += i < kIoStagesBeforeServices || with_services ? fmt::format(", {}_ps", kIoStages[i].name) : ", 0";
  return {database, "io_request", kEnd, columns, "target BETWEEN ?3 AND ?4"};
}

RowTable call_table(const SQLite::Database& database) {
  return {database, "vsp_call", kEnd,
          "rowid, server, vsp, number, hook, role, function, client, \"end\", status, epoch, sent, begin_ps, length_ps, queued_ps, "
          "undispatched_ps, client_cost_ps, vsp_cost_ps, bytes",
          "vsp BETWEEN ?3 AND ?4"};
}

DispatchSpan stay_of(const RowQuery& r) {
  DispatchSpan d;
  d.server = static_cast<ServerId>(r.count(1));
  d.core = static_cast<CoreId>(r.count(2));
  d.partition = static_cast<PartitionId>(r.count(3));
  d.vp = r.count(4);
  d.begin = r.time(5);
  d.end = d.begin + r.time(6);
  d.enqueue = d.begin - r.time(7);
  d.ready = d.enqueue - r.time(8);
  d.waiting = d.ready - r.time(9);
  d.entitled = d.end - d.begin - r.time(10);
  d.dispatch_reason = static_cast<std::uint8_t>(r.count(11));
  d.preempt_reason = static_cast<std::uint8_t>(r.count(12));
  return d;
}

IoRequest request_of(const RowQuery& r) {
  IoRequest request;
  request.target = r.count(1);
  request.kind = static_cast<IoKind>(r.count(2));
  request.outcome = static_cast<IoOutcome>(r.count(3));
  request.bytes = static_cast<std::uint64_t>(r.number(4));
  request.path = r.count(5);
  request.attempts = r.count(6);
  request.number = static_cast<std::uint64_t>(r.number(7));
  request.begin = r.time(8);
  request.end = request.begin + r.time(9);
  for (std::size_t i = 0; i < kIoStageCount; ++i) request.stages[i] = r.time(10 + static_cast<int>(i));
  return request;
}

VspCall call_of(const RowQuery& r) {
  VspCall call;
  call.server = static_cast<ServerId>(r.count(1));
  call.vsp = static_cast<PartitionId>(r.count(2));
  call.number = static_cast<std::uint64_t>(r.number(3));
  call.hook = static_cast<std::uint16_t>(r.count(4));
  call.role = static_cast<std::uint8_t>(r.count(5));
  call.function = r.count(6);
  call.client = static_cast<PartitionId>(r.count(7));
  call.end = static_cast<std::uint8_t>(r.count(8));
  call.status = r.number(9);
  call.epoch = r.count(10);
  call.sent = r.count(11);
  call.begin = r.time(12);
  call.end_time = call.begin + r.time(13);
  call.taken = call.begin + r.time(14);
  call.undispatched = r.time(15);
  call.client_cost = r.time(16);
  call.vsp_cost = r.time(17);
  call.bytes = static_cast<std::uint64_t>(r.number(18));
  return call;
}

}  // namespace lparsim::trace

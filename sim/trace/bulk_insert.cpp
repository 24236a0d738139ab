#include "sim/trace/bulk_insert.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/trace/tables.hpp"

namespace lparsim::trace {

namespace {

// The virtual table's two objects, as SQLite wants them: the base structure first (sqlite.org/vtab.html).
struct RowsTable {
  sqlite3_vtab base;
  const BulkInsert::Source* source;
};
struct RowsCursor {
  sqlite3_vtab_cursor base;
  const BulkInsert::Source* source;
  std::size_t row;
};

RowsCursor* cursor_of(sqlite3_vtab_cursor* cursor) {
  return reinterpret_cast<RowsCursor*>(cursor);
}

int connect(sqlite3* database, void* source, int, const char* const*, sqlite3_vtab** table, char**) {
  const auto* from = static_cast<const BulkInsert::Source*>(source);
  const int rc = sqlite3_declare_vtab(database, from->declaration.c_str());
  if (rc == SQLITE_OK) *table = &(new RowsTable{{}, from})->base;
  return rc;
}

int disconnect(sqlite3_vtab* table) {
  delete reinterpret_cast<RowsTable*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab*, sqlite3_index_info*) {
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  *cursor = &(new RowsCursor{{}, reinterpret_cast<RowsTable*>(table)->source, 0})->base;
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete cursor_of(cursor);
  return SQLITE_OK;
}

int rewind(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  cursor_of(cursor)->row = 0;
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor)->row;
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor)->row >= cursor_of(cursor)->source->count ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* to, int number) {
  const RowsCursor* c = cursor_of(cursor);
  c->source->result(to, c->source->rows, c->row, number);
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(cursor_of(cursor)->row);
  return SQLITE_OK;
}

/// Without xCreate the table exists only in the connection, under the name of its module; nothing of it gets into the file.
const sqlite3_module& rows_module() {
  static const sqlite3_module module = [] {
    sqlite3_module m{};
    m.xConnect = connect;
    m.xDisconnect = disconnect;
    m.xBestIndex = best_index;
    m.xOpen = open_cursor;
    m.xClose = close_cursor;
    m.xFilter = rewind;
    m.xNext = next;
    m.xEof = at_end;
    m.xColumn = column;
    m.xRowid = row_id;
    return m;
  }();
  return module;
}

}  // namespace

BulkInsert::BulkInsert(SQLite::Database& database, const std::string& table, Result result) : source_{std::make_unique<Source>()} {
  const auto declared = std::find_if(tables().begin(), tables().end(), [&](const Table& t) { return t.name == table; });
  LPARSIM_CHECK(declared != tables().end(), "there is no table {}", table);
  std::string columns;
  for (const Column& c : declared->columns) columns += (columns.empty() ? "\"" : ", \"") + c.name + "\"";
  source_->declaration = fmt::format("CREATE TABLE rows ({})", columns);
  source_->result = result;
  const std::string rows = "rows_of_" + table;
  const int rc = sqlite3_create_module_v2(database.getHandle(), rows.c_str(), &rows_module(), source_.get(), nullptr);
  if (rc != SQLITE_OK) throw SQLite::Exception(database.getHandle(), rc);
  insert_ = std::make_unique<SQLite::Statement>(database, fmt::format("INSERT INTO \"{}\" SELECT * FROM {}", table, rows));
}

BulkInsert::~BulkInsert() = default;

void BulkInsert::operator()(const void* rows, std::size_t count) {
  if (count == 0) return;
  source_->rows = rows;
  source_->count = count;
  insert_->exec();
  insert_->reset();
}

}  // namespace lparsim::trace

#include "sim/trace/open_database.hpp"

#include <sqlite3.h>

#include <system_error>

namespace lparsim::trace {

namespace {

constexpr int kBusyMilliseconds = 2000;

/// The first statement opens the journal.
bool can_read(SQLite::Database& database) {
  try {
    database.execAndGet("SELECT count(*) FROM sqlite_master");
    return true;
  } catch (const SQLite::Exception& e) {
    switch (e.getErrorCode()) {
      case SQLITE_CANTOPEN:
      case SQLITE_READONLY:
      case SQLITE_IOERR:
      case SQLITE_FULL:
        return false;
      default:
        throw;
    }
  }
}

}  // namespace

std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& path, int flags) {
  auto database = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY | flags, kBusyMilliseconds);
  std::error_code error;
  if (can_read(*database) || std::filesystem::file_size(path.string() + "-wal", error) == 0 || error) return database;
  // Without locks, and with the index in this process's memory. Nobody writes: a living run has an index that can be shared, and then
  // SQLite can read.
  database = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY | flags, kBusyMilliseconds, "unix-none");
  database->exec("PRAGMA locking_mode = EXCLUSIVE");
  return database;
}

}  // namespace lparsim::trace

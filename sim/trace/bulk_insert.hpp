#pragma once
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace lparsim::trace {

/// An id as tables have it.
template <class Id>
std::int64_t number(Id id) {
  return static_cast<std::int64_t>(id);
}

/// Inserts many rows of one table with a single statement: `INSERT INTO table SELECT * FROM rows`, where `rows` is a virtual table over
/// memory. SQLite then neither binds, starts nor ends a statement per row, which makes it twice to three times as fast as a prepared
/// INSERT per row. SQLiteCpp has no virtual tables, hence raw sqlite3.
class BulkInsert {
 public:
  /// Hands column `column` of row `row` to SQLite with one of the sqlite3_result functions.
  using Result = void (*)(sqlite3_context* to, const void* rows, std::size_t row, int column);

  /// `database` outlives it.
  BulkInsert(SQLite::Database& database, const std::string& table, Result result);
  ~BulkInsert();
  BulkInsert(const BulkInsert&) = delete;
  BulkInsert& operator=(const BulkInsert&) = delete;

  /// Inserts rows[0 .. count). Throws SQLite::Exception.
  void operator()(const void* rows, std::size_t count);

  /// What the virtual table reads.
  struct Source {
    std::string declaration;
    Result result = nullptr;
    const void* rows = nullptr;
    std::size_t count = 0;
  };

 private:
  std::unique_ptr<Source> source_;
  std::unique_ptr<SQLite::Statement> insert_;
};

}  // namespace lparsim::trace

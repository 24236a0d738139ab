#pragma once
// A prepared statement that is asked again and again, and tables whose rows are in the order of time; private to sim/trace.
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace SQLite {
class Database;
}

namespace lparsim::trace {

/// Reading 300,000 rows through SQLite::Statement takes twice as long: it hands out shared ownership with every column. Hence raw sqlite3.
/// Throws SQLite::Exception.
class RowQuery {
 public:
  /// `database` outlives it.
  RowQuery(const SQLite::Database& database, const std::string& sql);
  ~RowQuery();
  RowQuery(RowQuery&& other) noexcept;
  RowQuery& operator=(RowQuery&&) = delete;

  /// Begins anew with these for its parameters.
  template <class... Values>
  void ask(Values... values) {
    sqlite3_reset(statement_);
    int position = 0;
    (sqlite3_bind_int64(statement_, ++position, static_cast<sqlite3_int64>(values)), ...);
  }
  void ask_text(std::string_view parameter);
  /// The next row; false: there is none, and the statement no longer holds the file.
  bool next();
  void done() { sqlite3_reset(statement_); }

  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::uint32_t count(int column) const { return static_cast<std::uint32_t>(number(column)); }
  SimTime time(int column) const { return SimTime::from_ps(number(column)); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  std::string text(int column) const;
  /// Until the next row.
  std::span<const unsigned char> blob(int column) const;

 private:
  sqlite3_stmt* statement_ = nullptr;
};

/// Numbers of cores, I/O targets or VSPs, and of partitions.
struct NumberRanges {
  std::int64_t first = INT64_MAX, last = -1;
  std::int64_t first_partition = INT64_MAX, last_partition = -1;
  void include(std::int64_t number) {
    first = std::min(first, number);
    last = std::max(last, number);
  }
  void include_partition(std::int64_t number) {
    first_partition = std::min(first_partition, number);
    last_partition = std::max(last_partition, number);
  }
};

/// A table whose rows count from 1 in the order of the ends (begin_ps + length_ps) of what they are about.
class RowTable {
 public:
  /// `columns`: what rows() gives; `end`: the end as a term of SQL; `filter`: of rows_of(), with parameters 3 and on.
  RowTable(const SQLite::Database& database, const std::string& table, const std::string& end, const std::string& columns,
           const std::string& filter = "1");

  /// As of now.
  std::int64_t last_row();
  /// The lowest row that ends after `at`; last_row() + 1: there is none. Takes some 30 look-ups.
  std::int64_t first_after(SimTime at);
  SimTime end_of(std::int64_t row);
  /// Asks for the rows first to last, in this order.
  RowQuery& rows(std::int64_t first, std::int64_t last);
  /// Of these only such as may belong to lanes with these numbers, which SQLite sorts out three times as fast as its caller can.
  RowQuery& rows_of(std::int64_t first, std::int64_t last, const NumberRanges& numbers);
  /// Asks for one, with the same columns.
  RowQuery& row(std::int64_t number);

 private:
  RowQuery last_, end_, rows_, rows_of_, row_;
};

RowTable dispatch_table(const SQLite::Database& database);
RowTable request_table(const SQLite::Database& database);
RowTable call_table(const SQLite::Database& database);
DispatchSpan stay_of(const RowQuery& row);
IoRequest request_of(const RowQuery& row);
VspCall call_of(const RowQuery& row);

}  // namespace lparsim::trace

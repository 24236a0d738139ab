#pragma once
// How RunFile writes rows; private to sim/trace.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"
#include "sim/trace/tables.hpp"

namespace lparsim::trace {

/// One prepared INSERT, for the tables that have few rows (the others: BulkInsert).
class Inserter {
 public:
  Inserter(SQLite::Database& database, const char* table) : statement_{database, insert_statement(table)} {}

  template <class... Values>
  void operator()(const Values&... values) {
    int position = 0;
    (bind(++position, values), ...);
    statement_.exec();
    statement_.reset();
  }

 private:
  void bind(int at, SimTime value) { statement_.bind(at, value.ps()); }
  void bind(int at, std::int64_t value) { statement_.bind(at, value); }
  void bind(int at, std::uint64_t value) { statement_.bind(at, static_cast<std::int64_t>(value)); }
  void bind(int at, std::uint32_t value) { statement_.bind(at, value); }
  void bind(int at, std::uint8_t value) { statement_.bind(at, std::uint32_t{value}); }
  void bind(int at, bool value) { statement_.bind(at, value ? 1 : 0); }
  /// SQLite turns NaN into NULL by itself.
  void bind(int at, double value) { statement_.bind(at, value); }
  void bind(int at, const std::string& value) { statement_.bind(at, value); }
  void bind(int at, std::string_view value) { statement_.bind(at, std::string{value}); }
  void bind(int at, const char* value) { statement_.bind(at, value); }
  void bind(int at, std::nullptr_t) { statement_.bind(at); }
  template <class Value>
  void bind(int at, const std::optional<Value>& value) {
    if (value)
      bind(at, *value);
    else
      bind(at, nullptr);
  }

  SQLite::Statement statement_;
};

}  // namespace lparsim::trace

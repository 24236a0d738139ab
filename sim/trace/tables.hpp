#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace lparsim::trace {

/// "lpar", in the header of every run file (offset 68).
inline constexpr std::int32_t kApplicationId = 0x6c706172;
/// user_version: goes up when a table or view changes in a way that breaks a reader, older or newer.
inline constexpr std::int32_t kFormatVersion = 3;
/// The oldest that is still read. 3 added a stage to the ways of requests, and Virtual Service Partitions.
inline constexpr std::int32_t kOldestFormatVersion = 2;

struct Column {
  std::string name;
  std::string type;  ///< of SQLite; empty in a view
  std::string unit;  ///< empty: a text or a number without one
  std::string meaning;
};

struct Table {
  std::string name;
  std::string meaning;
  std::vector<Column> columns;
  std::string option;      ///< `WITHOUT ROWID` or nothing
  std::string constraint;  ///< over several columns, or nothing
};

struct View {
  std::string name;
  std::string meaning;
  std::vector<Column> columns;
  std::string select;
};

/// The declaration of the run file. The tables themselves, their inserts, the rows of schema_note and the chapter "Tables and views" of
/// docs/run-file.md all come from here.
const std::vector<Table>& tables();
const std::vector<View>& views();

std::string create_statement(const Table& table);
std::string create_statement(const View& view);
/// `INSERT INTO name VALUES (?, ...)` with one parameter per column.
std::string insert_statement(const std::string& table);
/// The chapter of docs/run-file.md.
std::string tables_as_markdown();

}  // namespace lparsim::trace

#include "sim/trace/table_hash.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <bit>
#include <string_view>

#include "sim/trace/reader.hpp"

namespace lparsim::trace {

namespace {

class Fnv1a {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) add_byte(static_cast<unsigned char>(byte));
  }
  /// Little-endian on every machine.
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) add_byte(static_cast<unsigned char>(number >> shift));
  }
  std::uint64_t value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211U; }
  std::uint64_t value_ = 14695981039346656037U;
};

void add(Fnv1a& hash, const SQLite::Column& value) {
  hash.add(static_cast<std::uint64_t>(value.getType()));
  if (value.isInteger()) {
    hash.add(static_cast<std::uint64_t>(value.getInt64()));
  } else if (value.isFloat()) {
    hash.add(std::bit_cast<std::uint64_t>(value.getDouble()));
  } else if (!value.isNull()) {
    const std::string_view bytes{static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
    hash.add(bytes.size());
    hash.add(bytes);
  }
}

/// The primary key where there is no rowid.
std::string order_of(const SQLite::Database& database, const std::string& table) {
  SQLite::Statement keyed{database, "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?"};
  keyed.bind(1, table);
  if (!keyed.executeStep() || keyed.getColumn(0).getInt() == 0) return "rowid";
  SQLite::Statement key{database, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"};
  key.bind(1, table);
  std::string columns;
  while (key.executeStep()) columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", key.getColumn(0).getString());
  return columns;
}

}  // namespace

Result<std::vector<TableHash>> table_hashes(const std::filesystem::path& path) {
  if (const Result<Reader> checked = Reader::open(path); !checked) return unexpected(checked.error());
  try {
    const SQLite::Database database{path.string(), SQLite::OPEN_READONLY};
    SQLite::Statement names{
        database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'host' AND name NOT LIKE 'sqlite%' ORDER BY name"};
    std::vector<TableHash> hashes;
    while (names.executeStep()) {
      TableHash table{names.getColumn(0).getString(), 0, 0};
      SQLite::Statement all{database, fmt::format("SELECT * FROM \"{}\" ORDER BY {}", table.table, order_of(database, table.table))};
      Fnv1a hash;
      while (all.executeStep()) {
        ++table.rows;
        for (int i = 0; i < all.getColumnCount(); ++i) add(hash, all.getColumn(i));
      }
      table.hash = hash.value();
      hashes.push_back(table);
    }
    return hashes;
  } catch (const SQLite::Exception& e) {
    return unexpected(fmt::format("cannot read {}: {}", path.string(), e.what()));
  }
}

}  // namespace lparsim::trace

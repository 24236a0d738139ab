#pragma once
// How Reader asks and takes answers; private to sim/trace.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::trace {

namespace query {

inline std::string text(const SQLite::Column& column) {
  return column.getString();
}
inline std::int64_t integer(const SQLite::Column& column) {
  return column.getInt64();
}
inline std::uint32_t count(const SQLite::Column& column) {
  return column.getUInt();
}
inline SimTime time(const SQLite::Column& column) {
  return SimTime::from_ps(column.getInt64());
}
inline double real(const SQLite::Column& column) {
  return column.isNull() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
}
inline ProcessingUnits units(const SQLite::Column& column) {
  return ProcessingUnits::from_hundredths(std::llround(column.getDouble() * 100));
}
inline Bytes bytes(const SQLite::Column& column) {
  return {static_cast<std::uint64_t>(column.getInt64())};
}
template <class Id>
Id id(const SQLite::Column& column) {
  return static_cast<Id>(column.getUInt());
}

/// The rows of a query, each turned into a value.
template <class Value, class MakeValue>
std::vector<Value> rows(SQLite::Statement& query, const MakeValue& value) {
  std::vector<Value> found;
  while (query.executeStep()) found.push_back(value(query));
  return found;
}

/// The first row of a table of intervals that ends later than `begin`. Rows come in the order of their ends, and none is ever removed
/// (reader_sums.cpp).
std::int64_t first_row(SQLite::Database& file, const std::string& table, SimTime begin);
/// Table vsp_hook (reader_vsp.cpp).
std::vector<VspHookFacts> vsp_hooks(SQLite::Database& file);
/// Table hcall (hcall_tables.cpp).
std::vector<HcallFacts> hcalls(SQLite::Database& file);

}  // namespace query

template <class Query>
auto Reader::guarded(const Query& query) const -> Result<decltype(query())> {
  try {
    return query();
  } catch (const SQLite::Exception& e) {
    return unexpected(fmt::format("cannot read {}: {}", path_.string(), e.what()));
  }
}

}  // namespace lparsim::trace

#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lparsim::report {

/// A column as commands print them: to the right, at least `width` wide. A longer cell moves the rest of its line, as on real machines.
struct Column {
  std::string_view heading;  ///< where real commands set it wider than the cells, with its blanks
  std::size_t width;
  int decimals = 0;            ///< of cells that are floating-point numbers
  std::string_view rule = {};  ///< the dashes under the heading; empty: as many as it is wide
};

/// A number, a count, or a text such as `-` for what is not simulated.
using Cell = std::variant<double, std::uint64_t, std::string>;

/// The fixed-width tables of lparstat, mpstat and vmstat: one blank between columns, a line each with its end.
class Columns {
 public:
  explicit Columns(std::vector<Column> columns) : columns_{std::move(columns)} {}
  std::string heading() const;
  std::string rule() const;
  /// One cell for each column.
  std::string row(const std::vector<Cell>& cells) const;

 private:
  std::vector<Column> columns_;
};

/// A number with that many decimals, never `-0.00`.
std::string fixed(double value, int decimals);

}  // namespace lparsim::report

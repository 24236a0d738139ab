#pragma once
#include <string>
#include <vector>

namespace lparsim::report {

/// A table for people: columns as wide as their widest cell, two blanks between them, headings of several lines, numbers to the right.
class TextTable {
 public:
  enum class Align : unsigned char { left, right };
  /// `heading` line by line, separated by '\n'; the lowest line is the unit where there is one.
  void add_column(const std::string& heading, Align align = Align::right);
  /// One cell for each column.
  void add_row(std::vector<std::string> cells);
  std::string text() const;

 private:
  struct Column {
    std::vector<std::string> heading;
    Align align;
  };
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// How many decimals, `most` of them, so that a number takes six places up to a million and a table stays narrow whatever the load.
int narrow_decimals(double value, int most = 3);

/// Columns of a report for people.
inline constexpr std::size_t kTextWidth = 100;

/// Breaks text at blanks into lines of at most `width` columns; lines after the first begin with `indent` blanks.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent = 0);

}  // namespace lparsim::report

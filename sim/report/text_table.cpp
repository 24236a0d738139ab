#include "sim/report/text_table.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "sim/base/check.hpp"

namespace lparsim::report {

namespace {

/// Columns on a terminal: UTF-8 continuation bytes take none.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

void TextTable::add_column(const std::string& heading, Align align) {
  Column column{{}, align};
  std::istringstream lines{heading};
  for (std::string line; std::getline(lines, line);) column.heading.push_back(line);
  columns_.push_back(std::move(column));
}

void TextTable::add_row(std::vector<std::string> cells) {
  LPARSIM_CHECK(cells.size() == columns_.size(), "{} cells for {} columns", cells.size(), columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
  std::size_t heading_lines = 0;
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    heading_lines = std::max(heading_lines, columns_[c].heading.size());
    for (const std::string& line : columns_[c].heading) widths[c] = std::max(widths[c], width_of(line));
    for (const auto& row : rows_) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  std::string out;
  const auto append = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string& cell = cell_of(c);
      const std::string padding(widths[c] - width_of(cell), ' ');
      line += "  ";
      line += columns_[c].align == Align::right ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  static const std::string kEmpty;
  for (std::size_t l = 0; l < heading_lines; ++l)
    append([&](std::size_t c) -> const std::string& {
      const auto& heading = columns_[c].heading;
      return l < heading.size() ? heading[l] : kEmpty;
    });
  for (const auto& row : rows_) append([&](std::size_t c) -> const std::string& { return row[c]; });
  return out;
}

int narrow_decimals(double value, int most) {
  return value < 99.9995 ? most : value < 999.995 ? 2 : value < 9999.95 ? 1 : 0;
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  std::string out, line;
  std::istringstream words{text};
  for (std::string word; words >> word;) {
    if (!line.empty() && width_of(line) + 1 + width_of(word) > width) {
      out += line + "\n";
      line = std::string(indent, ' ') + word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return out + line + "\n";
}

}  // namespace lparsim::report

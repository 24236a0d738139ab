#include "sim/report/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::report {

namespace {

template <class TextOf>
std::string line(const std::vector<Column>& columns, const TextOf& text_of) {
  std::string out;
  for (std::size_t c = 0; c < columns.size(); ++c) out += fmt::format("{}{:>{}}", c == 0 ? "" : " ", text_of(c), columns[c].width);
  return out + "\n";
}

}  // namespace

std::string fixed(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool is_zero = std::ranges::all_of(text, [](char c) { return c == '-' || c == '0' || c == '.'; });
  if (is_zero && text.front() == '-') text.erase(0, 1);
  return text;
}

std::string Columns::heading() const {
  return line(columns_, [&](std::size_t c) { return columns_[c].heading; });
}

std::string Columns::rule() const {
  return line(columns_, [&](std::size_t c) {
    return columns_[c].rule.empty() ? std::string(columns_[c].width, '-') : std::string{columns_[c].rule};
  });
}

std::string Columns::row(const std::vector<Cell>& cells) const {
  LPARSIM_CHECK(cells.size() == columns_.size(), "{} cells for {} columns", cells.size(), columns_.size());
  return line(columns_, [&](std::size_t c) {
    const Cell& cell = cells[c];
    std::string text;
    if (const double* number = std::get_if<double>(&cell))
      text = fixed(*number, columns_[c].decimals);
    else if (const std::uint64_t* count = std::get_if<std::uint64_t>(&cell))
      text = fmt::format("{}", *count);
    else
      text = std::get<std::string>(cell);
    return text;
  });
}

}  // namespace lparsim::report

#pragma once
#include <QString>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "gui/session/focus.hpp"

namespace lparsim::gui {

/// A column: its figures have one unit, which stands in the header and never in the cells.
struct Column {
  QString name;
  QString unit;         ///< `PU`, `ms`; empty: texts and plain numbers
  QString meaning;      ///< one sentence
  int decimals = 0;     ///< how many are shown, or if below 0 how many digits in all; exports have them all
  bool isText = false;  ///< left-aligned, and what the filter looks at
};

/// What is in a cell: nothing (no such figure), a text, a count, a figure in the column's unit, or a time.
using Cell = std::variant<std::monostate, QString, std::int64_t, double, SimTime>;

/// What a row says of itself; always in words too, never in colour alone.
enum class Tone : std::uint8_t { plain, good, bad, faint };

struct Row {
  QString key;  ///< what tells it from the others when the table is read anew
  std::vector<Cell> cells;
  Tone tone = Tone::plain;
  Selection selection;                 ///< what it is about; the views select it with the row
  std::optional<SimTime> at = {};      ///< where the playhead goes on Return and double click
  std::optional<TimeRange> span = {};  ///< what of the time it is about
};

struct Table {
  std::vector<Row> rows;
  QString remark;   ///< what a reader should know: `The first 10,000 of 1,234,567 calls.`
  double done = 1;  ///< less: as far as it has been read, which part of the work is done
};

/// A part of a whole, or a sum by what it is counted in; nothing where there is nothing to divide by.
Cell quotient(double part, double whole);
QString textFrom(std::string_view text);

// Cells as texts.

/// As shown: `1,234.50`; times in the column's unit.
QString shownText(const Column& column, const Cell& cell);
/// As exported: nothing rounded, no thousands' separators, times exact to the picosecond.
QString exactText(const Column& column, const Cell& cell);
/// `physc (PU)`.
QString headerText(const Column& column);
/// A number to sort by; nothing for texts and empty cells.
std::optional<double> numberOf(const Cell& cell);

/// Below 0, 0 or above: `vp 9` comes before `vp 10`, whatever the case of letters and whatever the locale.
int compareNaturally(const QString& a, const QString& b);

/// RFC 4180 with a header line: CRLF after each record, fields quoted where they have to be.
QString csvOf(const std::vector<Column>& columns, const std::vector<const Row*>& rows);
/// Lines of fields with tabs between, as spreadsheets paste them.
QString tsvOf(const std::vector<Column>& columns, const std::vector<const Row*>& rows);

}  // namespace lparsim::gui

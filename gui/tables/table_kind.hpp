#pragma once
#include <QStringList>
#include <functional>

#include "gui/session/session.hpp"
#include "gui/tables/table.hpp"

namespace lparsim::gui {

/// What of the focus a table shows.
struct TableQuestion {
  TimeRange window;
  SimTime playhead;
  std::optional<TimeRange> range;
  Selection selection;
  std::vector<LaneKey> pinned;
  int choice = 0;  ///< of the kind's choices
};

/// On which changes a table is read anew, besides another file and growth.
struct Follows {
  bool window = false;
  bool playhead = false;
  bool range = false;
  bool selection = false;
};

/// A table of the program: what is in it and where that comes from. Everything but `read` is used on the GUI's thread.
struct TableKind {
  QString name;     ///< View::viewName
  QString title;    ///< View::title
  QString purpose;  ///< one sentence, for those who cannot see it
  QString hint;     ///< what is said where it is empty: why, and how to fill it
  std::vector<Column> columns;
  QStringList choices;  ///< what of it may be shown; empty: there is one way
  Follows follows;
  int sortColumn = -1;  ///< -1: as read
  Qt::SortOrder sortOrder = Qt::AscendingOrder;
  /// Why it cannot be read as things are; empty: it can. Absent: it always can.
  std::function<QString(const RunFacts&, const TableQuestion&)> obstacle = {};
  Pace pace = Pace::quick;
  /// Runs on the worker. Where that takes long it tells what there is so far, with how much is done.
  std::function<Result<Table>(Sources&, const TableQuestion&, const std::function<void(Table)>& soFar)> read;
};

// The tables of the program, in the order of their menu.
TableKind partitionsTable();
TableKind rangeTable();
TableKind targetsTable();
TableKind requestsTable();
TableKind ledgerTable();
TableKind callsTable();
TableKind channelTable();
TableKind metricsTable();
TableKind expectationsTable();
TableKind eventsTable();
std::vector<TableKind> allTables();

/// 10,000: more rows than that nobody reads; a remark says that there are more.
inline constexpr std::size_t kMostTableRows = 10'000;

}  // namespace lparsim::gui

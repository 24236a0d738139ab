// Count, sum, mean, least, greatest and 95th percentile of what ended in the chosen range of time, by track.
#include <QCoreApplication>
#include <algorithm>

#include "gui/data/lane.hpp"
#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::RangeTable)
};

std::vector<Column> columns() {
  const QString ms = QStringLiteral("ms");
  return {
      {Words::tr("Track"),
       {},
       Words::tr("A core, a partition, a virtual processor, a disk, a peer or a Virtual Service Partition."),
       0,
       true},
      {Words::tr("What"),
       {},
       Words::tr("Stays on a core, waits before a stay (ready, but on no core), requests of virtual I/O, or calls."),
       0,
       true},
      {Words::tr("Count"), {}, Words::tr("How many ended in the range.")},
      {Words::tr("Sum"), ms, Words::tr("Their lengths put together."), 3},
      {Words::tr("Mean"), ms, Words::tr("Their average length."), 4},
      {Words::tr("Min"), ms, Words::tr("The shortest."), 4},
      {Words::tr("Max"), ms, Words::tr("The longest."), 4},
      {Words::tr("p95"), ms, Words::tr("95 of 100 were no longer than this; exact up to a million, within 0.1 % beyond."), 4},
  };
}

/// Of the tracks the selected one first, then the pinned ones, then those of the arrangement.
std::vector<Lane> lanesFor(const RunFacts& facts, const TableQuestion& question) {
  std::vector<Lane> lanes;
  const auto arrangement = static_cast<Arrangement>(question.choice);
  std::vector<Lane> all = lanesOf(facts, arrangement);
  const auto first = [&](const LaneKey& key) {
    if (const auto* slice = std::get_if<SelectedSlice>(&question.selection); slice != nullptr && slice->lane == key) return 0;
    if (std::find(question.pinned.begin(), question.pinned.end(), key) != question.pinned.end()) return 1;
    return 2;
  };
  std::stable_sort(all.begin(), all.end(), [&](const Lane& a, const Lane& b) { return first(a.key) < first(b.key); });
  return all;
}

Selection selectionOf(const LaneKey& lane, const TimeRange& range) {
  switch (lane.kind) {
    case LaneKey::Kind::core:
      return SelectedCore{lane.server, CoreId{lane.first}};
    case LaneKey::Kind::partition:
    case LaneKey::Kind::vsp:
      return SelectedPartition{lane.server, PartitionId{lane.first}};
    default:
      return SelectedSlice{lane, range.begin, range.end};
  }
}

void addRow(Table& table, const Lane& lane, const TimeRange& range, const QString& what, const trace::LengthStatistics& figures) {
  if (figures.count == 0) return;
  Row row;
  row.key = QString::fromStdString(lane.full) + QLatin1Char('/') + what;
  row.selection = selectionOf(lane.key, range);
  row.span = range;
  row.cells = {QString::fromStdString(lane.full),
               what,
               static_cast<std::int64_t>(figures.count),
               figures.sum,
               figures.mean,
               figures.min,
               figures.max,
               figures.p95};
  table.rows.push_back(std::move(row));
}

Result<Table> read(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& soFar) {
  const TimeRange range = *question.range;
  const std::vector<Lane> lanes = lanesFor(*sources.facts, question);
  const auto part = [&](std::size_t lane, double share) {
    return std::min(0.999, (static_cast<double>(lane) + share) / static_cast<double>(lanes.size()));
  };
  Table table;
  double told = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const Lane& lane = lanes[i];
    const auto tell = [&](double share) {
      table.done = part(i, share);
      if (table.done < told + 0.01) return;
      told = table.done;
      soFar(table);
    };
    const auto figures = sources.windows.range(lane.key, range.begin, range.end, sources.cancelled, tell);
    if (!figures) return unexpected(figures.error());
    addRow(table, lane, range, Words::tr("stays"), figures->stays);
    addRow(table, lane, range, Words::tr("waits"), figures->waits);
    addRow(table, lane, range, lane.key.kind == LaneKey::Kind::vsp ? Words::tr("calls") : Words::tr("requests"), figures->latencies);
    tell(1);
  }
  table.done = 1;
  table.remark =
      Words::tr("Of what ended between %1 s and %2 s.").arg(range.begin.seconds(), 0, 'f', 6).arg(range.end.seconds(), 0, 'f', 6);
  return table;
}

QString obstacle(const RunFacts& facts, const TableQuestion& question) {
  if (!facts.isRecordedInFull())
    return Words::tr(
        "This run was recorded without single stays and requests. Record it with `lparsim run --trace full` to see these figures.");
  if (!question.range)
    return Words::tr(
        "Choose a range of time: drag with Shift over the timeline or a chart. Count, sum, mean, min, max and p95 of every "
        "track are shown here.");
  return {};
}

}  // namespace

TableKind rangeTable() {
  TableKind kind;
  kind.name = QStringLiteral("range");
  kind.title = Words::tr("Range statistics");
  kind.purpose = Words::tr("figures over what ended in the chosen range of time, by track");
  kind.hint = Words::tr("Nothing ended in this range.");
  kind.columns = columns();
  kind.choices = {Words::tr("Cores, requests, calls"), Words::tr("Partitions, requests, calls"),
                  Words::tr("Virtual processors, requests, calls")};
  kind.follows = {.range = true};
  kind.obstacle = obstacle;
  kind.pace = Pace::patient;
  kind.read = read;
  return kind;
}

}  // namespace lparsim::gui

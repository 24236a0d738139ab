// Count, sum, mean, least, greatest and 95th percentile of what ended in the chosen range of time, by track.
#include <QCoreApplication>
#include <algorithm>

#include "gui/data/lane.hpp"
#include "gui/data/statistics.hpp"
#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct RangeWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::RangeTable)
};

std::vector<Column> rangeColumns() {
  const QString ms = QStringLiteral("ms");
  return {
      {RangeWords::tr("Track"),
       {},
       RangeWords::tr("A core, a partition, a virtual processor, a disk, a peer or a Virtual Service Partition."),
       0,
       true},
      {RangeWords::tr("What"),
       {},
       RangeWords::tr("Stays on a core, waits before a stay (ready, but on no core), requests of virtual I/O, or calls."),
       0,
       true},
      {RangeWords::tr("Count"), {}, RangeWords::tr("How many ended in the range.")},
      {RangeWords::tr("Sum"), ms, RangeWords::tr("Their lengths put together."), 3},
      {RangeWords::tr("Mean"), ms, RangeWords::tr("Their average length."), 4},
      {RangeWords::tr("Min"), ms, RangeWords::tr("The shortest."), 4},
      {RangeWords::tr("Max"), ms, RangeWords::tr("The longest."), 4},
      {RangeWords::tr("p95"), ms, RangeWords::tr("95 of 100 were no longer than this; exact up to a million, within 0.1 % beyond."), 4},
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

Table rangeTableOf(const std::vector<Lane>& lanes, const RangeFigures& figures) {
  const TimeRange range{figures.begin, figures.end};
  Table table;
  for (const TrackFigures& track : figures.tracks) {
    const auto lane = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& l) { return l.key == track.lane; });
    const std::string name = lane == lanes.end() ? std::string{} : lane->full;
    Row row;
    row.key = QStringLiteral("%1/%2").arg(QString::fromStdString(name)).arg(static_cast<int>(track.counted));
    row.selection = selectionOf(track.lane, range);
    row.span = range;
    row.cells = {QString::fromStdString(name),
                 textFrom(wordsFor(track.counted)),
                 static_cast<std::int64_t>(track.lengths.count),
                 track.lengths.sum,
                 track.lengths.mean,
                 track.lengths.min,
                 track.lengths.max,
                 track.lengths.p95};
    table.rows.push_back(std::move(row));
  }
  table.done = figures.done;
  table.remark =
      RangeWords::tr("Of what ended between %1 s and %2 s.").arg(range.begin.seconds(), 0, 'f', 6).arg(range.end.seconds(), 0, 'f', 6);
  return table;
}

Result<Table> readRange(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& soFar) {
  const std::vector<Lane> lanes = lanesFor(*sources.facts, question);
  std::vector<LaneKey> keys;
  for (const Lane& lane : lanes) keys.push_back(lane.key);
  const auto figures = statisticsOf(sources, keys, *question.range, [&](const RangeFigures& part) { soFar(rangeTableOf(lanes, part)); });
  if (!figures) return unexpected(figures.error());
  return rangeTableOf(lanes, *figures);
}

QString rangeObstacle(const RunFacts& facts, const TableQuestion& question) {
  if (!facts.isRecordedInFull())
    return RangeWords::tr(
        "This run was recorded without single stays and requests. Record it with `lparsim run --trace full` to see these figures.");
  if (!question.range)
    return RangeWords::tr(
        "Choose a range of time: drag with Shift over the timeline or a chart. Count, sum, mean, min, max and p95 of every "
        "track are shown here.");
  return {};
}

}  // namespace

TableKind rangeTable() {
  TableKind kind;
  kind.name = QStringLiteral("range");
  kind.title = RangeWords::tr("Range statistics");
  kind.purpose = RangeWords::tr("figures over what ended in the chosen range of time, by track");
  kind.hint = RangeWords::tr("Nothing ended in this range.");
  kind.columns = rangeColumns();
  kind.choices = {RangeWords::tr("Cores, requests, calls"), RangeWords::tr("Partitions, requests, calls"),
                  RangeWords::tr("Virtual processors, requests, calls")};
  kind.follows = {.range = true};
  kind.obstacle = rangeObstacle;
  kind.pace = Pace::patient;
  kind.read = readRange;
  return kind;
}

}  // namespace lparsim::gui

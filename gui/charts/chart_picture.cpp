// From what the run file says to the lines of a chart.
#include <QCoreApplication>
#include <algorithm>

#include "gui/charts/chart_plan.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui {

namespace {

QString chartWord(const char* text) {
  return QCoreApplication::translate("lparsim::gui::ChartsView", text);
}

QString chartText(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::size_t ordinalOf(const RunFacts& facts, ServerId server, PartitionId id) {
  const trace::PartitionFacts* partition = facts.partition(server, id);
  return partition == nullptr ? 0 : static_cast<std::size_t>(partition - facts.info.partitions.data());
}

QString laneName(const RunFacts& facts, const LaneKey& lane) {
  if (lane.kind != LaneKey::Kind::io_target) {
    const trace::PartitionFacts* partition = facts.partition(lane.server, PartitionId{lane.first});
    return partition == nullptr ? QString{} : QString::fromStdString(partition->name);
  }
  for (const trace::IoTarget& target : facts.targets) {
    if (target.id != lane.first) continue;
    const trace::PartitionFacts* client = facts.partition(target.server, target.partition);
    return QStringLiteral("%1 %2").arg(client == nullptr ? QString{} : QString::fromStdString(client->name),
                                       QString::fromStdString(target.name));
  }
  return {};
}

/// What a partition was entitled to, as the operator changed it.
ChartLine entitlementOf(const RunFacts& facts, const trace::PartitionFacts& partition) {
  ChartLine line;
  line.name = chartWord("%1 entitled").arg(QString::fromStdString(partition.name));
  line.unit = QStringLiteral("PU");
  line.meaning = chartWord("What it is sure to get; above it, it runs on excess.");
  line.isReference = true;
  line.joins = chartWord("of");
  line.style = Qt::DotLine;
  line.points.push_back({SimTime{}, facts.end(), partition.entitlement.value()});
  for (const trace::TrackEvent& change : facts.changes) {
    if (change.server != partition.server || change.partition != partition.partition || change.name != trace::kEntitlement) continue;
    line.points.back().end = change.begin;
    if (line.points.back().end <= line.points.back().begin) line.points.pop_back();
    line.points.push_back({change.begin, facts.end(), change.value});
  }
  return line;
}

bool isPercentile(Quantity quantity) {
  return quantity == Quantity::latencyP50 || quantity == Quantity::latencyP95 || quantity == Quantity::latencyP99;
}

QString suffixOf(Quantity quantity) {
  switch (quantity) {
    case Quantity::latencyP50:
      return chartWord("p50");
    case Quantity::latencyP95:
      return chartWord("p95");
    case Quantity::latencyP99:
      return chartWord("p99");
    case Quantity::latencyMean:
      return chartWord("mean");
    case Quantity::latencyMax:
      return chartWord("max");
    case Quantity::waitingCapacity:
      return chartWord("for capacity");
    case Quantity::waitingProcessor:
      return chartWord("for a core");
    default:
      return {};
  }
}

std::vector<ChartLine> poolLines(const RunFacts& facts, const std::vector<trace::PoolIntervalSample>& samples, const Theme& theme) {
  std::vector<ChartLine> lines;
  for (std::size_t i = 0; i < facts.info.pools.size(); ++i) {
    const trace::PoolFacts& pool = facts.info.pools[i];
    for (const bool idle : {false, true}) {
      ChartLine line;
      line.name = (idle ? chartWord("%1 idle") : chartWord("%1 used")).arg(QString::fromStdString(pool.name));
      line.unit = QStringLiteral("PU");
      line.entry = QString::fromStdString(pool.name);
      if (idle) line.joins = QStringLiteral("+");
      line.meaning = idle ? chartWord("Its cores' time that nobody used.") : chartWord("Its cores' time that its partitions used.");
      line.colour = theme.ofPartition(i);
      line.style = idle ? Qt::DashLine : Qt::SolidLine;
      for (const trace::PoolIntervalSample& sample : samples) {
        if (sample.server != pool.server || sample.pool != pool.pool || sample.end <= sample.begin) continue;
        const SimTime time = idle ? sample.idle : sample.used;
        line.points.push_back({sample.begin, sample.end, time.seconds() / (sample.end - sample.begin).seconds()});
      }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

/// The lines of an answer that belong to the chart, in its order.
std::vector<const Series*> seriesFor(ChartKind kind, const ChartSubjects& subjects, const std::vector<Series>& answer) {
  std::vector<const Series*> found;
  for (const SeriesQuestion::Line& asked : linesFor(kind, subjects))
    for (const Series& series : answer)
      if (series.lane == asked.lane && series.quantity == asked.quantity) found.push_back(&series);
  // Where a window has too many requests for percentiles, mean and greatest are what there is, and the other way round.
  const bool hasPercentiles =
      std::any_of(found.begin(), found.end(), [](const Series* s) { return isPercentile(s->quantity) && !s->points.empty(); });
  if (kind == ChartKind::latency) std::erase_if(found, [&](const Series* s) { return isPercentile(s->quantity) != hasPercentiles; });
  return found;
}

ChartLine lineOf(ChartKind kind, const RunFacts& facts, const ChartSubjects& subjects, const Series& series, std::size_t ordinal,
                 const Theme& theme) {
  ChartLine line;
  const bool ofPartition = series.lane.kind == LaneKey::Kind::partition;
  const QString suffix = suffixOf(series.quantity);
  const bool alone = kind == ChartKind::latency && subjects.flows.size() == 1;
  const bool named = kind == ChartKind::latency;
  line.name = alone                        ? suffix
              : suffix.isEmpty() || !named ? laneName(facts, series.lane)
                                           : laneName(facts, series.lane) + QLatin1Char(' ') + suffix;
  line.unit = chartText(unitOf(series.quantity));
  line.meaning = chartText(meaningOf(series.quantity));
  line.colour = theme.ofPartition(ofPartition ? ordinalOf(facts, series.lane.server, PartitionId{series.lane.first}) : ordinal);
  line.style =
      kind == ChartKind::waiting ? (series.quantity == Quantity::waitingCapacity ? Qt::SolidLine : Qt::DashLine) : dashesOf(ordinal);
  if (series.quantity == Quantity::waitingProcessor) line.joins = QStringLiteral("+");
  if (line.unit == QLatin1String("1")) line.unit.clear();
  line.hasGaps = kind == ChartKind::latency;
  line.marker = static_cast<int>(ordinal);
  line.points = series.points;
  return line;
}

QString hintOf(ChartKind kind) {
  switch (kind) {
    case ChartKind::latency:
    case ChartKind::requests:
    case ChartKind::throughput:
    case ChartKind::inFlight:
      return chartWord("No request or call ended in this window.");
    default:
      return chartWord("Nothing is recorded of this window: record the run with at least `--trace summary`.");
  }
}

}  // namespace

ChartPicture pictureOf(ChartKind kind, const RunFacts& facts, const ChartSubjects& subjects, const std::vector<Series>& answer,
                       const std::vector<trace::PoolIntervalSample>& pools, const Theme& theme) {
  ChartPicture picture;
  picture.title = titleOf(kind);
  picture.remark = kind == ChartKind::pools ? QString{} : subjects.remark;
  if (kind == ChartKind::pools) picture.lines = poolLines(facts, pools, theme);
  QStringList which;
  std::size_t ordinal = 0;
  bool coarse = false;
  for (const Series* series : seriesFor(kind, subjects, answer)) {
    picture.lines.push_back(lineOf(kind, facts, subjects, *series, ordinal++, theme));
    coarse = coarse || series->coarse;
    const QString suffix = suffixOf(series->quantity);
    if (kind == ChartKind::latency && !which.contains(suffix)) which.push_back(suffix);
    if (picture.remark.isEmpty()) picture.remark = QString::fromStdString(series->remark);
  }
  const bool nothing = std::all_of(picture.lines.begin(), picture.lines.end(), [](const ChartLine& line) { return line.points.empty(); });
  if (kind == ChartKind::processors && !nothing) {
    // The entitlement of a partition has its colour, and follows its use in the legend.
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < picture.lines.size(); ++i) {
      ChartLine entitled = entitlementOf(facts, *subjects.partitions[i]);
      entitled.colour = picture.lines[i].colour;
      picture.lines[i].style = Qt::SolidLine;
      lines.push_back(std::move(picture.lines[i]));
      lines.push_back(std::move(entitled));
    }
    picture.lines = std::move(lines);
  }
  if (kind == ChartKind::latency && !which.isEmpty()) {
    picture.title = chartWord("Latency: %1").arg(which.join(QStringLiteral(", ")));
    if (subjects.flows.size() == 1)
      picture.title = chartWord("Latency of %1: %2").arg(laneName(facts, subjects.flows[0]), which.join(QStringLiteral(", ")));
  }
  if (coarse && picture.remark.isEmpty()) picture.remark = chartWord("from interval samples: nothing finer was recorded");
  const auto remark = [&](const QString& text) {
    picture.remark = picture.remark.isEmpty() ? text : text + QStringLiteral(" · ") + picture.remark;
  };
  if (kind == ChartKind::processors && !nothing) remark(chartWord("dotted: entitlement"));
  if (kind == ChartKind::waiting && !nothing) remark(chartWord("solid: out of entitlement; dashed: for a core"));
  if (kind == ChartKind::pools && !nothing) remark(chartWord("solid: used; dashed: idle"));
  const QString unit = picture.lines.empty() ? QString{} : picture.lines[0].unit;
  if (!unit.isEmpty()) picture.title += QStringLiteral(" (%1)").arg(unit);
  if (nothing) picture.hint = hintOf(kind);
  return picture;
}

}  // namespace lparsim::gui

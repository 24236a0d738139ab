#pragma once
#include <vector>

#include "gui/charts/chart_line.hpp"
#include "gui/data/series.hpp"
#include "gui/paint/theme.hpp"

namespace lparsim::gui {

/// The charts there are, in their order.
enum class ChartKind : std::uint8_t { processors, entitlement, waiting, latency, requests, throughput, inFlight, pools };
inline constexpr std::size_t kCharts = 8;
QString titleOf(ChartKind kind);

/// Partitions and targets or services that charts are about.
struct ChartSubjects {
  std::vector<const trace::PartitionFacts*> partitions;
  std::vector<LaneKey> flows;  ///< targets of virtual I/O, and services
  QString remark;              ///< that there are more
};

/// The selected one and the pinned ones; where nothing is selected, the first of the run.
ChartSubjects subjectsOf(const RunFacts& facts, const Selection& selection, const std::vector<LaneKey>& pinned);
/// Whether a run has such figures at all.
bool has(ChartKind kind, const RunFacts& facts);

/// What to ask for the charts.
std::vector<SeriesQuestion::Line> linesFor(ChartKind kind, const ChartSubjects& subjects);

struct ChartPicture {
  QString title;  ///< with the unit, and which percentiles
  QString remark;
  QString hint;
  std::vector<ChartLine> lines;
};
/// The answer as lines. `pools`: all samples of the run.
ChartPicture pictureOf(ChartKind kind, const RunFacts& facts, const ChartSubjects& subjects, const std::vector<Series>& answer,
                       const std::vector<trace::PoolIntervalSample>& pools, const Theme& theme);

}  // namespace lparsim::gui

#pragma once
#include <QColor>
#include <QString>
#include <optional>
#include <vector>

#include "gui/data/series.hpp"

namespace lparsim::gui {

/// A line of a chart over time. Lines differ in dashes or markers as well as in colour.
struct ChartLine {
  QString name;
  QString unit;
  QString meaning;
  QColor colour;
  Qt::PenStyle style = Qt::SolidLine;
  QString entry;             ///< its name in the legend, where that differs
  QString joins;             ///< in the legend its value follows that of the line before, behind this word; empty: an entry of its own
  bool isReference = false;  ///< what figures are compared with, such as an entitlement: thinner
  bool hasGaps = false;      ///< where nothing is known there is no point; drawn as markers
  int marker = 0;            ///< which of them, from 0
  std::vector<Point> points;

  /// Few enough to see which is which.
  bool drawsMarkers() const { return hasGaps && points.size() <= 60; }
};

/// The value at a moment, where there is one.
std::optional<double> valueAt(const ChartLine& line, SimTime at);
/// `0.620 PU`.
QString valueText(double value, const QString& unit);
/// The dashes of the n-th line: solid, dashed, dotted, ...
Qt::PenStyle dashesOf(std::size_t ordinal);

/// What charts show, a record for each point: chart, line, unit, from, to, value; times in s, nothing rounded (RFC 4180).
struct NamedLines {
  QString chart;
  const std::vector<ChartLine>* lines;
};
QString csvOf(const std::vector<NamedLines>& charts);

}  // namespace lparsim::gui

// The figures of the run and the verdicts on its expectations, so far where it still goes on.
#include <QCoreApplication>
#include <cmath>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct FigureWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::FiguresTables)
};

/// What a metric is about, as far as its name says: the partition that it begins with.
Selection metricSubject(const RunFacts& facts, const std::string& metric) {
  const trace::PartitionFacts* partition = facts.partition(std::string_view{metric}.substr(0, metric.find('.')));
  if (partition == nullptr) return {};
  return SelectedPartition{partition->server, partition->partition};
}

Result<Table> readMetrics(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  Table table;
  for (const trace::MetricValue& metric : facts.metrics) {
    Row row;
    row.key = QString::fromStdString(metric.name);
    row.selection = metricSubject(facts, metric.name);
    row.cells = {row.key, metric.value, QString::fromStdString(metric.unit), metric.ci95, QString::fromStdString(metric.description)};
    if (!std::isfinite(metric.value)) row.tone = Tone::faint;
    table.rows.push_back(std::move(row));
  }
  if (facts.isGrowing()) table.remark = FigureWords::tr("The run goes on: these are the figures so far.");
  return table;
}

QString verdictOf(const trace::ExpectationResult& expectation) {
  if (!expectation.passed) return FigureWords::tr("not judged yet");
  return *expectation.passed ? FigureWords::tr("holds") : FigureWords::tr("fails");
}

Result<Table> readExpectations(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  Table table;
  int failed = 0;
  bool isJudged = true;
  for (const trace::ExpectationResult& expectation : facts.expectations) {
    double interval = std::nan("");
    for (const trace::MetricValue& metric : facts.metrics)
      if (metric.name == expectation.metric) interval = metric.ci95;
    Row row;
    row.key = QString::fromStdString(expectation.text);
    row.selection = metricSubject(facts, expectation.metric);
    row.cells = {verdictOf(expectation),
                 row.key,
                 expectation.actual,
                 interval,
                 QString::fromStdString(expectation.unit),
                 QString::fromStdString(expectation.reason)};
    if (expectation.passed) row.tone = *expectation.passed ? Tone::good : Tone::bad;
    if (expectation.passed == false) ++failed;
    isJudged = isJudged && expectation.passed.has_value();
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return table;
  const int all = static_cast<int>(table.rows.size());
  if (!isJudged)
    table.remark = facts.isGrowing() ? FigureWords::tr("The run goes on: verdicts come at its end.")
                                     : FigureWords::tr("The run was stopped before its end, where verdicts are given.");
  else
    table.remark = failed == 0 ? FigureWords::tr("All hold.") : FigureWords::tr("%1 of %2 fail.").arg(failed).arg(all);
  return table;
}

}  // namespace

TableKind metricsTable() {
  TableKind kind;
  kind.name = QStringLiteral("metrics");
  kind.title = FigureWords::tr("Metrics");
  kind.purpose = FigureWords::tr("the figures of the run, averaged over its part after warmup");
  kind.hint = FigureWords::tr("No figures yet: they are written while the run goes on and at its end.");
  kind.columns = {
      {FigureWords::tr("Metric"), {}, FigureWords::tr("Its name, as expectations use it."), 0, true},
      {FigureWords::tr("Value"), {}, FigureWords::tr("The figure, in the unit beside it; empty: there was no sample."), -5},
      {FigureWords::tr("Unit"),
       {},
       FigureWords::tr("PU: processing units. %: per cent. MB/s: 10^6 bytes a second. 1: a plain number."),
       0,
       true},
      {FigureWords::tr("± 95 %"), {}, FigureWords::tr("Half the width of its confidence interval of 95 %; empty: there is none."), -3},
      {FigureWords::tr("Meaning"), {}, FigureWords::tr("What it says."), 0, true},
  };
  kind.read = readMetrics;
  return kind;
}

TableKind expectationsTable() {
  TableKind kind;
  kind.name = QStringLiteral("expectations");
  kind.title = FigureWords::tr("Expectations");
  kind.purpose = FigureWords::tr("what the scenario expects of the run, and whether it holds");
  kind.hint = FigureWords::tr("The scenario expects nothing. Lines under `expect:` are judged at the end of a run and shown here.");
  kind.columns = {
      {FigureWords::tr("Verdict"), {}, FigureWords::tr("Whether it holds; known at the end of the run."), 0, true},
      {FigureWords::tr("Expectation"), {}, FigureWords::tr("The line as written in the scenario."), 0, true},
      {FigureWords::tr("Actual"), {}, FigureWords::tr("The metric's value, in the unit beside it; empty: there was no sample."), -5},
      {FigureWords::tr("± 95 %"),
       {},
       FigureWords::tr("Half the width of the metric's confidence interval of 95 %; empty: there is none."),
       -3},
      {FigureWords::tr("Unit"), {}, FigureWords::tr("Of the metric."), 0, true},
      {FigureWords::tr("Reason"), {}, FigureWords::tr("Why it fails, where the figures do not show it."), 0, true},
  };
  kind.read = readExpectations;
  return kind;
}

}  // namespace lparsim::gui

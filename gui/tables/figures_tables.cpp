// The figures of the run and the verdicts on its expectations, so far where it still goes on.
#include <QCoreApplication>
#include <cmath>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::FiguresTables)
};

/// What a metric is about, as far as its name says: the partition that it begins with.
Selection subjectOf(const RunFacts& facts, const std::string& metric) {
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
    row.selection = subjectOf(facts, metric.name);
    row.cells = {row.key, metric.value, QString::fromStdString(metric.unit), metric.ci95, QString::fromStdString(metric.description)};
    if (!std::isfinite(metric.value)) row.tone = Tone::faint;
    table.rows.push_back(std::move(row));
  }
  if (facts.isGrowing()) table.remark = Words::tr("The run goes on: these are the figures so far.");
  return table;
}

QString verdictOf(const trace::ExpectationResult& expectation) {
  if (!expectation.passed) return Words::tr("not judged yet");
  return *expectation.passed ? Words::tr("holds") : Words::tr("fails");
}

Result<Table> readExpectations(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  Table table;
  int failed = 0;
  for (const trace::ExpectationResult& expectation : facts.expectations) {
    double interval = std::nan("");
    for (const trace::MetricValue& metric : facts.metrics)
      if (metric.name == expectation.metric) interval = metric.ci95;
    Row row;
    row.key = QString::fromStdString(expectation.text);
    row.selection = subjectOf(facts, expectation.metric);
    row.cells = {verdictOf(expectation),
                 row.key,
                 expectation.actual,
                 interval,
                 QString::fromStdString(expectation.unit),
                 QString::fromStdString(expectation.reason)};
    if (expectation.passed) row.tone = *expectation.passed ? Tone::good : Tone::bad;
    if (expectation.passed == false) ++failed;
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty()) return table;
  const int all = static_cast<int>(table.rows.size());
  if (facts.isGrowing())
    table.remark = Words::tr("The run goes on: verdicts come at its end.");
  else
    table.remark = failed == 0 ? Words::tr("All hold.") : Words::tr("%1 of %2 fail.").arg(failed).arg(all);
  return table;
}

}  // namespace

TableKind metricsTable() {
  TableKind kind;
  kind.name = QStringLiteral("metrics");
  kind.title = Words::tr("Metrics");
  kind.purpose = Words::tr("the figures of the run, averaged over its part after warmup");
  kind.hint = Words::tr("No figures yet: they are written while the run goes on and at its end.");
  kind.columns = {
      {Words::tr("Metric"), {}, Words::tr("Its name, as expectations use it."), 0, true},
      {Words::tr("Value"), {}, Words::tr("The figure, in the unit beside it; empty: there was no sample."), -5},
      {Words::tr("Unit"), {}, Words::tr("PU: processing units. %: per cent. MB/s: 10^6 bytes a second. 1: a plain number."), 0, true},
      {Words::tr("± 95 %"), {}, Words::tr("Half the width of its confidence interval of 95 %; empty: there is none."), -3},
      {Words::tr("Meaning"), {}, Words::tr("What it says."), 0, true},
  };
  kind.read = readMetrics;
  return kind;
}

TableKind expectationsTable() {
  TableKind kind;
  kind.name = QStringLiteral("expectations");
  kind.title = Words::tr("Expectations");
  kind.purpose = Words::tr("what the scenario expects of the run, and whether it holds");
  kind.hint = Words::tr("The scenario expects nothing. Lines under `expect:` are judged at the end of a run and shown here.");
  kind.columns = {
      {Words::tr("Verdict"), {}, Words::tr("Whether it holds; known at the end of the run."), 0, true},
      {Words::tr("Expectation"), {}, Words::tr("The line as written in the scenario."), 0, true},
      {Words::tr("Actual"), {}, Words::tr("The metric's value, in the unit beside it; empty: there was no sample."), -5},
      {Words::tr("± 95 %"), {}, Words::tr("Half the width of the metric's confidence interval of 95 %; empty: there is none."), -3},
      {Words::tr("Unit"), {}, Words::tr("Of the metric."), 0, true},
      {Words::tr("Reason"), {}, Words::tr("Why it fails, where the figures do not show it."), 0, true},
  };
  kind.read = readExpectations;
  return kind;
}

}  // namespace lparsim::gui

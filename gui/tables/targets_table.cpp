// What requests of virtual I/O go to: disks and peers, with how much and how long.
#include <QCoreApplication>
#include <algorithm>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct TargetWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::TargetsTable)
};

std::vector<Column> targetColumns() {
  return {
      {TargetWords::tr("Partition"), {}, TargetWords::tr("Whose requests they are."), 0, true},
      {TargetWords::tr("Target"), {}, TargetWords::tr("What they go to: a disk, or a peer on the network."), 0, true},
      {TargetWords::tr("Kind"), {}, TargetWords::tr("read, write, send (a peer acknowledges) or call (a peer answers)."), 0, true},
      {TargetWords::tr("Ways"), {}, TargetWords::tr("The client's adapters and the Virtual I/O Servers behind them."), 0, true},
      {TargetWords::tr("Requests"), {}, TargetWords::tr("How many ended.")},
      {TargetWords::tr("Failed"), {}, TargetWords::tr("How many of these failed or were dropped.")},
      {TargetWords::tr("Rate"), QStringLiteral("/s"), TargetWords::tr("How many ended in a second."), 1},
      {TargetWords::tr("Throughput"), QStringLiteral("MB/s"), TargetWords::tr("10^6 bytes a second, of requests that were done."), 2},
      {TargetWords::tr("Mean latency"), QStringLiteral("ms"), TargetWords::tr("From the thread's asking to its answer, on average."), 3},
      {TargetWords::tr("In flight"), {}, TargetWords::tr("How many were under way at once, on average."), 2},
  };
}

QString waysTo(const RunFacts& facts, const trace::IoTarget& target) {
  QStringList ways;
  for (const trace::IoPath& path : facts.paths) {
    if (path.target != target.id) continue;
    const trace::PartitionFacts* vios = path.vios ? facts.partition(target.server, *path.vios) : nullptr;
    const QString name = QString::fromStdString(path.name);
    ways.push_back(vios == nullptr ? name : TargetWords::tr("%1 through %2").arg(name, QString::fromStdString(vios->name)));
  }
  return ways.join(QStringLiteral(", "));
}

Row targetRow(const RunFacts& facts, const trace::IoIntervalSample& sum, SimTime length) {
  const auto target = std::find_if(facts.targets.begin(), facts.targets.end(), [&](const auto& t) { return t.id == sum.target; });
  Row row;
  row.key = QStringLiteral("%1.%2").arg(sum.target).arg(static_cast<int>(sum.kind));
  QString partition, name, ways;
  if (target != facts.targets.end()) {
    const trace::PartitionFacts* client = facts.partition(target->server, target->partition);
    if (client != nullptr) {
      partition = QString::fromStdString(client->name);
      row.selection = SelectedPartition{client->server, client->partition};
    }
    name = QString::fromStdString(target->name);
    ways = waysTo(facts, *target);
  }
  const std::string_view kind = to_string(sum.kind);
  const double seconds = length.seconds();
  const auto requests = static_cast<double>(sum.requests);
  row.cells = {partition,
               name,
               QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size())),
               ways,
               static_cast<std::int64_t>(sum.requests),
               static_cast<std::int64_t>(sum.failed),
               quotient(requests, seconds),
               quotient(static_cast<double>(sum.bytes) / 1e6, seconds),
               quotient(sum.latency.milliseconds(), requests),
               quotient(sum.in_flight.seconds(), seconds)};
  if (sum.failed > 0) row.tone = Tone::bad;
  return row;
}

Result<Table> readTargets(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = question.choice == 1 ? TimeRange{facts.info.warmup, facts.end()} : question.range.value_or(question.window);
  const auto sums = sources.reader.io_interval_sums(range.begin, range.end);
  if (!sums) return unexpected(sums.error());
  Table table;
  if (sums->empty()) return table;
  const auto recorded = sources.windows.last_sample_end();
  if (!recorded) return unexpected(recorded.error());
  // Intervals in which no request was under way have no rows: they count as quiet.
  SimTime begin = std::max(range.begin, SimTime{}), end = std::min(range.end, *recorded);
  for (const trace::IoIntervalSample& sum : *sums) {
    begin = std::min(begin, sum.begin);
    end = std::max(end, sum.end);
  }
  for (const trace::IoIntervalSample& sum : *sums) table.rows.push_back(targetRow(facts, sum, end - begin));
  table.remark = TargetWords::tr("From %1 s to %2 s, by the intervals that were recorded; one without requests counts as quiet.")
                     .arg(begin.seconds())
                     .arg(end.seconds());
  return table;
}

}  // namespace

TableKind targetsTable() {
  TableKind kind;
  kind.name = QStringLiteral("targets");
  kind.title = TargetWords::tr("I/O targets");
  kind.purpose = TargetWords::tr("what requests of virtual I/O go to, how many there are and how long they take");
  kind.hint =
      TargetWords::tr("No requests of virtual I/O ended in this time. Runs with disks or networks behind a Virtual I/O Server have them.");
  kind.columns = targetColumns();
  kind.choices = {TargetWords::tr("In the range or window"), TargetWords::tr("Whole run after warmup")};
  kind.follows = {.window = true, .range = true};
  kind.read = readTargets;
  return kind;
}

}  // namespace lparsim::gui

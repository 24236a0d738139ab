// The slowest requests of virtual I/O in the range, or in the window.
#include <QCoreApplication>
#include <algorithm>

#include "gui/tables/slowest.hpp"
#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::RequestsTable)
};

constexpr std::size_t kSlowest[] = {20, 200, 2000};

QString textOf(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::vector<Column> columns() {
  const QString ms = QStringLiteral("ms");
  return {
      {Words::tr("Number"), {}, Words::tr("Of the request, in the order of their beginnings; `lparsim explain-io` knows it by this.")},
      {Words::tr("Partition"), {}, Words::tr("Who asked for it."), 0, true},
      {Words::tr("Target"), {}, Words::tr("What it went to: a disk, or a peer on the network."), 0, true},
      {Words::tr("Kind"), {}, Words::tr("read, write, send or call."), 0, true},
      {Words::tr("Outcome"), {}, Words::tr("done, failed or dropped."), 0, true},
      {Words::tr("Begin"), QStringLiteral("s"), Words::tr("When it was asked for."), 6},
      {Words::tr("Latency"), ms, Words::tr("From the thread's asking to its answer."), 4},
      {Words::tr("Mostly"),
       {},
       Words::tr("The stage of its way that took longest: select the request to see all of them in the inspector."),
       0,
       true},
      {Words::tr("For"), ms, Words::tr("How long it was in that stage."), 4},
      {Words::tr("Size"), QStringLiteral("B"), Words::tr("Bytes of data.")},
      {Words::tr("Sent"), {}, Words::tr("How often it was sent.")},
  };
}

QString stageOf(std::size_t stage) {
  return textOf(trace::kIoStages[stage].name).replace(QLatin1Char('_'), QLatin1Char(' '));
}

Row rowOf(const RunFacts& facts, const trace::IoRequest& request) {
  const auto target = std::find_if(facts.targets.begin(), facts.targets.end(), [&](const auto& t) { return t.id == request.target; });
  const bool known = target != facts.targets.end();
  const trace::PartitionFacts* client = known ? facts.partition(target->server, target->partition) : nullptr;
  const auto longest = std::max_element(request.stages.begin(), request.stages.end());
  Row row;
  row.key = QString::number(request.number);
  row.selection = SelectedRequest{request.number, request.begin};
  row.at = request.begin;
  row.span = TimeRange{request.begin, request.end};
  row.tone = request.outcome == trace::IoOutcome::done ? Tone::plain : Tone::bad;
  row.cells = {static_cast<std::int64_t>(request.number),
               client != nullptr ? QString::fromStdString(client->name) : QString{},
               known ? QString::fromStdString(target->name) : QString{},
               textOf(to_string(request.kind)),
               textOf(to_string(request.outcome)),
               request.begin,
               request.end - request.begin,
               stageOf(static_cast<std::size_t>(longest - request.stages.begin())),
               *longest,
               static_cast<std::int64_t>(request.bytes),
               std::int64_t{request.attempts}};
  return row;
}

Result<Table> read(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = question.range.value_or(question.window);
  std::vector<LaneKey> lanes;
  for (const trace::IoTarget& target : facts.targets) lanes.push_back(LaneKey::io_target(target.id));
  if (lanes.empty()) return Table{};
  const std::size_t count = kSlowest[static_cast<std::size_t>(std::clamp(question.choice, 0, 2))];
  const auto slowest = slowestIn<trace::IoRequest>(sources.windows, lanes, range.begin, range.end, count, sources.cancelled);
  if (!slowest) return unexpected(slowest.error());
  Table table;
  for (const trace::IoRequest& request : slowest->things) table.rows.push_back(rowOf(facts, request));
  const QString what = slowest->all ? Words::tr("All that ended") : Words::tr("The slowest that ended");
  table.remark = Words::tr("%1 between %2 s and %3 s.").arg(what).arg(range.begin.seconds(), 0, 'f', 6).arg(range.end.seconds(), 0, 'f', 6);
  return table;
}

QString obstacle(const RunFacts& facts, const TableQuestion& /*question*/) {
  if (facts.isRecordedInFull()) return {};
  return Words::tr("This run was recorded without single requests. Record it with `lparsim run --trace full` to see them.");
}

}  // namespace

TableKind requestsTable() {
  TableKind kind;
  kind.name = QStringLiteral("requests");
  kind.title = Words::tr("Slowest requests");
  kind.purpose = Words::tr("the requests of virtual I/O that took longest in the range, or in the window");
  kind.hint = Words::tr("No request of virtual I/O ended in this time. Runs with disks or networks behind a Virtual I/O Server have them.");
  kind.columns = columns();
  kind.choices = {Words::tr("20 slowest"), Words::tr("200 slowest"), Words::tr("2,000 slowest")};
  kind.follows = {.window = true, .range = true};
  kind.sortColumn = 6;
  kind.sortOrder = Qt::DescendingOrder;
  kind.obstacle = obstacle;
  kind.read = read;
  return kind;
}

}  // namespace lparsim::gui

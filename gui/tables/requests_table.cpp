// The slowest requests of virtual I/O in the range, or in the window.
#include <QCoreApplication>
#include <algorithm>

#include "gui/tables/slowest.hpp"
#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct RequestWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::RequestsTable)
};

constexpr std::size_t kSlowest[] = {20, 200, 2000};

std::vector<Column> requestColumns() {
  const QString ms = QStringLiteral("ms");
  return {
      {RequestWords::tr("Number"),
       {},
       RequestWords::tr("Of the request, in the order of their beginnings; `lparsim explain-io` knows it by this.")},
      {RequestWords::tr("Partition"), {}, RequestWords::tr("Who asked for it."), 0, true},
      {RequestWords::tr("Target"), {}, RequestWords::tr("What it went to: a disk, or a peer on the network."), 0, true},
      {RequestWords::tr("Kind"), {}, RequestWords::tr("read, write, send or call."), 0, true},
      {RequestWords::tr("Outcome"), {}, RequestWords::tr("done, failed or dropped."), 0, true},
      {RequestWords::tr("Begin"), QStringLiteral("s"), RequestWords::tr("When it was asked for."), 6},
      {RequestWords::tr("Latency"), ms, RequestWords::tr("From the thread's asking to its answer."), 4},
      {RequestWords::tr("Mostly"),
       {},
       RequestWords::tr("The stage of its way that took longest: select the request to see all of them in the inspector."),
       0,
       true},
      {RequestWords::tr("For"), ms, RequestWords::tr("How long it was in that stage."), 4},
      {RequestWords::tr("Size"), QStringLiteral("B"), RequestWords::tr("Bytes of data.")},
      {RequestWords::tr("Sent"), {}, RequestWords::tr("How often it was sent.")},
  };
}

QString stageOf(std::size_t stage) {
  return textFrom(trace::kIoStages[stage].name).replace(QLatin1Char('_'), QLatin1Char(' '));
}

Row requestRow(const RunFacts& facts, const trace::IoRequest& request) {
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
               textFrom(to_string(request.kind)),
               textFrom(to_string(request.outcome)),
               request.begin,
               request.end - request.begin,
               stageOf(static_cast<std::size_t>(longest - request.stages.begin())),
               *longest,
               static_cast<std::int64_t>(request.bytes),
               std::int64_t{request.attempts}};
  return row;
}

Result<Table> readRequests(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = question.range.value_or(question.window);
  std::vector<LaneKey> lanes;
  for (const trace::IoTarget& target : facts.targets) lanes.push_back(LaneKey::io_target(target.id));
  if (lanes.empty()) return Table{};
  const std::size_t count = kSlowest[static_cast<std::size_t>(std::clamp(question.choice, 0, 2))];
  const auto slowest = slowestIn<trace::IoRequest>(sources.windows, lanes, range.begin, range.end, count, sources.cancelled);
  if (!slowest) return unexpected(slowest.error());
  Table table;
  for (const trace::IoRequest& request : slowest->things) table.rows.push_back(requestRow(facts, request));
  const QString what = slowest->all ? RequestWords::tr("All that ended") : RequestWords::tr("The slowest that ended");
  table.remark =
      RequestWords::tr("%1 between %2 s and %3 s.").arg(what).arg(range.begin.seconds(), 0, 'f', 6).arg(range.end.seconds(), 0, 'f', 6);
  return table;
}

QString requestObstacle(const RunFacts& facts, const TableQuestion& /*question*/) {
  if (facts.isRecordedInFull()) return {};
  return RequestWords::tr("This run was recorded without single requests. Record it with `lparsim run --trace full` to see them.");
}

}  // namespace

TableKind requestsTable() {
  TableKind kind;
  kind.name = QStringLiteral("requests");
  kind.title = RequestWords::tr("Slowest requests");
  kind.purpose = RequestWords::tr("the requests of virtual I/O that took longest in the range, or in the window");
  kind.hint =
      RequestWords::tr("No request of virtual I/O ended in this time. Runs with disks or networks behind a Virtual I/O Server have them.");
  kind.columns = requestColumns();
  kind.choices = {RequestWords::tr("20 slowest"), RequestWords::tr("200 slowest"), RequestWords::tr("2,000 slowest")};
  kind.follows = {.window = true, .range = true};
  kind.sortColumn = 6;
  kind.sortOrder = Qt::DescendingOrder;
  kind.obstacle = requestObstacle;
  kind.read = readRequests;
  return kind;
}

}  // namespace lparsim::gui

// Virtual Service Partitions: what their calls added up to, single calls, what happened to their channels.
#include <QCoreApplication>
#include <algorithm>

#include "gui/tables/slowest.hpp"
#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct ServiceWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::ServicesTables)
};

constexpr std::size_t kCalls = 2000;

QString serviceName(const RunFacts& facts, ServerId server, PartitionId partition) {
  const trace::PartitionFacts* of = facts.partition(server, partition);
  return of != nullptr ? QString::fromStdString(of->name) : QString::number(index(partition));
}

QString hookOf(std::uint16_t hook) {
  return textFrom(trace::name_in(trace::kVspHooks, hook));
}

QString noServices() {
  return ServiceWords::tr("This run has no calls of Virtual Service Partitions. Scenarios with a partition of type vsp have them.");
}

Result<Table> readLedger(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const auto ledger = sources.reader.vsp_ledger();
  if (!ledger) return unexpected(ledger.error());
  Table table;
  for (const trace::VspLedgerRow& entry : *ledger) {
    const auto calls = static_cast<std::int64_t>(entry.calls);
    Row row;
    row.key = QStringLiteral("%1.%2.%3.%4").arg(index(entry.server)).arg(index(entry.vsp)).arg(index(entry.client)).arg(entry.hook);
    row.selection = SelectedPartition{entry.server, entry.vsp};
    row.cells = {serviceName(*sources.facts, entry.server, entry.vsp), serviceName(*sources.facts, entry.server, entry.client),
                 hookOf(entry.hook), textFrom(trace::name_in(trace::kVspRoles, entry.role)), calls};
    for (const std::uint64_t end : entry.ends) row.cells.push_back(static_cast<std::int64_t>(end));
    for (const SimTime sum : {entry.latency, entry.undispatched, entry.client_paid, entry.vsp_paid})
      row.cells.push_back(quotient(sum.microseconds(), static_cast<double>(calls)));
    for (const std::uint64_t count : {entry.messages, entry.doorbells, entry.bytes}) row.cells.push_back(static_cast<std::int64_t>(count));
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Hypervisor calls have names, commands of others numbers.
QString functionOf(const RunFacts& facts, const trace::VspCall& call) {
  if (trace::name_in(trace::kVspHooks, call.hook) == "hypervisor.call")
    for (const trace::HcallFacts& known : facts.info.hcalls)
      if (known.token == call.function) return QString::fromStdString(known.name);
  return QString::number(call.function);
}

Row callRow(const RunFacts& facts, const trace::VspCall& call) {
  Row row;
  row.key = QStringLiteral("%1.%2").arg(index(call.server)).arg(call.number);
  row.selection = SelectedCall{call.server, call.number, call.begin};
  row.at = call.begin;
  row.span = TimeRange{call.begin, call.end_time};
  const std::string_view end = trace::name_in(trace::kVspCallEnds, call.end);
  for (const std::string_view bad : {"open", "failed", "withdrawn", "dropped"})
    if (end == bad) row.tone = Tone::bad;
  row.cells = {static_cast<std::int64_t>(call.number),
               serviceName(facts, call.server, call.vsp),
               serviceName(facts, call.server, call.client),
               hookOf(call.hook),
               functionOf(facts, call),
               textFrom(end),
               call.begin,
               call.end_time - call.begin,
               call.taken - call.begin,
               call.undispatched,
               call.client_cost,
               call.vsp_cost,
               static_cast<std::int64_t>(call.bytes),
               std::int64_t{call.sent}};
  return row;
}

Result<Table> readCalls(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = question.range.value_or(question.window);
  std::vector<LaneKey> lanes;
  for (const trace::PartitionFacts& partition : facts.info.partitions)
    if (isService(facts, partition)) lanes.push_back(LaneKey::vsp(partition.server, partition.partition));
  if (lanes.empty()) return Table{};
  const auto slowest = slowestIn<trace::VspCall>(sources.windows, lanes, range.begin, range.end, kCalls, sources.cancelled);
  if (!slowest) return unexpected(slowest.error());
  Table table;
  for (const trace::VspCall& call : slowest->things) table.rows.push_back(callRow(facts, call));
  const QString what = slowest->all ? ServiceWords::tr("All that ended") : ServiceWords::tr("The 2,000 slowest that ended");
  table.remark =
      ServiceWords::tr("%1 between %2 s and %3 s.").arg(what).arg(range.begin.seconds(), 0, 'f', 6).arg(range.end.seconds(), 0, 'f', 6);
  return table;
}

Result<Table> readChannel(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const auto events = sources.reader.vsp_events();
  if (!events) return unexpected(events.error());
  Table table;
  for (const trace::VspEvent& event : *events) {
    const std::string_view kind = trace::name_in(trace::kVspEventKinds, event.kind);
    Row row;
    row.key = QString::number(table.rows.size());
    row.at = event.at;
    row.selection = event.call != 0 ? Selection{SelectedCall{event.server, event.call, event.at}}
                                    : Selection{SelectedPartition{event.server, event.vsp}};
    for (const std::string_view bad : {"violation", "timed_out", "ejected", "quarantined", "deadlock"})
      if (kind == bad) row.tone = Tone::bad;
    row.cells = {event.at, serviceName(*sources.facts, event.server, event.vsp), textFrom(kind),
                 textFrom(trace::name_in(trace::kVspStates, event.state)), hookOf(event.hook)};
    row.cells.emplace_back(event.client ? serviceName(*sources.facts, event.server, *event.client) : QString{});
    row.cells.emplace_back();
    if (event.call != 0) row.cells.back() = static_cast<std::int64_t>(event.call);
    row.cells.emplace_back(QString::fromStdString(event.text));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Column serviceColumn() {
  return {ServiceWords::tr("Service"), {}, ServiceWords::tr("The Virtual Service Partition."), 0, true};
}
Column clientColumn() {
  return {ServiceWords::tr("Client"), {}, ServiceWords::tr("For whom it was called."), 0, true};
}
Column hookColumn() {
  return {ServiceWords::tr("Hook"),
          {},
          ServiceWords::tr("Where it takes part: the function of the hypervisor or the Virtual I/O Server."),
          0,
          true};
}

}  // namespace

TableKind ledgerTable() {
  const QString us = QStringLiteral("µs");
  TableKind kind;
  kind.name = QStringLiteral("ledger");
  kind.title = ServiceWords::tr("Service ledger");
  kind.purpose = ServiceWords::tr("what calls of Virtual Service Partitions added up to after warmup, by client and hook");
  kind.hint = noServices();
  kind.columns = {
      serviceColumn(),
      clientColumn(),
      hookColumn(),
      {ServiceWords::tr("Role"), {}, ServiceWords::tr("An observer is told, a filter decides, a provider does it itself."), 0, true},
      {ServiceWords::tr("Calls"), {}, ServiceWords::tr("How many there were.")},
      {ServiceWords::tr("Passed"), {}, ServiceWords::tr("Let through as they were.")},
      {ServiceWords::tr("Modified"), {}, ServiceWords::tr("Let through with changes.")},
      {ServiceWords::tr("Denied"), {}, ServiceWords::tr("Refused by the service.")},
      {ServiceWords::tr("Completed"), {}, ServiceWords::tr("Done by the service.")},
      {ServiceWords::tr("Native"), {}, ServiceWords::tr("Given back to be done without it.")},
      {ServiceWords::tr("Open"), {}, ServiceWords::tr("Let through since the service did not answer.")},
      {ServiceWords::tr("Failed"), {}, ServiceWords::tr("Failed since the service did not answer.")},
      {ServiceWords::tr("Withdrawn"), {}, ServiceWords::tr("Taken back before there was an answer.")},
      {ServiceWords::tr("Observed"), {}, ServiceWords::tr("Told without waiting for an answer.")},
      {ServiceWords::tr("Dropped"), {}, ServiceWords::tr("Not told, since there was no room.")},
      {ServiceWords::tr("Latency"), us, ServiceWords::tr("How long a call held up its caller, on average."), 3},
      {ServiceWords::tr("No core"), us, ServiceWords::tr("Of that, the service was on no core, on average."), 3},
      {ServiceWords::tr("Client pays"), us, ServiceWords::tr("Processor time that a call takes from its clientColumn, on average."), 3},
      {ServiceWords::tr("Service pays"), us, ServiceWords::tr("Processor time that a call takes from the serviceColumn, on average."), 3},
      {ServiceWords::tr("Messages"), {}, ServiceWords::tr("Sent in either direction.")},
      {ServiceWords::tr("Doorbells"), {}, ServiceWords::tr("How often one side had to wake the other.")},
      {ServiceWords::tr("Copied"), QStringLiteral("B"), ServiceWords::tr("Bytes that were copied.")}};
  kind.read = readLedger;
  return kind;
}

TableKind callsTable() {
  const QString us = QStringLiteral("µs");
  TableKind kind;
  kind.name = QStringLiteral("calls");
  kind.title = ServiceWords::tr("Service calls");
  kind.purpose = ServiceWords::tr("the calls of Virtual Service Partitions that took longest in the range, or in the window");
  kind.hint = noServices();
  kind.columns = {{ServiceWords::tr("Number"), {}, ServiceWords::tr("In the order of their beginnings.")},
                  serviceColumn(),
                  clientColumn(),
                  hookColumn(),
                  {ServiceWords::tr("Function"),
                   {},
                   ServiceWords::tr("What was asked of the hookColumn: the hypervisor call, or the number of the command."),
                   0,
                   true},
                  {ServiceWords::tr("End"),
                   {},
                   ServiceWords::tr("How it ended; open, failed, withdrawn and dropped mean that the service failed."),
                   0,
                   true},
                  {ServiceWords::tr("Begin"), QStringLiteral("s"), ServiceWords::tr("When it was called."), 6},
                  {ServiceWords::tr("Latency"), us, ServiceWords::tr("From the call to its end."), 3},
                  {ServiceWords::tr("Taken after"), us, ServiceWords::tr("From the call until the service received it."), 3},
                  {ServiceWords::tr("No core"), us, ServiceWords::tr("Of the latency, the service was on no core."), 3},
                  {ServiceWords::tr("Client pays"), us, ServiceWords::tr("Processor time that it took from the client."), 3},
                  {ServiceWords::tr("Service pays"), us, ServiceWords::tr("Processor time that it took from the service."), 3},
                  {ServiceWords::tr("Copied"), QStringLiteral("B"), ServiceWords::tr("Bytes that were copied.")},
                  {ServiceWords::tr("Sent"), {}, ServiceWords::tr("How often it was sent.")}};
  kind.follows = {.window = true, .range = true};
  kind.sortColumn = 7;
  kind.sortOrder = Qt::DescendingOrder;
  kind.obstacle = [](const RunFacts& facts, const TableQuestion&) {
    return facts.isRecordedInFull()
               ? QString{}
               : ServiceWords::tr("This run was recorded without single calls. Record it with `lparsim run --trace full` to see them.");
  };
  kind.read = readCalls;
  return kind;
}

TableKind channelTable() {
  TableKind kind;
  kind.name = QStringLiteral("channel");
  kind.title = ServiceWords::tr("Service events");
  kind.purpose = ServiceWords::tr("what happened to the channels of Virtual Service Partitions");
  kind.hint = noServices();
  kind.columns = {{ServiceWords::tr("At"), QStringLiteral("s"), ServiceWords::tr("When it happened."), 6},
                  serviceColumn(),
                  {ServiceWords::tr("Kind"), {}, ServiceWords::tr("A change of state, a registration, or trouble."), 0, true},
                  {ServiceWords::tr("State"), {}, ServiceWords::tr("Of the channel, afterwards."), 0, true},
                  hookColumn(),
                  clientColumn(),
                  {ServiceWords::tr("Call"), {}, ServiceWords::tr("Number of the call that it is about.")},
                  {ServiceWords::tr("What happened"), {}, ServiceWords::tr("In words."), 0, true}};
  kind.read = readChannel;
  return kind;
}

}  // namespace lparsim::gui

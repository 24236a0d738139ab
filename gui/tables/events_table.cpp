// Everything that the run says happened: what operators changed, what befell services, warnings, in the order of time.
#include <QCoreApplication>
#include <algorithm>
#include <set>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct EventWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::EventsTable)
};

QString eventKind(const std::string& severity) {
  if (severity == "warning") return EventWords::tr("warning");
  return severity == "error" ? EventWords::tr("error") : EventWords::tr("change");
}

/// Texts begin with whom they are about.
const trace::PartitionFacts* eventSubject(const RunFacts& facts, const std::string& text) {
  return facts.partition(std::string_view{text}.substr(0, text.find_first_of(":.")));
}

Row eventRow(const RunFacts& facts, SimTime at, const QString& kind, const trace::PartitionFacts* subject, const std::string& text) {
  Row row;
  row.key = QStringLiteral("%1 %2").arg(at.ps()).arg(QString::fromStdString(text));
  row.at = at;
  if (subject != nullptr) row.selection = SelectedPartition{subject->server, subject->partition};
  // The warnings of the whole run are written at its end: there is nothing to see there.
  if (at >= facts.end()) row.tone = Tone::faint;
  row.cells = {at, kind, subject != nullptr ? QString::fromStdString(subject->name) : QString{}, QString::fromStdString(text)};
  return row;
}

Result<Table> readEvents(Sources& sources, const TableQuestion& /*question*/, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const auto log = sources.reader.log();
  if (!log) return unexpected(log.error());
  const auto events = sources.reader.vsp_events();
  if (!events) return unexpected(events.error());
  const auto controls = sources.reader.control_changes();
  if (!controls) return unexpected(controls.error());
  Table table;
  std::set<std::pair<SimTime, std::string>> logged;
  for (const trace::LogEntry& entry : *log) {
    logged.emplace(entry.at, entry.text);
    table.rows.push_back(eventRow(facts, entry.at, eventKind(entry.severity), eventSubject(facts, entry.text), entry.text));
    if (entry.severity == "error") table.rows.back().tone = Tone::bad;
  }
  // Their effect is in the log too: this is what was asked for, as a scenario would say it.
  for (const trace::ControlChange& change : *controls)
    table.rows.push_back(eventRow(facts, change.at, EventWords::tr("asked for"), nullptr, change.text));
  for (const trace::VspEvent& event : *events) {
    const trace::PartitionFacts* service = facts.partition(event.server, event.vsp);
    if (service != nullptr && logged.contains({event.at, service->name + ": " + event.text})) continue;
    table.rows.push_back(eventRow(facts, event.at, EventWords::tr("service"), service, event.text));
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [](const Row& a, const Row& b) { return *a.at < *b.at; });
  if (table.rows.size() > kMostTableRows) {
    table.remark = EventWords::tr("The first 10,000 of %1.").arg(table.rows.size());
    table.rows.resize(kMostTableRows);
  }
  return table;
}

}  // namespace

TableKind eventsTable() {
  TableKind kind;
  kind.name = QStringLiteral("events");
  kind.title = EventWords::tr("Events");
  kind.purpose = EventWords::tr("what operators changed, what befell services, and warnings, in the order of time");
  kind.hint = EventWords::tr("Nothing happened besides the workloads: no operator changed anything, and there are no warnings.");
  kind.columns = {{EventWords::tr("At"), QStringLiteral("s"),
                   EventWords::tr("When it happened. Return or a double click moves the playhead there."), 6},
                  {EventWords::tr("Kind"),
                   {},
                   EventWords::tr("A change by an operator or the scenario, what somebody asked for while the run went on, a service's "
                                  "event, a warning or an error."),
                   0,
                   true},
                  {EventWords::tr("About"), {}, EventWords::tr("The partition, where it is about one."), 0, true},
                  {EventWords::tr("What happened"), {}, EventWords::tr("In words."), 0, true}};
  kind.read = readEvents;
  return kind;
}

std::vector<TableKind> allTables() {
  return {partitionsTable(), rangeTable(),   targetsTable(), requestsTable(),     ledgerTable(),
          callsTable(),      channelTable(), metricsTable(), expectationsTable(), eventsTable()};
}

}  // namespace lparsim::gui

// What each partition uses, as its lparstat would say, with the words and shares of view v_interval of the run file.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct PartitionWords {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::PartitionsTable)
};

enum Choice { atPlayhead, inWindow, wholeRun };

std::vector<Column> partitionColumns() {
  return {
      {PartitionWords::tr("Partition"), {}, PartitionWords::tr("Its name in the scenario."), 0, true},
      {PartitionWords::tr("Type"), {}, PartitionWords::tr("aix, ibmi, linux, vios or vsp."), 0, true},
      {PartitionWords::tr("Mode"), {}, PartitionWords::tr("Shared capped, shared uncapped, or dedicated processors."), 0, true},
      {PartitionWords::tr("Ent"), QStringLiteral("PU"),
       PartitionWords::tr("Entitled capacity: processors' worth of time that it is sure to get."), 2},
      {PartitionWords::tr("VPs"), {}, PartitionWords::tr("Virtual processors online.")},
      {PartitionWords::tr("Weight"), {}, PartitionWords::tr("Its share when uncapped partitions compete for what others leave over.")},
      {PartitionWords::tr("physc"), QStringLiteral("PU"), PartitionWords::tr("Processors' worth of time really used."), 3},
      {PartitionWords::tr("entc"), QStringLiteral("%"),
       PartitionWords::tr("physc as a share of the entitlement; above 100 % it runs on excess."), 1},
      {PartitionWords::tr("user"), QStringLiteral("%"),
       PartitionWords::tr("In user programs, as a share of the entitlement, or of physc where that is more."), 1},
      {PartitionWords::tr("sys"), QStringLiteral("%"), PartitionWords::tr("In the operating system, as a share of the same."), 1},
      {PartitionWords::tr("wait"), QStringLiteral("%"), PartitionWords::tr("Idle with I/O outstanding, as a share of the same."), 1},
      {PartitionWords::tr("idle"), QStringLiteral("%"), PartitionWords::tr("Idle or not used, as a share of the same."), 1},
      {PartitionWords::tr("lbusy"), QStringLiteral("%"), PartitionWords::tr("Busy share of its logical processors (hardware threads)."), 1},
      {PartitionWords::tr("app"), QStringLiteral("PU"), PartitionWords::tr("Idle processors of its shared pool: what it could still get."),
       2},
      {PartitionWords::tr("Withheld"), QStringLiteral("%"),
       PartitionWords::tr(
           "Time that its virtual processors were ready but out of entitlement and not chosen for excess (wait interval 2)."),
       2},
      {PartitionWords::tr("No core"), QStringLiteral("%"),
       PartitionWords::tr("Time that its virtual processors were ready and entitled but had no core (wait interval 3)."), 2},
      {PartitionWords::tr("Dispatches"), QStringLiteral("/s"), PartitionWords::tr("How often a virtual processor of it got a core."), 0},
      {PartitionWords::tr("Preempted"), QStringLiteral("/s"),
       PartitionWords::tr("How often a virtual processor of it lost its core though it had work."), 0},
      {PartitionWords::tr("vcsw"), QStringLiteral("/s"),
       PartitionWords::tr("Virtual context switches: how often a virtual processor of it left a core."), 0},
      {PartitionWords::tr("phint"), QStringLiteral("/s"), PartitionWords::tr("Phantom interrupts: those that were for another partition."),
       0},
  };
}

Cell shareOf(SimTime part, SimTime whole) {
  return quotient(100 * part.seconds(), whole.seconds());
}

QString modeOf(const trace::PartitionFacts& facts, bool capped) {
  if (facts.mode == "dedicated") return facts.donates() ? PartitionWords::tr("dedicated, donating") : PartitionWords::tr("dedicated");
  return capped ? PartitionWords::tr("shared, capped") : PartitionWords::tr("shared, uncapped");
}

Row partitionRow(const trace::PartitionFacts& facts, const trace::IntervalSample* sum) {
  const bool dedicated = facts.mode == "dedicated";
  const bool capped = sum != nullptr ? sum->capped : facts.capped;
  const std::uint32_t vps = sum != nullptr ? sum->virtual_processors : facts.virtual_processors;
  const std::uint32_t weight = sum != nullptr ? sum->weight : facts.weight;
  Row row;
  const double nothing = std::nan("");
  row.key = QStringLiteral("%1.%2").arg(index(facts.server)).arg(index(facts.partition));
  row.selection = SelectedPartition{facts.server, facts.partition};
  row.cells = {QString::fromStdString(facts.name),
               QString::fromStdString(facts.type),
               modeOf(facts, capped),
               facts.entitlement.value(),
               std::int64_t{vps},
               Cell{}};
  if (!dedicated && !capped) row.cells[5] = std::int64_t{weight};
  const std::size_t all = partitionColumns().size();
  if (sum == nullptr) {
    row.tone = Tone::faint;
    row.cells.resize(all);
    return row;
  }
  const SimTime length = sum->end - sum->begin;
  const SimTime whole = std::max(sum->entitled, sum->consumed);
  const SimTime offered = length * static_cast<std::int64_t>(vps);
  const auto rate = [&](std::uint64_t count) {
    return quotient(static_cast<double>(count), length.seconds());
  };
  const auto units = [&](SimTime time) {
    return quotient(time.seconds(), length.seconds());
  };
  row.cells[3] = units(sum->entitled);
  for (Cell cell :
       {units(sum->consumed), shareOf(sum->consumed, sum->entitled), shareOf(sum->user, whole), shareOf(sum->sys, whole),
        shareOf(sum->wait, whole), shareOf(sum->idle + whole - sum->consumed, whole), shareOf(sum->logical_busy, sum->logical_available),
        dedicated ? Cell{nothing} : units(sum->pool_idle), shareOf(sum->wait_capacity, offered), shareOf(sum->wait_processor, offered),
        rate(sum->dispatches), rate(sum->preemptions), rate(sum->vcsw), rate(sum->phint)})
    row.cells.push_back(std::move(cell));
  return row;
}

TimeRange partitionRange(const RunFacts& facts, const TableQuestion& question) {
  if (question.choice == wholeRun) return {facts.info.warmup, facts.end()};
  if (question.choice == inWindow) return question.range.value_or(question.window);
  // At the very end there is no interval any more: the last one is meant.
  const SimTime last = std::max(SimTime{}, facts.simulated - SimTime::from_ps(1));
  const SimTime at = std::min(question.playhead, last);
  return {at, at + SimTime::from_ps(1)};
}

Result<Table> readPartitions(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = partitionRange(facts, question);
  const auto sums = sources.reader.interval_sums(range.begin, range.end);
  if (!sums) return unexpected(sums.error());
  Table table;
  for (const trace::PartitionFacts& partition : facts.info.partitions) {
    const auto of = std::find_if(sums->begin(), sums->end(), [&](const trace::IntervalSample& sum) {
      return sum.server == partition.server && sum.partition == partition.partition;
    });
    table.rows.push_back(partitionRow(partition, of == sums->end() ? nullptr : &*of));
  }
  if (sums->empty())
    table.remark = PartitionWords::tr("Nothing is recorded of this time, only what the scenario says is shown.");
  else
    table.remark = PartitionWords::tr("From %1 s to %2 s: what was recorded is averages over such intervals.")
                       .arg(sums->front().begin.seconds())
                       .arg(sums->front().end.seconds());
  return table;
}

}  // namespace

TableKind partitionsTable() {
  TableKind kind;
  kind.name = QStringLiteral("partitions");
  kind.title = PartitionWords::tr("Partitions");
  kind.purpose = PartitionWords::tr("what each partition is entitled to, uses and waits for");
  kind.hint = PartitionWords::tr("This run has no partitions.");
  kind.columns = partitionColumns();
  kind.choices = {PartitionWords::tr("At the playhead"), PartitionWords::tr("In the range or window"),
                  PartitionWords::tr("Whole run after warmup")};
  kind.follows = {.window = true, .playhead = true, .range = true};
  kind.read = readPartitions;
  return kind;
}

}  // namespace lparsim::gui

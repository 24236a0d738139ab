// What each partition uses, as its lparstat would say, with the words and shares of view v_interval of the run file.
#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "gui/tables/table_kind.hpp"

namespace lparsim::gui {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(lparsim::gui::PartitionsTable)
};

enum Choice { atPlayhead, inWindow, wholeRun };

std::vector<Column> columns() {
  return {
      {Words::tr("Partition"), {}, Words::tr("Its name in the scenario."), 0, true},
      {Words::tr("Type"), {}, Words::tr("aix, ibmi, linux, vios or vsp."), 0, true},
      {Words::tr("Mode"), {}, Words::tr("Shared capped, shared uncapped, or dedicated processors."), 0, true},
      {Words::tr("Ent"), QStringLiteral("PU"), Words::tr("Entitled capacity: processors' worth of time that it is sure to get."), 2},
      {Words::tr("VPs"), {}, Words::tr("Virtual processors online.")},
      {Words::tr("Weight"), {}, Words::tr("Its share when uncapped partitions compete for what others leave over.")},
      {Words::tr("physc"), QStringLiteral("PU"), Words::tr("Processors' worth of time really used."), 3},
      {Words::tr("entc"), QStringLiteral("%"), Words::tr("physc as a share of the entitlement; above 100 % it runs on excess."), 1},
      {Words::tr("user"), QStringLiteral("%"),
       Words::tr("In user programs, as a share of the entitlement, or of physc where that is more."), 1},
      {Words::tr("sys"), QStringLiteral("%"), Words::tr("In the operating system, as a share of the same."), 1},
      {Words::tr("wait"), QStringLiteral("%"), Words::tr("Idle with I/O outstanding, as a share of the same."), 1},
      {Words::tr("idle"), QStringLiteral("%"), Words::tr("Idle or not used, as a share of the same."), 1},
      {Words::tr("lbusy"), QStringLiteral("%"), Words::tr("Busy share of its logical processors (hardware threads)."), 1},
      {Words::tr("app"), QStringLiteral("PU"), Words::tr("Idle processors of its shared pool: what it could still get."), 2},
      {Words::tr("Withheld"), QStringLiteral("%"),
       Words::tr("Time that its virtual processors were ready but out of entitlement and not chosen for excess (wait interval 2)."), 2},
      {Words::tr("No core"), QStringLiteral("%"),
       Words::tr("Time that its virtual processors were ready and entitled but had no core (wait interval 3)."), 2},
      {Words::tr("Dispatches"), QStringLiteral("/s"), Words::tr("How often a virtual processor of it got a core."), 0},
      {Words::tr("Preempted"), QStringLiteral("/s"), Words::tr("How often a virtual processor of it lost its core though it had work."), 0},
      {Words::tr("vcsw"), QStringLiteral("/s"), Words::tr("Virtual context switches: how often a virtual processor of it left a core."), 0},
      {Words::tr("phint"), QStringLiteral("/s"), Words::tr("Phantom interrupts: those that were for another partition."), 0},
  };
}

Cell share(SimTime part, SimTime whole) {
  return quotient(100 * part.seconds(), whole.seconds());
}

QString modeOf(const trace::PartitionFacts& facts, bool capped) {
  if (facts.mode == "dedicated") return facts.donates() ? Words::tr("dedicated, donating") : Words::tr("dedicated");
  return capped ? Words::tr("shared, capped") : Words::tr("shared, uncapped");
}

Row rowOf(const trace::PartitionFacts& facts, const trace::IntervalSample* sum) {
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
  const std::size_t all = columns().size();
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
       {units(sum->consumed), share(sum->consumed, sum->entitled), share(sum->user, whole), share(sum->sys, whole), share(sum->wait, whole),
        share(sum->idle + whole - sum->consumed, whole), share(sum->logical_busy, sum->logical_available),
        dedicated ? Cell{nothing} : units(sum->pool_idle), share(sum->wait_capacity, offered), share(sum->wait_processor, offered),
        rate(sum->dispatches), rate(sum->preemptions), rate(sum->vcsw), rate(sum->phint)})
    row.cells.push_back(std::move(cell));
  return row;
}

TimeRange rangeOf(const RunFacts& facts, const TableQuestion& question) {
  if (question.choice == wholeRun) return {facts.info.warmup, facts.end()};
  if (question.choice == inWindow) return question.range.value_or(question.window);
  // At the very end there is no interval any more: the last one is meant.
  const SimTime last = std::max(SimTime{}, facts.simulated - SimTime::from_ps(1));
  const SimTime at = std::min(question.playhead, last);
  return {at, at + SimTime::from_ps(1)};
}

Result<Table> read(Sources& sources, const TableQuestion& question, const std::function<void(Table)>& /*soFar*/) {
  const RunFacts& facts = *sources.facts;
  const TimeRange range = rangeOf(facts, question);
  const auto sums = sources.reader.interval_sums(range.begin, range.end);
  if (!sums) return unexpected(sums.error());
  Table table;
  for (const trace::PartitionFacts& partition : facts.info.partitions) {
    const auto of = std::find_if(sums->begin(), sums->end(), [&](const trace::IntervalSample& sum) {
      return sum.server == partition.server && sum.partition == partition.partition;
    });
    table.rows.push_back(rowOf(partition, of == sums->end() ? nullptr : &*of));
  }
  if (sums->empty())
    table.remark = Words::tr("Nothing is recorded of this time, only what the scenario says is shown.");
  else
    table.remark = Words::tr("From %1 s to %2 s: what was recorded is averages over such intervals.")
                       .arg(sums->front().begin.seconds())
                       .arg(sums->front().end.seconds());
  return table;
}

}  // namespace

TableKind partitionsTable() {
  TableKind kind;
  kind.name = QStringLiteral("partitions");
  kind.title = Words::tr("Partitions");
  kind.purpose = Words::tr("what each partition is entitled to, uses and waits for");
  kind.hint = Words::tr("This run has no partitions.");
  kind.columns = columns();
  kind.choices = {Words::tr("At the playhead"), Words::tr("In the range or window"), Words::tr("Whole run after warmup")};
  kind.follows = {.window = true, .playhead = true, .range = true};
  kind.read = read;
  return kind;
}

}  // namespace lparsim::gui

#include "gui/charts/chart_plan.hpp"

#include <QCoreApplication>
#include <algorithm>

namespace lparsim::gui {

namespace {

constexpr std::size_t kMostSubjects = 6;

}  // namespace

QString titleOf(ChartKind kind) {
  const auto word = [](const char* text) {
    return QCoreApplication::translate("lparsim::gui::ChartsView", text);
  };
  switch (kind) {
    case ChartKind::processors:
      return word("Processors used");
    case ChartKind::entitlement:
      return word("Share of the entitlement");
    case ChartKind::waiting:
      return word("Waiting virtual processors");
    case ChartKind::latency:
      return word("Latency");
    case ChartKind::requests:
      return word("Requests");
    case ChartKind::throughput:
      return word("Throughput");
    case ChartKind::inFlight:
      return word("In flight");
    case ChartKind::pools:
      return word("Processor pools");
  }
  return {};
}

bool has(ChartKind kind, const RunFacts& facts) {
  switch (kind) {
    case ChartKind::latency:
    case ChartKind::requests:
    case ChartKind::throughput:
    case ChartKind::inFlight:
      return !facts.targets.empty() || std::any_of(facts.info.partitions.begin(), facts.info.partitions.end(),
                                                   [&](const trace::PartitionFacts& p) { return isService(facts, p); });
    case ChartKind::pools:
      return !facts.info.pools.empty();
    default:
      return true;
  }
}

namespace {

void addPartition(ChartSubjects& subjects, const RunFacts& facts, ServerId server, PartitionId id) {
  const trace::PartitionFacts* partition = facts.partition(server, id);
  const bool isThere = std::find(subjects.partitions.begin(), subjects.partitions.end(), partition) != subjects.partitions.end();
  if (partition != nullptr && !isThere) subjects.partitions.push_back(partition);
}

void addFlow(ChartSubjects& subjects, const LaneKey& lane) {
  if (std::find(subjects.flows.begin(), subjects.flows.end(), lane) == subjects.flows.end()) subjects.flows.push_back(lane);
}

void addLane(ChartSubjects& subjects, const RunFacts& facts, const LaneKey& lane) {
  if (lane.kind == LaneKey::Kind::partition || lane.kind == LaneKey::Kind::virtual_processor || lane.kind == LaneKey::Kind::vsp)
    addPartition(subjects, facts, lane.server, PartitionId{lane.first});
  if (lane.kind == LaneKey::Kind::vsp) addFlow(subjects, lane);
  if (lane.kind != LaneKey::Kind::io_target) return;
  addFlow(subjects, lane);
  for (const trace::IoTarget& target : facts.targets)
    if (target.id == lane.first) addPartition(subjects, facts, target.server, target.partition);
}

/// Targets and services of the partitions that are shown; of all where these have none.
void addFlows(ChartSubjects& subjects, const RunFacts& facts, bool ofAll) {
  const auto shown = [&](ServerId server, PartitionId id) {
    return ofAll || std::any_of(subjects.partitions.begin(), subjects.partitions.end(),
                                [&](const auto* p) { return p->server == server && p->partition == id; });
  };
  for (const trace::IoTarget& target : facts.targets)
    if (shown(target.server, target.partition)) addFlow(subjects, LaneKey::io_target(target.id));
  for (const trace::PartitionFacts& partition : facts.info.partitions)
    if (isService(facts, partition) && shown(partition.server, partition.partition))
      addFlow(subjects, LaneKey::vsp(partition.server, partition.partition));
}

}  // namespace

ChartSubjects subjectsOf(const RunFacts& facts, const Selection& selection, const std::vector<LaneKey>& pinned) {
  ChartSubjects subjects;
  if (const auto* partition = std::get_if<SelectedPartition>(&selection))
    addPartition(subjects, facts, partition->server, partition->partition);
  if (const auto* slice = std::get_if<SelectedSlice>(&selection)) addLane(subjects, facts, slice->lane);
  for (const LaneKey& lane : pinned) addLane(subjects, facts, lane);
  const bool nothing = subjects.partitions.empty();
  if (nothing)
    for (const trace::PartitionFacts& partition : facts.info.partitions)
      addPartition(subjects, facts, partition.server, partition.partition);
  if (subjects.flows.empty()) addFlows(subjects, facts, false);
  const auto word = [](const char* text) {
    return QCoreApplication::translate("lparsim::gui::ChartsView", text);
  };
  if (subjects.partitions.size() > kMostSubjects) {
    subjects.remark = word("The first %1 of %2 partitions: select or pin others.").arg(kMostSubjects).arg(subjects.partitions.size());
    subjects.partitions.resize(kMostSubjects);
    subjects.flows.clear();
    addFlows(subjects, facts, false);
  }
  if (subjects.flows.size() > kMostSubjects) subjects.flows.resize(kMostSubjects);
  return subjects;
}

std::vector<SeriesQuestion::Line> linesFor(ChartKind kind, const ChartSubjects& subjects) {
  std::vector<SeriesQuestion::Line> lines;
  const auto partitions = [&](std::initializer_list<Quantity> quantities) {
    for (const trace::PartitionFacts* partition : subjects.partitions)
      for (const Quantity quantity : quantities) lines.push_back({LaneKey::partition(partition->server, partition->partition), quantity});
  };
  const auto flows = [&](std::initializer_list<Quantity> quantities) {
    for (const LaneKey& flow : subjects.flows)
      for (const Quantity quantity : quantities) lines.push_back({flow, quantity});
  };
  switch (kind) {
    case ChartKind::processors:
      partitions({Quantity::physc});
      break;
    case ChartKind::entitlement:
      partitions({Quantity::entc});
      break;
    case ChartKind::waiting:
      partitions({Quantity::waitingCapacity, Quantity::waitingProcessor});
      break;
    case ChartKind::latency:
      // Of one flow everything; of several what tells them apart.
      if (subjects.flows.size() == 1)
        flows({Quantity::latencyP50, Quantity::latencyP95, Quantity::latencyP99, Quantity::latencyMean, Quantity::latencyMax});
      else
        flows({Quantity::latencyP95, Quantity::latencyMean});
      break;
    case ChartKind::requests:
      flows({Quantity::requests});
      break;
    case ChartKind::throughput:
      flows({Quantity::bytes});
      break;
    case ChartKind::inFlight:
      flows({Quantity::inFlight});
      break;
    case ChartKind::pools:
      break;
  }
  return lines;
}

}  // namespace lparsim::gui

#include "gui/data/inspect.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "gui/data/inspect_parts.hpp"

namespace lparsim::gui {

namespace {

/// As in the dispatch trace log (docs/run-file.md).
constexpr std::array<std::string_view, 11> kDispatchReasons{"an external interrupt came for it",
                                                            "of an event within the firmware",
                                                            "another virtual processor prodded it",
                                                            "its decrementer ran out",
                                                            "it was started",
                                                            "",
                                                            "another virtual processor conferred its core on it",
                                                            "its entitled slice went on",
                                                            "a page fault was resolved",
                                                            "",
                                                            "a doorbell rang for it"};
constexpr std::array<std::string_view, 5> kPreemptReasons{"the run or its recording ended", "of an event within the firmware",
                                                          "it had nothing to do and ceded",
                                                          "it conferred its core to another virtual processor", "its time slice was over"};

template <std::size_t N>
std::string wordIn(const std::array<std::string_view, N>& words, std::uint8_t number) {
  return number < N && !words[number].empty() ? std::string{words[number]} : fmt::format("of reason {}", number);
}

}  // namespace

std::string wordsForDispatch(std::uint8_t reason) {
  return wordIn(kDispatchReasons, reason);
}

std::string wordsForPreempt(std::uint8_t reason) {
  return wordIn(kPreemptReasons, reason);
}

std::string puText(double units) {
  return fmt::format("{:.2f} PU", units);
}

std::string bytesText(std::uint64_t bytes) {
  static constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.4g} {}", value, kUnits[unit]);
}

std::string nameOf(const RunFacts& facts, ServerId server, PartitionId partition) {
  const trace::PartitionFacts* found = facts.partition(server, partition);
  return found == nullptr ? fmt::format("partition {}", index(partition)) : found->name;
}

Link linkTo(ServerId server, PartitionId partition) {
  return {SelectedPartition{server, partition}, std::nullopt};
}

Link linkTo(ServerId server, CoreId core, std::optional<SimTime> at) {
  return {SelectedCore{server, core}, at};
}

Link linkTo(SimTime at) {
  return {std::monostate{}, at};
}

Result<Inspection> inspect(Sources& sources, const Selection& selection, SimTime at, const std::function<void(Inspection)>& soFar) {
  const RunFacts& facts = *sources.facts;
  if (const auto* p = std::get_if<SelectedPartition>(&selection)) {
    const trace::PartitionFacts* partition = facts.partition(p->server, p->partition);
    if (partition == nullptr) return unexpected(std::string{"This run has no such partition."});
    return inspectPartition(sources, *partition, at, soFar);
  }
  if (const auto* c = std::get_if<SelectedCore>(&selection)) return inspectCore(sources, c->server, c->core, at, soFar);
  if (const auto* r = std::get_if<SelectedRequest>(&selection)) return inspectRequest(sources, *r, soFar);
  if (const auto* c = std::get_if<SelectedCall>(&selection)) return inspectCall(sources, *c);
  if (const auto* d = std::get_if<SelectedDevice>(&selection)) return inspectDevice(sources, d->device, at);
  const auto* slice = std::get_if<SelectedSlice>(&selection);
  if (slice == nullptr) return Inspection{"Nothing is selected", "Click a partition, a core, a slice or a request.", {}, true};
  const SimTime middle = slice->begin + (slice->end - slice->begin) / 2;
  switch (slice->lane.kind) {
    case LaneKey::Kind::core:
      return inspectCore(sources, slice->lane.server, CoreId{slice->lane.first}, middle, soFar);
    case LaneKey::Kind::virtual_processor:
      return inspectVirtualProcessor(sources, slice->lane, middle, soFar);
    case LaneKey::Kind::partition:
      return inspect(sources, SelectedPartition{slice->lane.server, PartitionId{slice->lane.first}}, middle, soFar);
    case LaneKey::Kind::io_target:
    case LaneKey::Kind::vsp:
      break;
  }
  return inspectUnderWay(sources, slice->lane, slice->begin, slice->end, soFar);
}

}  // namespace lparsim::gui

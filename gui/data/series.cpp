#include "gui/data/series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "gui/data/time_grid.hpp"

namespace lparsim::gui {

namespace {

struct QuantityWords {
  std::string_view name, unit, meaning;
};
constexpr std::array<QuantityWords, kQuantities> kQuantityWords{
    {{"physc", "PU", "Processors' worth of time really used."},
     {"entc", "%", "Processor time used, as a share of the entitlement; above 100 % it runs on excess."},
     {"on excess", "PU", "The part of physc that others left over."},
     {"waiting for capacity", "1", "Virtual processors that were ready but had no entitlement left, on average."},
     {"waiting for a processor", "1", "Virtual processors that were ready and entitled but on no core, on average."},
     {"latency, mean", "ms", "From a request's beginning to its end, the mean of those that ended."},
     {"latency, median", "ms", "Half of the requests that ended took no longer."},
     {"latency, p95", "ms", "95 of 100 requests that ended took no longer."},
     {"latency, p99", "ms", "99 of 100 requests that ended took no longer."},
     {"latency, longest", "ms", "The slowest request that ended."},
     {"requests", "/s", "Requests that ended in a second."},
     {"throughput", "MB/s", "Bytes of requests that were done, in millions a second."},
     {"failures", "/s", "Requests that failed or were dropped in a second."},
     {"queue length", "1", "Requests under way, on average."}}};

const QuantityWords& wordsOf(Quantity quantity) {
  return kQuantityWords[static_cast<std::size_t>(quantity)];
}

bool isPercentile(Quantity quantity) {
  return quantity == Quantity::latencyP50 || quantity == Quantity::latencyP95 || quantity == Quantity::latencyP99;
}

double held(const GridSums& sums, std::initializer_list<State> states) {
  double all = 0;
  for (const State state : states) all += sums.held[static_cast<std::size_t>(state)];
  return all;
}

/// Of one step of `seconds`; nothing where it says nothing.
std::optional<double> valueOf(Quantity quantity, const GridSums& sums, double seconds, double entitlement) {
  const double running = held(sums, {State::entitled, State::excess, State::dedicated});
  switch (quantity) {
    case Quantity::physc:
      return running / seconds;
    case Quantity::entc:
      return entitlement > 0 ? std::optional{running / seconds / entitlement * 100} : std::nullopt;
    case Quantity::excess:
      return held(sums, {State::excess}) / seconds;
    case Quantity::waitingCapacity:
      return held(sums, {State::waitingCapacity}) / seconds;
    case Quantity::waitingProcessor:
      return held(sums, {State::waitingProcessor}) / seconds;
    case Quantity::latencyMean:
      return sums.ended > 0 ? std::optional{sums.latency / sums.ended * 1e3} : std::nullopt;
    case Quantity::latencyMax:
      return sums.longest > 0 ? std::optional{sums.longest * 1e3} : std::nullopt;
    case Quantity::requests:
      return sums.ended / seconds;
    case Quantity::bytes:
      return sums.bytes / seconds * 1e-6;
    case Quantity::failed:
      return sums.failed / seconds;
    case Quantity::inFlight:
      return sums.in_flight / seconds;
    case Quantity::latencyP50:
    case Quantity::latencyP95:
    case Quantity::latencyP99:
      break;
  }
  return std::nullopt;
}

std::vector<Point> percentilePoints(const trace::LaneDetail& detail, const TimeGrid& grid, double percent) {
  std::vector<std::vector<SimTime>> lengths(grid.size());
  const auto add = [&](SimTime begin, SimTime end) {
    if (const auto place = grid.placeOf(end)) lengths[*place].push_back(end - begin);
  };
  for (const trace::IoRequest& r : detail.requests) add(r.begin, r.end);
  for (const trace::VspCall& c : detail.calls) add(c.begin, c.end_time);
  std::vector<Point> points;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    std::vector<SimTime>& its = lengths[i];
    if (its.empty()) continue;
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(static_cast<double>(its.size()) * percent / 100)) - 1;
    std::nth_element(its.begin(), its.begin() + rank, its.end());
    points.push_back({grid.beginOf(i), grid.endOf(i), its[static_cast<std::size_t>(rank)].milliseconds()});
  }
  return points;
}

Series lineOf(const trace::LaneDetail& detail, const TimeGrid& grid, Quantity quantity, const RunFacts& facts) {
  Series series;
  series.lane = detail.lane;
  series.quantity = quantity;
  series.coarse = detail.coarse;
  if (!fits(quantity, detail.lane.kind)) {
    series.remark = "A lane of this kind has no such figure.";
    return series;
  }
  if (isPercentile(quantity)) {
    if (!detail.exact) {
      series.remark = facts.isRecordedInFull() ? "Percentiles are shown where there are few enough requests to look at each: zoom in."
                                               : "Percentiles need single requests: run the scenario again with --trace full.";
      return series;
    }
    series.points = percentilePoints(detail, grid, quantity == Quantity::latencyP50 ? 50 : quantity == Quantity::latencyP95 ? 95 : 99);
    return series;
  }
  if (detail.coarse && quantity == Quantity::latencyMax) {
    series.remark = "The longest latency needs single requests: run the scenario again with --trace full.";
    return series;
  }
  const trace::PartitionFacts* partition =
      quantity == Quantity::entc ? facts.partition(detail.lane.server, PartitionId{detail.lane.first}) : nullptr;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const SimTime begin = grid.beginOf(i), end = grid.endOf(i);
    const double entitlement = partition == nullptr ? 0 : entitlementAt(facts, *partition, begin).value();
    if (const auto value = valueOf(quantity, grid.at(i), (end - begin).seconds(), entitlement))
      series.points.push_back({begin, end, *value});
  }
  return series;
}

}  // namespace

std::string_view wordsFor(Quantity quantity) {
  return wordsOf(quantity).name;
}

std::string_view unitOf(Quantity quantity) {
  return wordsOf(quantity).unit;
}

std::string_view meaningOf(Quantity quantity) {
  return wordsOf(quantity).meaning;
}

bool fits(Quantity quantity, LaneKey::Kind kind) {
  const bool of_io = quantity >= Quantity::latencyMean;
  switch (kind) {
    case LaneKey::Kind::partition:
      return !of_io;
    case LaneKey::Kind::virtual_processor:
      return !of_io && quantity != Quantity::entc;
    case LaneKey::Kind::core:
      return quantity == Quantity::physc || quantity == Quantity::excess;
    case LaneKey::Kind::io_target:
    case LaneKey::Kind::vsp:
      break;
  }
  return of_io;
}

Result<std::vector<Series>> seriesOf(Sources& sources, const SeriesQuestion& question) {
  const auto known = knownUntil(sources);
  if (!known) return unexpected(known.error());
  trace::WindowQuestion window;
  window.begin = question.begin;
  // Of what is not known yet there is no average.
  window.end = std::min(question.end, *known);
  window.pixels = std::max(question.most_points, 1U);
  window.most_rows = question.most_rows;
  std::map<LaneKey, std::size_t> places;
  for (const SeriesQuestion::Line& line : question.lines)
    if (places.try_emplace(line.lane, window.lanes.size()).second) window.lanes.push_back(line.lane);
  const auto details = sources.windows.read(window, sources.cancelled);
  if (!details) return unexpected(details.error());
  std::vector<TimeGrid> grids;
  for (const trace::LaneDetail& detail : *details)
    grids.push_back(gridOf(detail, *sources.facts, window.begin, std::max(window.begin, window.end), question.most_points));
  std::vector<Series> series;
  for (const SeriesQuestion::Line& line : question.lines) {
    const std::size_t place = places[line.lane];
    series.push_back(lineOf((*details)[place], grids[place], line.quantity, *sources.facts));
  }
  return series;
}

}  // namespace lparsim::gui

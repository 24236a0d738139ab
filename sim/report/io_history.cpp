#include "sim/report/io_history.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace lparsim::report {

namespace {

struct Span {
  SimTime begin, end;
};

std::vector<Span> periods_of(const PartitionHistory& partition, bool whole, SimTime warmup) {
  std::vector<Span> spans;
  for (const trace::IntervalSample& i : partition.intervals) spans.push_back({i.begin, i.end});
  if (!whole || spans.empty()) return spans;
  const auto measured = std::ranges::find_if(spans, [&](const Span& s) { return s.begin >= warmup; });
  return {{measured == spans.end() ? spans.front().begin : measured->begin, spans.back().end}};
}

/// The first period that does not end before the instant.
IoPeriod* period_until(IoHistory& history, SimTime at) {
  const auto found = std::ranges::lower_bound(history.periods, at, {}, &IoPeriod::end);
  return found == history.periods.end() ? nullptr : &*found;
}

/// Disks first.
std::vector<trace::IoTarget> in_order(std::vector<trace::IoTarget> targets) {
  std::ranges::stable_sort(targets, {}, &trace::IoTarget::kind);
  return targets;
}

void add(trace::IoIntervalSample& sum, const trace::IoIntervalSample& sample) {
  sum.requests += sample.requests;
  sum.failed += sample.failed;
  sum.bytes += sample.bytes;
  sum.latency += sample.latency;
  sum.in_flight += sample.in_flight;
  for (std::size_t i = 0; i < sum.stages.size(); ++i) sum.stages[i] += sample.stages[i];
}

}  // namespace

Result<std::vector<std::vector<IoHistory>>> read_io(const trace::Reader& reader, const std::vector<PartitionHistory>& partitions,
                                                    bool whole, SimTime warmup) {
  const auto targets = reader.io_targets();
  if (!targets) return unexpected(targets.error());
  std::vector<std::vector<IoHistory>> histories(partitions.size());
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> places;  // by target: of the partition, of the target in it
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    const std::vector<Span> spans = periods_of(partitions[p], whole, warmup);
    for (const trace::IoTarget& target : in_order(*targets)) {
      if (target.server != partitions[p].facts.server || target.partition != partitions[p].facts.partition) continue;
      places[target.id] = {p, histories[p].size()};
      IoHistory& history = histories[p].emplace_back();
      history.target = target;
      for (const Span& span : spans) {
        IoPeriod& period = history.periods.emplace_back();
        period.begin = span.begin;
        period.end = span.end;
      }
    }
  }
  const auto history_of = [&](std::uint32_t target) {
    const auto place = places.find(target);
    return place == places.end() ? nullptr : &histories[place->second.first][place->second.second];
  };
  const auto samples = reader.io_intervals();
  if (!samples) return unexpected(samples.error());
  for (const trace::IoIntervalSample& sample : *samples) {
    IoHistory* const history = history_of(sample.target);
    IoPeriod* const period = history == nullptr ? nullptr : period_until(*history, sample.end);
    if (period != nullptr && sample.begin >= period->begin) add(period->flows[static_cast<std::size_t>(sample.kind) % 2], sample);
  }
  const auto told = reader.io_requests([&](const trace::IoRequest& request) {
    IoHistory* const history = history_of(request.target);
    IoPeriod* const period = history == nullptr ? nullptr : period_until(*history, request.end);
    if (period != nullptr && request.end > period->begin)
      period->latencies[static_cast<std::size_t>(request.kind) % 2].record(request.end - request.begin);
  });
  if (!told) return unexpected(told.error());
  return histories;
}

}  // namespace lparsim::report

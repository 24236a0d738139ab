// distributionOf: how lengths are distributed in a range of any size.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "gui/data/series.hpp"
#include "sim/base/histogram.hpp"

namespace lparsim::gui {

namespace {

constexpr int kFinePerOctave = 8;
constexpr std::size_t kFineBins = 64 * kFinePerOctave;
constexpr std::size_t kMostBins = 24;
constexpr std::int64_t kFirstParts = 64;
constexpr auto kBetweenPartials = std::chrono::milliseconds{100};

SimTime edgeOf(std::size_t fine) {
  const double ps = std::exp2(static_cast<double>(fine) / kFinePerOctave);
  return ps >= 9.2e18 ? SimTime::never() : SimTime::from_ps(static_cast<std::int64_t>(std::ceil(ps)));
}

/// Counts lengths in fine bins; tells them in few.
class Counter {
 public:
  Counter() {
    for (std::size_t i = 0; i < edges_.size(); ++i) edges_[i] = edgeOf(i);
  }
  void add(SimTime length) {
    exact_.record(length);
    const auto above = std::ranges::upper_bound(edges_, std::max(length, SimTime::from_ps(1)));
    ++fine_[static_cast<std::size_t>(above - edges_.begin()) - 1];
  }
  void tellTo(Distribution& to) const {
    to.bins.clear();
    to.count = exact_.count();
    if (to.count == 0) return;
    const std::array percents{50.0, 95.0, 99.0};
    const std::vector<SimTime> at = exact_.percentiles(percents);
    to.p50 = at[0];
    to.p95 = at[1];
    to.p99 = at[2];
    const auto is_used = [](std::uint64_t n) {
      return n > 0;
    };
    const auto first = static_cast<std::size_t>(std::ranges::find_if(fine_, is_used) - fine_.begin());
    std::size_t last = fine_.size() - 1;
    while (fine_[last] == 0) --last;
    std::size_t together = 1;
    while ((last - first) / together + 1 > kMostBins) together *= 2;
    for (std::size_t from = first / together * together; from <= last; from += together) {
      Distribution::Bin bin{edges_[from], edges_[std::min(from + together, edges_.size() - 1)], 0};
      for (std::size_t i = from; i < from + together && i < fine_.size(); ++i) bin.count += fine_[i];
      to.bins.push_back(bin);
    }
  }

 private:
  std::array<SimTime, kFineBins + 1> edges_{};
  std::array<std::uint64_t, kFineBins> fine_{};
  Histogram exact_;
};

void count(const trace::LaneDetail& detail, Counted counted, SimTime begin, SimTime end, Counter& counter) {
  // As the reader has it: what ends at the end of one part is not told of the next.
  const auto ended = [&](SimTime at) {
    return at > begin && at <= end;
  };
  for (const trace::DispatchSpan& stay : detail.stays) {
    if (!ended(stay.end)) continue;
    if (counted == Counted::stays) counter.add(stay.end - stay.begin);
    if (counted == Counted::waits && stay.ready < stay.begin) counter.add(stay.begin - stay.ready);
  }
  if (counted == Counted::requests)
    for (const trace::IoRequest& r : detail.requests)
      if (ended(r.end)) counter.add(r.end - r.begin);
  if (counted == Counted::calls)
    for (const trace::VspCall& c : detail.calls)
      if (ended(c.end_time)) counter.add(c.end_time - c.begin);
}

}  // namespace

Result<Distribution> distributionOf(Sources& sources, LaneKey lane, Counted counted, TimeRange range,
                                    const std::function<void(Distribution)>& soFar) {
  Distribution distribution;
  distribution.lane = lane;
  distribution.counted = counted;
  if (!sources.facts->isRecordedInFull()) {
    distribution.remark = "Single " + std::string{wordsFor(counted)} + " were not recorded: run the scenario again with --trace full.";
    return distribution;
  }
  const SimTime end = std::min(range.end, sources.facts->simulated);
  Counter counter;
  auto told = std::chrono::steady_clock::now();
  SimTime part = std::max(SimTime::from_ps(1), (end - range.begin) / kFirstParts);
  for (SimTime begin = range.begin; begin < end;) {
    trace::WindowQuestion question;
    question.begin = begin;
    question.end = std::min(end, begin + part);
    question.lanes = {lane};
    const auto details = sources.windows.read(question, sources.cancelled);
    if (!details) return unexpected(details.error());
    const trace::LaneDetail& detail = details->front();
    if (!detail.exact) {
      if (detail.coarse || part <= SimTime::from_ps(1)) {
        distribution.remark = "Only a part of them could be counted: so many ended at one moment.";
        break;
      }
      part = part / 2;
      continue;
    }
    count(detail, counted, begin, question.end, counter);
    begin = question.end;
    part = part + part / 2;
    const auto now = std::chrono::steady_clock::now();
    if (now - told < kBetweenPartials) continue;
    told = now;
    counter.tellTo(distribution);
    distribution.done = (begin - range.begin).seconds() / (end - range.begin).seconds();
    soFar(distribution);
  }
  counter.tellTo(distribution);
  distribution.done = 1;
  return distribution;
}

}  // namespace lparsim::gui

#pragma once
// For tests: stays, requests and calls as a simulation might record them, at random.
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

struct RandomHistory {
  std::vector<DispatchSpan> stays;
  std::vector<IoRequest> requests;
  std::vector<VspCall> calls;
  SimTime end;
};

inline constexpr std::uint32_t kHistoryServers = 2;
inline constexpr std::uint32_t kHistoryCores = 3;
inline constexpr std::uint32_t kHistoryPartitions = 4;
inline constexpr std::uint32_t kHistoryVps = 3;
inline constexpr std::uint32_t kHistoryTargets = 4;

/// Cores and virtual processors do one thing at a time. Most lengths are about a millisecond; one in a thousand is about a second, and the
/// first stay, the first request and the last virtual processor's wait last for nearly all of it.
inline RandomHistory random_history(std::uint64_t seed, std::size_t stays, std::size_t requests, std::size_t calls) {
  RandomHistory history;
  KeyedStream random = RandomKey{seed, "history"}.stream();
  const auto below = [&](std::uint64_t limit) {
    return random.bits() % limit;
  };
  const auto length = [&] {
    if (below(4) == 0) return SimTime{};
    return SimTime::from_ps(static_cast<std::int64_t>(below(below(1000) == 0 ? 1'000'000'000'000 : 1'000'000'000)));
  };
  SimTime core_free[kHistoryServers][kHistoryCores];
  SimTime vp_free[kHistoryServers][kHistoryPartitions][kHistoryVps];
  for (std::size_t i = 0; i < stays; ++i) {
    DispatchSpan d;
    d.server = ServerId{static_cast<std::uint32_t>(below(kHistoryServers))};
    d.core = CoreId{static_cast<std::uint32_t>(below(kHistoryCores))};
    d.partition = PartitionId{static_cast<std::uint32_t>(below(kHistoryPartitions))};
    d.vp = static_cast<std::uint32_t>(below(kHistoryVps));
    SimTime& core = core_free[index(d.server)][index(d.core)];
    SimTime& vp = vp_free[index(d.server)][index(d.partition)][d.vp];
    d.waiting = vp;
    d.begin = std::max(core, vp) + length();
    // The wait is cut at two places.
    const std::int64_t wait = (d.begin - d.waiting).ps();
    std::int64_t cuts[] = {static_cast<std::int64_t>(below(static_cast<std::uint64_t>(wait) + 1)),
                           static_cast<std::int64_t>(below(static_cast<std::uint64_t>(wait) + 1))};
    std::sort(std::begin(cuts), std::end(cuts));
    d.ready = d.waiting + SimTime::from_ps(cuts[0]);
    d.enqueue = d.waiting + SimTime::from_ps(cuts[1]);
    d.end = d.begin + length() + SimTime::from_ps(1);
    const SimTime stay = d.end - d.begin;
    d.entitled = below(3) == 0 ? SimTime::from_ps(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(stay.ps())))) : stay;
    d.preempt_reason = below(2) == 0 ? 4 : 2;
    core = vp = d.end;
    history.stays.push_back(d);
    history.end = std::max(history.end, d.end);
  }
  // A core of its own that one virtual processor keeps all the time, and one that waits all the time for another.
  for (std::uint32_t vp = 0; vp < 2; ++vp) {
    DispatchSpan d;
    d.core = CoreId{kHistoryCores + vp};
    d.partition = PartitionId{kHistoryPartitions};
    d.vp = vp;
    d.end = history.end - SimTime::from_ps(5);
    d.begin = d.enqueue = d.ready = vp == 0 ? SimTime{} : d.end - SimTime::from_ns(3);
    d.entitled = d.end - d.begin;
    d.preempt_reason = 2;
    history.stays.push_back(d);
  }
  std::stable_sort(history.stays.begin(), history.stays.end(), [](const auto& a, const auto& b) { return a.end < b.end; });
  const auto moment = [&] {
    return SimTime::from_ps(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(history.end.ps()))));
  };
  for (std::size_t i = 0; i < requests; ++i) {
    IoRequest r;
    r.number = i;
    r.target = static_cast<std::uint32_t>(below(kHistoryTargets));
    r.outcome = below(10) == 0 ? IoOutcome::failed : IoOutcome::done;
    r.bytes = 4096 * below(3);
    r.begin = i == 0 ? SimTime{} : moment();
    r.end = i == 0 ? history.end : std::min(r.begin + length(), history.end);
    r.stages[1] = r.end - r.begin;
    history.requests.push_back(r);
  }
  std::stable_sort(history.requests.begin(), history.requests.end(), [](const auto& a, const auto& b) { return a.end < b.end; });
  for (std::size_t i = 0; i < calls; ++i) {
    VspCall c;
    c.number = i;
    c.vsp = PartitionId{static_cast<std::uint32_t>(below(2))};
    c.end = static_cast<std::uint8_t>(below(kVspCallEnds.size()));
    c.begin = moment();
    c.taken = c.end_time = std::min(c.begin + length(), history.end);
    c.bytes = below(100);
    history.calls.push_back(c);
  }
  std::stable_sort(history.calls.begin(), history.calls.end(), [](const auto& a, const auto& b) { return a.end_time < b.end_time; });
  return history;
}

}  // namespace lparsim::trace

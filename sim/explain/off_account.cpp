#include "sim/explain/off_account.hpp"

#include <algorithm>

#include "sim/explain/wait_account.hpp"

namespace lparsim::explain {
namespace {

struct Period {
  SimTime begin, end;
};

/// When no virtual processor of the partition was on a core, in order.
std::vector<Period> periods_off(PartitionId partition, SimTime begin, SimTime end, std::span<const trace::DispatchSpan> rows) {
  std::vector<Period> stays;
  for (const trace::DispatchSpan& d : rows) {
    if (d.partition == partition && d.end > begin && d.begin < end) stays.push_back({d.begin, d.end});
  }
  std::ranges::sort(stays, {}, &Period::begin);
  std::vector<Period> off;
  SimTime at = begin;
  for (const Period& stay : stays) {
    if (stay.begin > at) off.push_back({at, stay.begin});
    at = std::max(at, stay.end);
  }
  if (at < end) off.push_back({at, end});
  return off;
}

/// The part of a wait in a period.
trace::DispatchSpan part_of(const trace::DispatchSpan& wait, SimTime begin, SimTime end) {
  trace::DispatchSpan part = wait;
  part.waiting = part.ready = begin;
  part.enqueue = std::clamp(wait.enqueue, begin, end);
  part.begin = part.end = end;
  return part;
}

}  // namespace

SimTime time_off(PartitionId partition, SimTime begin, SimTime end, std::span<const trace::DispatchSpan> rows) {
  SimTime sum;
  for (const Period& off : periods_off(partition, begin, end, rows)) sum += off.end - off.begin;
  return sum;
}

OffAccount account_for_off(const Frame& frame, PartitionId partition, SimTime begin, SimTime end, SimTime off,
                           std::span<const trace::DispatchSpan> rows, std::span<const trace::DispatchSpan> vain_waits) {
  std::vector<trace::DispatchSpan> waits{vain_waits.begin(), vain_waits.end()};
  for (const trace::DispatchSpan& d : rows) {
    if (d.partition == partition && d.begin > d.ready) waits.push_back(d);
  }
  std::ranges::stable_sort(waits, {}, &trace::DispatchSpan::ready);
  OffAccount account;
  account.partition = partition;
  account.off = account.unexplained = off;
  const auto put = [&](const Reason& reason) {
    const auto same =
        std::ranges::find_if(account.reasons, [&](const Reason& r) { return r.cause == reason.cause && r.other == reason.other; });
    if (same == account.reasons.end())
      account.reasons.push_back(reason);
    else
      same->time += reason.time;
  };
  for (const Period& period : periods_off(partition, begin, end, rows)) {
    const SimTime until = std::min(period.end, period.begin + account.unexplained);
    for (SimTime at = period.begin; at < until;) {
      const auto wait = std::ranges::find_if(waits, [&](const auto& w) { return w.ready <= at && at < w.begin; });
      if (wait == waits.end()) {
        const auto next = std::ranges::find_if(waits, [&](const auto& w) { return w.ready > at; });
        const SimTime to = next == waits.end() ? until : std::min(until, next->ready);
        account.asleep += to - at;
        account.unexplained -= to - at;
        at = to;
        continue;
      }
      const SimTime to = std::min(until, wait->begin);
      for (const Reason& reason : account_for(frame, part_of(*wait, at, to), rows).reasons) put(reason);
      account.unexplained -= to - at;
      at = to;
    }
  }
  return account;
}

}  // namespace lparsim::explain

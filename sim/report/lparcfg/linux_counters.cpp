#include "sim/report/lparcfg/linux_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/base/quantity.hpp"

namespace lparsim::report {
namespace {

using trace::IntervalSample;
using trace::LogicalIntervalSample;
using trace::VpIntervalSample;

/// `whole` x part / of, exact but for the last picosecond; 0 of nothing.
SimTime portion(SimTime whole, SimTime part, SimTime of) {
  __extension__ using Wide = __int128;
  if (of == SimTime{}) return {};
  return SimTime::from_ps(static_cast<std::int64_t>(static_cast<Wide>(whole.ps()) * part.ps() / of.ps()));
}

/// The rows of the interval that begins at `begin`: those from `next` on, which is moved behind them.
template <class Row>
std::vector<Row> taken(const std::vector<Row>& rows, std::size_t& next, SimTime begin) {
  const std::size_t first = next;
  while (next < rows.size() && rows[next].begin <= begin) ++next;
  return {rows.begin() + static_cast<std::ptrdiff_t>(first), rows.begin() + static_cast<std::ptrdiff_t>(next)};
}

SimTime purr(const LogicalIntervalSample& row) {
  return row.user + row.sys + row.wait + row.idle;
}

/// What of the partition's figures no logical processor accounts for, in equal parts among those that are online: a run file from before
/// there were such rows still shows what the partition used.
void add_unrecorded(std::vector<LogicalIntervalSample>& rows, const IntervalSample& interval, const std::vector<std::uint32_t>& online,
                    std::uint32_t threads_per_core) {
  constexpr std::array kParts{
      std::pair{&LogicalIntervalSample::user, &IntervalSample::user}, std::pair{&LogicalIntervalSample::sys, &IntervalSample::sys},
      std::pair{&LogicalIntervalSample::wait, &IntervalSample::wait}, std::pair{&LogicalIntervalSample::idle, &IntervalSample::idle},
      std::pair{&LogicalIntervalSample::busy, &IntervalSample::logical_busy}};
  if (!rows.empty() || interval.consumed == SimTime{} || online.empty()) return;
  const auto count = static_cast<std::int64_t>(online.size());
  for (std::size_t n = 0; n < online.size(); ++n) {
    LogicalIntervalSample row;
    row.vp = online[n] / threads_per_core;
    row.thread = online[n] % threads_per_core;
    for (const auto& [part, whole] : kParts) {
      const std::int64_t ps = (interval.*whole).ps();
      row.*part = SimTime::from_ps(ps / count + (static_cast<std::int64_t>(n) < ps % count ? 1 : 0));
    }
    rows.push_back(row);
  }
}

void add_row(LogicalCounters& to, const LogicalIntervalSample& row, const IntervalSample& interval) {
  to.user += row.user;
  to.sys += row.sys;
  to.wait += row.wait;
  to.idle += row.idle;
  to.scaled += portion(purr(row), interval.scaled, interval.consumed);
  to.scaled_idle += portion(row.wait + row.idle, interval.scaled_idle, interval.wait + interval.idle);
}

/// Splits the elapsed time of one logical processor. Waiting for a core is stolen from a thread in the measure in which it was busy on it.
void add_elapsed(LogicalCounters& to, SimTime elapsed, const LogicalIntervalSample* row, SimTime stolen) {
  const SimTime busy = row != nullptr ? std::min(row->busy, elapsed) : SimTime{};
  const SimTime steal = std::min(stolen, elapsed - busy);
  const SimTime rest = elapsed - busy - steal;
  const SimTime user = row != nullptr ? portion(busy, row->user, row->user + row->sys) : SimTime{};
  const SimTime iowait = row != nullptr ? portion(rest, row->wait, row->wait + row->idle) : SimTime{};
  to.user_time += user;
  to.sys_time += busy - user;
  to.steal_time += steal;
  to.iowait_time += iowait;
  to.idle_time += rest - iowait;
}

}  // namespace

std::int64_t LinuxCounters::purr_ticks() const {
  std::int64_t ticks = 0;
  for (const LogicalCounters& cpu : logical) ticks += timebase_ticks(cpu.purr());
  return ticks;
}

std::int64_t LinuxCounters::idle_purr_ticks() const {
  std::int64_t ticks = 0;
  for (const LogicalCounters& cpu : logical) ticks += timebase_ticks(cpu.idle_purr());
  return ticks;
}

LinuxCounting::LinuxCounting(PartitionHistory partition, std::vector<VpIntervalSample> virtual_processors,
                             std::vector<LogicalIntervalSample> logical)
    : partition_{std::move(partition)}, virtual_processors_{std::move(virtual_processors)}, logical_{std::move(logical)} {
  const trace::PartitionFacts& facts = partition_.facts;
  const std::uint32_t smt = std::max(facts.smt, 1U);
  now_.entitlement = facts.entitlement;
  now_.capped = facts.capped || partition_.dedicated();
  now_.weight = facts.weight;
  now_.online_processors = now_.potential_processors = facts.virtual_processors;
  now_.threads_per_core = std::max(partition_.server.smt, smt);
  for (const IntervalSample& i : partition_.intervals)
    now_.potential_processors = std::max(now_.potential_processors, i.virtual_processors);
  now_.logical.resize(std::size_t{now_.potential_processors} * now_.threads_per_core);
  now_.dispatched.resize(now_.potential_processors);
  for (std::uint32_t vp = 0; vp < now_.online_processors; ++vp)
    for (std::uint32_t thread = 0; thread < smt; ++thread) now_.logical[vp * now_.threads_per_core + thread].online = true;
}

Result<void> LinuxCounting::advance(SimTime to) {
  SimTime before = now_.at;
  std::size_t last = next_;
  for (; last < partition_.intervals.size() && partition_.intervals[last].end <= to; ++last) before = partition_.intervals[last].end;
  if (before != to && last < partition_.intervals.size())
    return unexpected(fmt::format("no interval of {} ends at {}; the nearest recorded times are {} and {}", partition_.facts.name,
                                  format(to), format(before), format(partition_.intervals[last].end)));
  if (before != to)
    return unexpected(fmt::format("{} is recorded to {} only, not to {}", partition_.facts.name, format(before), format(to)));
  while (next_ < last) add(partition_.intervals[next_++]);
  return {};
}

void LinuxCounting::add(const IntervalSample& interval) {
  const SimTime elapsed = interval.end - interval.begin;
  const std::uint32_t width = now_.threads_per_core;
  now_.at = interval.end;
  now_.last_interval = elapsed;
  now_.runnable = interval.runnable;
  // Settings change at any instant; an interval knows how they are at its end, but of the entitlement only the mean.
  now_.entitlement = ProcessingUnits::from_hundredths((portion(SimTime::from_ps(200), interval.entitled, elapsed).ps() + 1) / 2);
  // A recording without logical processors has none of its settings: they stay as the partition was activated.
  const bool recorded = interval.logical_processors > 0;
  if (recorded) now_.capped = interval.capped || partition_.dedicated();
  if (recorded) now_.weight = interval.weight;
  const std::uint32_t threads_online =
      recorded ? interval.logical_processors : interval.virtual_processors * std::max(partition_.facts.smt, 1U);
  now_.online_processors = interval.virtual_processors;
  now_.pool_idle += interval.pool_idle;
  now_.yields += interval.dispatches + interval.vcsw;
  now_.phantom_interrupts += interval.phint;
  now_.interrupts += interval.interrupts;
  now_.context_switches += interval.context_switches;

  // SMT modes are known as their sum only: as even as it can be.
  std::vector<std::uint32_t> online;
  for (LogicalCounters& cpu : now_.logical) cpu.online = false;
  for (std::uint32_t vp = 0; vp < interval.virtual_processors; ++vp) {
    const std::uint32_t threads =
        threads_online / interval.virtual_processors + (vp < threads_online % interval.virtual_processors ? 1 : 0);
    for (std::uint32_t thread = 0; thread < std::min(threads, width); ++thread) online.push_back(vp * width + thread);
  }
  for (const std::uint32_t number : online) now_.logical[number].online = true;

  const std::vector<VpIntervalSample> vps = taken(virtual_processors_, next_vp_, interval.begin);
  std::vector<LogicalIntervalSample> logical = taken(logical_, next_logical_, interval.begin);
  add_unrecorded(logical, interval, online, width);
  std::vector<const LogicalIntervalSample*> row_of(now_.logical.size());
  for (const LogicalIntervalSample& row : logical) {
    const std::size_t number = row.vp * width + row.thread;
    if (row.thread >= width || number >= now_.logical.size()) continue;
    row_of[number] = &row;
    add_row(now_.logical[number], row, interval);
  }
  std::vector<SimTime> stolen(now_.logical.size());
  for (const VpIntervalSample& row : vps) {
    if (row.vp >= now_.potential_processors) continue;
    DispatchCounters& to = now_.dispatched[row.vp];
    to.same_core += row.same_core;
    to.same_chip += row.same_chip;
    to.other_chip += row.other_chip;
    const SimTime waited = row.wait_capacity + row.wait_processor;
    const std::size_t first = row.vp * width;
    if (row.consumed == SimTime{}) stolen[first] = waited;  // someone waited; nobody knows on which thread
    for (std::size_t number = first; number < first + width; ++number)
      if (row_of[number] != nullptr) stolen[number] = std::max(stolen[number], portion(waited, row_of[number]->busy, row.consumed));
  }
  for (std::size_t number = 0; number < now_.logical.size(); ++number)
    if (now_.logical[number].online) add_elapsed(now_.logical[number], elapsed, row_of[number], stolen[number]);
}

}  // namespace lparsim::report

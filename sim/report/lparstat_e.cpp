#include <fmt/format.h>

#include <algorithm>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"

namespace lparsim::report {

namespace {

using trace::IntervalSample;

/// SPURR / PURR; 1 when nothing ran.
double speed_of(const IntervalSample& i) {
  return AixShares{i}.speed / 100;
}

std::string aix_row(const PartitionHistory& p, const IntervalSample& i) {
  const double seconds = (i.end - i.begin).seconds();
  const double whole = std::max(i.entitled, i.consumed).seconds() / seconds;
  const double user = i.user.seconds() / seconds, sys = i.sys.seconds() / seconds, wait = i.wait.seconds() / seconds;
  // The frequency that counts is that of the busy time; what SPURR shows less or more of it is less or more idle.
  const double busy = (i.consumed - i.wait - i.idle).seconds();
  const double ratio = i.scaled > SimTime{} && busy > 0 ? (i.scaled - i.scaled_idle).seconds() / busy : speed_of(i);
  const Columns cores{{{"", 5, 3}, {"", 5, 3}, {"", 5, 3}, {"", 5, 3}}};
  const auto four = [&](double u, double s) {
    std::string text = cores.row({u, s, wait, std::max(0.0, whole - u - s - wait)});
    text.pop_back();
    return text;
  };
  const double gigahertz = p.server.frequency.value * speed_of(i) / 1e9;
  return fmt::format("{} {}GHz[{:3.0f}%] {}\n", four(user, sys), fixed(gigahertz, 1), 100 * speed_of(i), four(user * ratio, sys * ratio));
}

std::string linux_row(const PartitionHistory& p, const IntervalSample& i) {
  const double cores = i.virtual_processors * (i.end - i.begin).seconds();
  const double purr = i.consumed.seconds(), idle_purr = (i.wait + i.idle).seconds();
  const double spurr = i.scaled.seconds(), idle_spurr = i.scaled_idle.seconds();
  const bool capped = p.dedicated() && !p.facts.donates();
  const auto idle_of = [&](double dispatched, double idle) {
    return 100 * ((capped ? 0.0 : cores - dispatched) + idle) / cores;
  };
  const double rate = 100 * speed_of(i);
  // lparstat rounds the frequency to whole per cent and stretches the normalised figures to it (round_off_freq).
  const double rounded = static_cast<int>(rate + 0.44);
  const double stretch = 1 + (rounded - rate) / rate;
  return fmt::format("{:>6} {:>6} {:5.2f}GHz[{:3}%] {:>6} {:>6}\n", fixed(100 * (purr - idle_purr) / cores, 2),
                     fixed(idle_of(purr, idle_purr), 2), p.server.frequency.value * rate / 1e11, static_cast<int>(rounded),
                     fixed(100 * (spurr - idle_spurr) / cores * stretch, 2),
                     fixed(idle_of(std::min(spurr, cores), idle_spurr) * stretch, 2));
}

}  // namespace

std::string aix_lparstat_e(const PartitionHistory& p) {
  return with_configurations(
      p,
      [&](const Configuration& c) {
        std::string out = fmt::format("\nSystem configuration: type={} mode={} smt={} lcpu={} mem={}MB", p.type(), p.mode(c), c.smt(),
                                      c.logical_processors, p.facts.memory.count >> 20);
        if (!p.dedicated()) out += fmt::format(" ent={:.2f}", c.entitlement);
        return out +
               " Power=Disabled\n\nPhysical Processor Utilisation:\n\n"
               " --------Actual--------              ------Normalised------\n"
               " user   sys  wait  idle      freq    user   sys  wait  idle\n"
               " ----  ----  ----  ----   ---------  ----  ----  ----  ----\n";
      },
      [&](const IntervalSample& i) { return aix_row(p, i); });
}

std::string linux_lparstat_e(const PartitionHistory& p) {
  std::string out = linux_system_configuration(p, p.intervals.empty() ? p.latest() : configuration_of(p.intervals.front()));
  out +=
      "---Actual---                 -Normalized-\n"
      "%busy  %idle   Frequency     %busy  %idle\n"
      "------ ------  ------------- ------ ------\n";
  for (const IntervalSample& i : p.intervals) out += linux_row(p, i);
  return out;
}

}  // namespace lparsim::report

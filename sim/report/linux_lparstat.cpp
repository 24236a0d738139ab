#include <fmt/format.h>

#include <cstdlib>

#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/linux_times.hpp"

namespace lparsim::report {

namespace {

using trace::IntervalSample;

/// The counters that lparstat reads at both ends of an interval, from the start of the run on. Time in ticks of the time base.
struct Counters {
  SimTime now, consumed, pool_idle;
  std::uint64_t dispatches = 0, phint = 0;

  Counters after(const IntervalSample& i) const {
    // The yield count of the virtual processor area counts both edges: coming to a core and leaving it.
    return {i.end, consumed + i.consumed, pool_idle + i.pool_idle, dispatches + i.dispatches + i.vcsw, phint + i.phint};
  }
};

// powerpc-utils computes in single precision, and %entc from physc and entitlement as it has printed them (src/lparstat.c:
// get_cpu_physc, get_per_entc, get_cpu_app). Whoever compares to the last digit needs the same.
float ticks_between(SimTime from, SimTime to) {
  return static_cast<float>(timebase_ticks(to) - timebase_ticks(from));
}

std::string two(double value) {
  return fixed(value, 2);
}

}  // namespace

std::string linux_system_configuration(const PartitionHistory& p, const Configuration& c) {
  return fmt::format("\nSystem Configuration\ntype={} mode={} smt={} lcpu={} mem={} kB cpus={} ent={:.2f} \n\n", p.type(), p.mode(c),
                     c.smt(), c.virtual_processors, p.facts.memory.count >> 10, p.shared_cores, c.entitlement);
}

std::string linux_lparstat(const PartitionHistory& p) {
  const Columns columns{{{"%user", 5},
                         {"%sys", 5},
                         {"%wait", 5},
                         {"%idle", 8, 0, 5},
                         {"physc", 8, 0, 5},
                         {"%entc", 5},
                         {"lbusy", 5},
                         {"app", 5},
                         {"vcsw", 5},
                         {"phint", 5}}};
  std::string out = linux_system_configuration(p, p.intervals.empty() ? p.latest() : configuration_of(p.intervals.front()));
  out += columns.heading() + columns.rule();
  Counters before;
  if (!p.intervals.empty()) before.now = p.intervals.front().begin;
  for (const IntervalSample& i : p.intervals) {
    const Counters after = before.after(i);
    const LinuxTimes t{i};
    // lparstat adds up user, nice, system, idle and iowait; stolen time is not among them.
    const double known = t.all() - t.stolen;
    const auto share = [&](double part) {
      return two(known > 0 ? 100 * part / known : 0.0);
    };
    const std::string physc = two(ticks_between(before.consumed, after.consumed) / ticks_between(before.now, after.now));
    const std::string entitlement = two(configuration_of(i).entitlement);
    const std::string entc = two(std::strtod(physc.c_str(), nullptr) / std::strtod(entitlement.c_str(), nullptr) * 100.0);
    const float app = ticks_between(before.pool_idle, after.pool_idle) / static_cast<float>(kTimebaseHertz) /
                      static_cast<float>((i.end - i.begin).seconds());
    out += columns.row({share(t.user), share(t.system), share(t.wait), share(t.idle), physc, entc, share(t.user + t.system), two(app),
                        after.dispatches, after.phint});
    before = after;
  }
  return out;
}

}  // namespace lparsim::report

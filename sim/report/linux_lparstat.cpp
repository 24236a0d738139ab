#include <fmt/format.h>

#include <cstdlib>

#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/linux_times.hpp"

namespace lparsim::report {

namespace {

std::string two(double value) {
  return fixed(value, 2);
}

}  // namespace

std::string linux_system_configuration(const PartitionHistory& p, const Configuration& c) {
  return fmt::format("\nSystem Configuration\ntype={} mode={} smt={} lcpu={} mem={} kB cpus={} ent={:.2f} \n\n", p.type(), p.mode(c),
                     c.smt(), c.virtual_processors, p.facts.memory.count >> 10, p.shared_cores, c.entitlement);
}

Result<std::string> linux_lparstat(const trace::Reader& reader, const PartitionHistory& p) {
  const auto intervals = linux_intervals(reader, p);
  if (!intervals) return unexpected(intervals.error());
  const Columns columns{{{"%user", 5},
                         {"%sys", 5},
                         {"%wait", 5},
                         {"%idle", 8, 0, "-----"},
                         {"physc", 8, 0, "-----"},
                         {"%entc", 5},
                         {"lbusy", 5},
                         {"app", 5},
                         {"vcsw", 5},
                         {"phint", 5}}};
  std::string out = linux_system_configuration(p, p.intervals.empty() ? p.latest() : configuration_of(p.intervals.front()));
  out += columns.heading() + columns.rule();
  // powerpc-utils computes in single precision, and %entc from physc and entitlement as it has printed them (src/lparstat.c:
  // get_cpu_physc, get_per_entc, get_cpu_app). Whoever compares to the last digit needs the same.
  for (const LinuxInterval& i : *intervals) {
    const LinuxTimes t{i};
    // lparstat adds up user, nice, system, idle and iowait; stolen time is not among them.
    const double known = t.all() - t.stolen;
    const auto share = [&](double part) {
      return two(known > 0 ? 100 * part / known : 0.0);
    };
    const std::string physc = two(static_cast<float>(i.purr()) / static_cast<float>(i.elapsed()));
    const std::string entitlement = two(i.after.entitlement.value());
    const std::string entc = two(std::strtod(physc.c_str(), nullptr) / std::strtod(entitlement.c_str(), nullptr) * 100.0);
    const float app = static_cast<float>(i.pool_idle()) / static_cast<float>(kTimebaseHertz) / static_cast<float>(i.seconds());
    out += columns.row({share(t.user), share(t.system), share(t.wait), share(t.idle), physc, entc, share(t.user + t.system), two(app),
                        i.after.yields, i.after.phantom_interrupts});
  }
  return out;
}

}  // namespace lparsim::report

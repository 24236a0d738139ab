#include "sim/report/commands.hpp"

namespace lparsim::report {

std::string with_configurations(const PartitionHistory& p, const std::function<std::string(const Configuration&)>& heading,
                                const std::function<std::string(const trace::IntervalSample&)>& row) {
  if (p.intervals.empty()) return heading(configuration_of(p.facts));
  std::string out;
  Configuration last;
  for (const trace::IntervalSample& i : p.intervals) {
    const Configuration now = configuration_of(i);
    if (out.empty() || now != last) {
      if (!out.empty()) out += "\nSystem configuration changed. The current iteration values may be inaccurate.\n";
      out += heading(now);
      last = now;
    }
    out += row(i);
  }
  return out;
}

}  // namespace lparsim::report

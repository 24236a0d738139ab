#include <fmt/format.h>

#include "sim/report/commands.hpp"
#include "sim/report/processor_sums.hpp"

namespace lparsim::report {

// arch/powerpc/platforms/pseries/lpar.c, vcpudispatch_stats_display: total; same core; other core, same chip; other chip; other socket;
// then by distance from the home node, which is not simulated.
Result<std::string> vcpudispatch_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  const auto samples = reader.vp_intervals(p.facts.server, p.facts.partition);
  if (!samples) return unexpected(samples.error());
  std::string out;
  for (const auto& [vp, sum] : sums_by_vp(*samples, SimTime{}, SimTime::never(), p.latest().virtual_processors)) {
    if (options.vp && vp != *options.vp) continue;
    out += fmt::format("cpu{} {} {} {} {} 0 0 0 0\n", p.logical_number(vp, 0), sum.same_core + sum.same_chip + sum.other_chip,
                       sum.same_core, sum.same_chip, sum.other_chip);
  }
  return out;
}

}  // namespace lparsim::report

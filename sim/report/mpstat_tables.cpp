#include "sim/report/mpstat_tables.hpp"

#include <fmt/format.h>

namespace lparsim::report {

namespace {

std::string configuration_line(const PartitionHistory& p, const Configuration& c) {
  std::string out = fmt::format("\nSystem configuration: lcpu={}", c.logical_processors);
  if (!p.dedicated()) out += fmt::format(" ent={:.1f}", c.entitlement);
  return out + fmt::format(" mode={} \n\n", p.mode(c));
}

}  // namespace

Result<std::string> mpstat_tables(const trace::Reader& reader, const PartitionHistory& p, const Options& options,
                                  const std::string& heading, const std::function<std::string(const ProcessorsInInterval&)>& table) {
  const auto logical = reader.logical_intervals(p.facts.server, p.facts.partition);
  if (!logical) return unexpected(logical.error());
  const auto vps = reader.vp_intervals(p.facts.server, p.facts.partition);
  if (!vps) return unexpected(vps.error());
  bool first = true;
  return with_configurations(
      p,
      [&](const Configuration& c) {
        first = true;
        return configuration_line(p, c) + heading;
      },
      [&](const trace::IntervalSample& i) {
        const Configuration c = configuration_of(i);
        ProcessorsInInterval now{i, c, sums_by_logical(*logical, i.begin, i.end, c),
                                 sums_by_vp(*vps, i.begin, i.end, c.virtual_processors)};
        if (options.vp) {
          std::erase_if(now.logical, [&](const auto& one) { return one.first.first != *options.vp; });
          std::erase_if(now.virtual_processors, [&](const auto& one) { return one.first != *options.vp; });
        }
        std::string out = first ? "" : std::string(80, '-') + "\n";
        first = false;
        return out + table(now);
      });
}

Cell of_first_thread(const LogicalProcessor& processor, std::uint64_t value) {
  return processor.second == 0 ? Cell{value} : Cell{"-"};
}

}  // namespace lparsim::report

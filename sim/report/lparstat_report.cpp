#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/report/format.hpp"

namespace lparsim::report {

namespace {

using trace::IntervalSample;
using trace::PartitionFacts;

double share(SimTime part, SimTime whole) {
  return whole > SimTime{} ? 100.0 * part.seconds() / whole.seconds() : 0.0;
}

/// One row's figures. AIX counts user, sys, wait and idle in the entitlement (in physc where that is more) by PURR; what of the entitlement
/// was not used is idle.
struct Row {
  explicit Row(const IntervalSample& i)
      : whole{std::max(i.entitled, i.consumed)},
        user{share(i.user, whole)},
        sys{share(i.sys, whole)},
        wait{share(i.wait, whole)},
        idle{share(i.idle + whole - i.consumed, whole)},
        physc{share(i.consumed, i.end - i.begin) / 100},
        entc{share(i.consumed, i.entitled)},
        lbusy{share(i.logical_busy, i.logical_available)},
        app{share(i.pool_idle, i.end - i.begin) / 100},
        utilized{share(i.user + i.sys, i.consumed)} {}
  SimTime whole;
  double user, sys, wait, idle, physc, entc, lbusy, app;
  double utilized;  ///< %utcyc: cycles with work among those dispatched
};

/// Processors all run at their nominal frequency.
constexpr int kNominalSpeed = 100;

bool is_dedicated(const PartitionFacts& p) {
  return p.mode == "dedicated";
}

const char* mode_of(const PartitionFacts& p) {
  if (p.donates()) return "Donating";
  return is_dedicated(p) || p.capped ? "Capped" : "Uncapped";
}

std::string smt_of(const PartitionFacts& p) {
  return p.smt <= 1 ? "Off" : std::to_string(p.smt);
}

/// What stands above the rows, and makes them begin anew when it changes (DLPAR).
struct Configuration {
  std::uint32_t virtual_processors = 0;
  double entitlement = 0;
  bool operator==(const Configuration&) const = default;
};

/// AIX: lcpu counts hardware threads, mem is in MB.
std::string aix_heading(const PartitionFacts& p, const Configuration& c, std::uint32_t shared_cores) {
  std::string out = fmt::format("\nSystem configuration: type={} mode={} smt={} lcpu={} mem={}MB", is_dedicated(p) ? "Dedicated" : "Shared",
                                mode_of(p), smt_of(p), c.virtual_processors * std::max(p.smt, 1U), p.memory.count >> 20);
  if (!is_dedicated(p)) out += fmt::format(" psize={} ent={:.2f}", shared_cores, c.entitlement);
  out += "\n\n";
  if (!is_dedicated(p))
    return out +
           "%user  %sys  %wait  %idle physc %entc  lbusy   app  vcsw phint  %nsp  %utcyc\n"
           "----- ----- ------ ------ ----- ----- ------   --- ----- ----- -----  ------\n";
  if (p.donates())
    return out +
           "%user  %sys  %wait  %idle physc  vcsw   %nsp  %utcyc\n"
           "----- ----- ------ ------ ----- ----- ----- ------\n";
  return out +
         "%user  %sys  %wait  %idle  %nsp\n"
         "----- ----- ------ ------ -----\n";
}

std::string aix_row(const PartitionFacts& p, const IntervalSample& i) {
  const Row r{i};
  const std::string begin = fmt::format("{:5.1f} {:5.1f} {:6.1f} {:6.1f}", r.user, r.sys, r.wait, r.idle);
  if (!is_dedicated(p))
    return fmt::format("{} {:5.2f} {:5.1f} {:6.1f} {:5.2f} {:5} {:5} {:5} {:6.2f}\n", begin, r.physc, r.entc, r.lbusy, r.app, i.vcsw,
                       i.phint, kNominalSpeed, r.utilized);
  if (p.donates()) return fmt::format("{} {:5.2f} {:5} {:5} {:6.2f}\n", begin, r.physc, i.vcsw, kNominalSpeed, r.utilized);
  return fmt::format("{} {:5}\n", begin, kNominalSpeed);
}

// powerpc-utils (lparstat.c, print_system_configuration and print_default_output): lcpu counts cores, mem is in kB; %user to %idle come
// from /proc/stat, so they are shares of the time of the logical processors; vcsw and phint count from the boot on.
template <class... Cells>
std::string linux_line(const Cells&... cells) {
  return fmt::format("{:>5} {:>5} {:>5} {:>8} {:>8} {:>5} {:>5} {:>5} {:>5} {:>5}\n", cells...);
}

std::string linux_heading(const PartitionFacts& p, const Configuration& c, std::uint32_t shared_cores) {
  return fmt::format("\nSystem Configuration\ntype={} mode={} smt={} lcpu={} mem={} kB cpus={} ent={:.2f}\n\n",
                     is_dedicated(p) ? "Dedicated" : "Shared", mode_of(p), smt_of(p), c.virtual_processors, p.memory.count >> 10,
                     shared_cores, c.entitlement) +
         linux_line("%user", "%sys", "%wait", "%idle", "physc", "%entc", "lbusy", "app", "vcsw", "phint") +
         linux_line("-----", "-----", "-----", "-----", "-----", "-----", "-----", "-----", "-----", "-----");
}

std::string linux_row(const IntervalSample& i, std::uint64_t vcsw, std::uint64_t phint) {
  const Row r{i};
  const double user = r.lbusy * share(i.user, i.user + i.sys) / 100;
  const double sys = r.lbusy * share(i.sys, i.user + i.sys) / 100;
  const double not_busy = std::max(0.0, 100 - r.lbusy);
  const double wait = not_busy * share(i.wait, i.wait + i.idle) / 100;
  const auto two = [](double value) {
    return fmt::format("{:.2f}", value);
  };
  return linux_line(two(user), two(sys), two(wait), two(not_busy - wait), two(r.physc), two(r.entc), two(r.lbusy), two(r.app), vcsw, phint);
}

std::string rows_of(const PartitionFacts& p, const std::vector<IntervalSample>& samples, std::uint32_t shared_cores) {
  const bool is_linux = p.type == "linux";
  Configuration configuration{p.virtual_processors, p.entitlement.value()};
  const auto heading = [&] {
    return is_linux ? linux_heading(p, configuration, shared_cores) : aix_heading(p, configuration, shared_cores);
  };
  std::string out;
  std::uint64_t vcsw = 0, phint = 0;
  for (const IntervalSample& i : samples) {
    const Configuration now{i.virtual_processors, std::round(share(i.entitled, i.end - i.begin)) / 100};
    if (out.empty() || now != configuration) {
      configuration = now;
      out += heading();
    }
    vcsw += i.vcsw;
    phint += i.phint;
    out += is_linux ? linux_row(i, vcsw, phint) : aix_row(p, i);
  }
  return out.empty() ? heading() : out;
}

/// The cores that no dedicated partition holds.
std::uint32_t shared_cores_of(const trace::RunInfo& run, ServerId server) {
  std::uint32_t cores = 0;
  for (const trace::ServerFacts& s : run.servers)
    if (s.server == server) cores = s.cores;
  for (const PartitionFacts& p : run.partitions)
    if (p.server == server && is_dedicated(p)) cores -= std::min(cores, p.cores);
  return cores;
}

}  // namespace

Result<std::string> lparstat_report(const trace::Reader& reader, const Options& options) {
  const auto snapshot = reader.snapshot();
  const Result<trace::RunInfo> run = reader.run();
  if (!run) return unexpected(run.error());
  const Result<trace::HostFacts> host = reader.host();
  if (!host) return unexpected(host.error());
  if (host->trace_level == "off")
    return unexpected(fmt::format("{} has no interval samples: it was recorded with --trace off", reader.path().string()));
  std::vector<PartitionFacts> partitions = run->partitions;
  if (options.partition) {
    Result<PartitionFacts> one = find_partition(*run, *options.partition);
    if (!one) return unexpected(one.error());
    partitions = {*std::move(one)};
  }
  std::string out;
  for (const PartitionFacts& p : partitions) {
    const auto samples = reader.intervals(p.server, p.partition, options.interval);
    if (!samples) return unexpected(samples.error());
    // lparstat itself sees one partition only; its -i names it like this.
    if (!options.partition) out += fmt::format("{}{:<43}: {}\n", out.empty() ? "" : "\n", "Partition Name", p.name);
    out += rows_of(p, *samples, shared_cores_of(*run, p.server));
  }
  return out;
}

}  // namespace lparsim::report

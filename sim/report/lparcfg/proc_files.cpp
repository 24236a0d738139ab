#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "sim/report/lparcfg/linux_tree.hpp"
#include "sim/report/lparcfg/processor_times.hpp"

namespace lparsim::report {
namespace {

template <class... Values>
void append(std::string& text, fmt::format_string<const Values&...> format, const Values&... values) {
  fmt::format_to(std::back_inserter(text), format, values...);
}

/// user nice system idle iowait irq softirq steal guest guest_nice (proc(5)).
void append_times(std::string& text, const ProcessorTimes& t) {
  append(text, " {} 0 {} {} {} 0 0 {} 0 0\n", t.user, t.sys, t.idle, t.iowait, t.steal);
}

std::string stat_text(const LinuxCounters& now) {
  std::string text = "cpu ";  // and the blank that all have
  append_times(text, processor_times(now));
  for (std::size_t n = 0; n < now.logical.size(); ++n) {
    if (!now.logical[n].online) continue;
    append(text, "cpu{}", n);
    append_times(text, processor_times(now.logical[n]));
  }
  append(text, "intr {}\nctxt {}\nbtime 0\n", now.interrupts, now.context_switches);
  const std::int64_t running = now.last_interval > SimTime{} ? (now.runnable + now.last_interval / 2) / now.last_interval : 0;
  append(text, "procs_running {}\nprocs_blocked 0\n", running);
  return text;
}

/// Phantom interrupts are counted for the partition: they stand at its first processor.
std::string interrupts_text(const LinuxCounters& now) {
  std::string heading = "     ", spurious = "SPU: ";
  bool first = true;
  for (std::size_t n = 0; n < now.logical.size(); ++n) {
    if (!now.logical[n].online) continue;
    append(heading, "{:>11}", fmt::format("CPU{}", n));
    append(spurious, "{:>10} ", first ? now.phantom_interrupts : 0);
    first = false;
  }
  return heading + "\n" + spurious + "  Spurious interrupts\n";
}

std::string cpuinfo_text(const LinuxPartition& linux) {
  std::string text;
  for (std::size_t n = 0; n < linux.counters.logical.size(); ++n) {
    if (!linux.counters.logical[n].online) continue;
    append(text, "processor\t: {}\ncpu\t\t: {} (architected)\nclock\t\t: {:.6f}MHz\n\n", n, linux.self.server.generation,
           linux.self.server.frequency.value / 1e6);
  }
  append(text, "timebase\t: {}\nplatform\t: pSeries\nmodel\t\t: {}\nmachine\t\t: CHRP {}\n", kTimebaseHertz, linux.model(), linux.model());
  return text;
}

std::string uptime_text(const LinuxCounters& now) {
  constexpr SimTime kHundredth = SimTime::from_ms(10);
  SimTime idle;
  for (const LogicalCounters& cpu : now.logical) idle += cpu.idle_time;
  const std::int64_t up = now.at / kHundredth, rest = idle / kHundredth;
  return fmt::format("{}.{:02} {}.{:02}\n", up / 100, up % 100, rest / 100, rest % 100);
}

/// All, to the same core, another one of the chip, another chip, a far one; then by distance from the home node, which is not simulated
/// (Linux, arch/powerpc/platforms/pseries/lpar.c). The figures of a virtual processor stand at its first thread.
std::string dispatch_text(const LinuxCounters& now) {
  std::string text;
  for (std::size_t n = 0; n < now.logical.size(); ++n) {
    if (!now.logical[n].online) continue;
    const DispatchCounters none;
    const DispatchCounters& d = n % now.threads_per_core == 0 ? now.dispatched[n / now.threads_per_core] : none;
    append(text, "cpu{} {} {} {} {} 0 0 0 0\n", n, d.same_core + d.same_chip + d.other_chip, d.same_core, d.same_chip, d.other_chip);
  }
  return text;
}

}  // namespace

std::vector<ReportFile> proc_files(const LinuxPartition& linux) {
  const LinuxCounters& now = linux.counters;
  const std::string lparcfg = lparcfg_text(linux);
  return {{"proc/powerpc/lparcfg", lparcfg},
          {"proc/ppc64/lparcfg", lparcfg},
          {"proc/powerpc/vcpudispatch_stats", dispatch_text(now)},
          {"proc/stat", stat_text(now)},
          {"proc/interrupts", interrupts_text(now)},
          {"proc/cpuinfo", cpuinfo_text(linux)},
          {"proc/meminfo", fmt::format("MemTotal:       {:8} kB\n", linux.self.facts.memory.count >> 10)},
          {"proc/uptime", uptime_text(now)},
          {"proc/sys/kernel/hostname", linux.self.facts.name + "\n"}};
}

}  // namespace lparsim::report

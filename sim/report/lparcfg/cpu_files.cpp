#include <fmt/format.h>

#include <functional>
#include <iterator>

#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {
namespace {

/// Numbers as the kernel lists them: 0-3,8-11.
std::string ranges(std::size_t count, const std::function<bool(std::size_t)>& has) {
  std::string text;
  for (std::size_t n = 0; n < count; ++n) {
    if (!has(n)) continue;
    const std::size_t first = n;
    while (n + 1 < count && has(n + 1)) ++n;
    if (!text.empty()) text += ",";
    text += first == n ? std::to_string(first) : fmt::format("{}-{}", first, n);
  }
  return text + "\n";
}

std::string ticks(SimTime time) {
  return fmt::format("{:x}\n", timebase_ticks(time));
}

}  // namespace

std::vector<ReportFile> cpu_files(const LinuxPartition& linux) {
  const LinuxCounters& now = linux.counters;
  const std::string root = "sys/devices/system/cpu/";
  const std::size_t count = now.logical.size(), width = now.threads_per_core;
  const auto all = [](std::size_t) {
    return true;
  };
  const auto online = [&](std::size_t n) {
    return now.logical[n].online;
  };
  std::vector<ReportFile> files{{root + "possible", ranges(count, all)},
                                {root + "present", ranges(count, all)},
                                {root + "online", ranges(count, online)},
                                {root + "offline", ranges(count, [&](std::size_t n) { return !online(n); })},
                                {root + "kernel_max", fmt::format("{}\n", count - 1)}};
  for (std::size_t n = 0; n < count; ++n) {
    const LogicalCounters& cpu = now.logical[n];
    const std::string node = fmt::format("{}cpu{}/", root, n);
    const std::size_t core = n / width;
    files.push_back({node + "online", cpu.online ? "1\n" : "0\n"});
    files.push_back({node + "physical_id", fmt::format("{}\n", n)});
    files.push_back({node + "topology/core_id", fmt::format("{}\n", core * width)});
    files.push_back(
        {node + "topology/thread_siblings_list", ranges(count, [&](std::size_t m) { return m / width == core && (online(m) || m == n); })});
    files.push_back({node + "purr", ticks(cpu.purr())});
    files.push_back({node + "spurr", ticks(cpu.scaled)});
    files.push_back({node + "idle_purr", ticks(cpu.idle_purr())});
    files.push_back({node + "idle_spurr", ticks(cpu.scaled_idle)});
  }
  return files;
}

}  // namespace lparsim::report

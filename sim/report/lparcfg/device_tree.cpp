#include <fmt/format.h>

#include <cmath>
#include <initializer_list>

#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {
namespace {

/// Cells of 32 bits, the high byte first.
void append_cell(std::string& text, std::uint32_t cell) {
  for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(cell >> shift & 0xFFU);
}
std::string cells(std::initializer_list<std::uint32_t> values) {
  std::string text;
  for (const std::uint32_t value : values) append_cell(text, value);
  return text;
}
/// Strings end with a zero byte.
std::string string(std::string text) {
  text += '\0';
  return text;
}

void add_processor(std::vector<ReportFile>& files, const LinuxPartition& linux, std::uint32_t vp) {
  const std::uint32_t threads = linux.counters.threads_per_core, first = vp * threads;
  const std::string name = fmt::format("PowerPC,{}", linux.self.server.generation);
  const std::string node = fmt::format("proc/device-tree/cpus/{}@{:x}/", name, first);
  std::string servers;
  for (std::uint32_t thread = 0; thread < threads; ++thread) append_cell(servers, first + thread);
  files.push_back({node + "name", string(name)});
  files.push_back({node + "device_type", string("cpu")});
  files.push_back({node + "reg", cells({first})});
  files.push_back({node + "ibm,ppc-interrupt-server#s", servers});
  files.push_back({node + "timebase-frequency", cells({static_cast<std::uint32_t>(kTimebaseHertz)})});
  // Beyond 32 bits firmware says it in ibm,extended-clock-frequency.
  const auto frequency = static_cast<std::uint64_t>(std::llround(linux.self.server.frequency.value));
  files.push_back({node + "ibm,extended-clock-frequency",
                   cells({static_cast<std::uint32_t>(frequency >> 32), static_cast<std::uint32_t>(frequency & 0xFFFF'FFFFU)})});
}

}  // namespace

std::vector<ReportFile> device_tree_files(const LinuxPartition& linux) {
  const std::string root = "proc/device-tree/";
  const std::uint64_t memory = linux.self.facts.memory.count;
  std::vector<ReportFile> files{
      {root + "model", string(linux.model())},
      {root + "system-id", string(linux.serial_number())},
      {root + "compatible", string(linux.model())},
      {root + "device_type", string("chrp")},
      {root + "ibm,partition-name", string(linux.self.facts.name)},
      {root + "ibm,partition-no", cells({linux.number()})},
      {root + "ibm,partition-performance-parameters-level", cells({1})},
      // Most memory (2 cells), its increment (2 cells), most processors: LoPAR, "ibm,lrdr-capacity".
      {root + "rtas/ibm,lrdr-capacity", cells({static_cast<std::uint32_t>(memory >> 32), static_cast<std::uint32_t>(memory & 0xFFFF'FFFFU),
                                               0, 256U << 20, linux.counters.potential_processors})}};
  for (std::uint32_t vp = 0; vp < linux.counters.potential_processors; ++vp) add_processor(files, linux, vp);
  return files;
}

}  // namespace lparsim::report

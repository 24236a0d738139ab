#include <fmt/format.h>

#include <string>

#include "models/core/machine_catalogue.hpp"
#include "sim/app/requests.hpp"

namespace lparsim::app {

// One line a machine: what a scenario's `model` fills in, and the rating of the largest configuration.
ExitCode print_machines(Console& console) {
  std::string text = fmt::format("{:<22} {:<20} {:<10} {:>5} {:>10} {:>9} {:>4} {:>14} {:>9}\n", "model", "product", "generation", "cores",
                                 "cores/chip", "frequency", "SMT", "memory", "rPerf");
  bool assumed = false;
  for (const core::Machine& machine : core::machine_catalogue()) {
    const auto rating = core::rperf(machine, machine.most_cores);
    std::string memory = machine.memory_gibibytes == 0 ? "-" : fmt::format("{} GiB", machine.memory_gibibytes);
    if (machine.memory_is_assumed) memory += " *";
    assumed = assumed || machine.memory_is_assumed;
    text += fmt::format("{:<22} {:<20} {:<10} {:>5} {:>10} {:>9} {:>4} {:>14} {:>9}\n", machine.name(), machine.product,
                        core::generation_facts(machine.generation).name, machine.most_cores, machine.cores_per_chip,
                        fmt::format("{:.2f} GHz", machine.frequency().value * 1e-9), machine.most_threads_per_core(), memory,
                        rating ? fmt::format("{:.1f}", *rating) : "-");
  }
  if (assumed) text += "* assumed: no public source was found\n";
  console.print(text);
  return ExitCode::all_hold;
}

}  // namespace lparsim::app

#pragma once
#include <string>
#include <vector>

#include "sim/app/console.hpp"
#include "sim/app/exit_code.hpp"

namespace lparsim::app {

/// The whole command `lparsim ARGUMENTS...` (docs/commands.md). Never throws. `run` once a process, since SystemC elaborates only once.
ExitCode command(const std::vector<std::string>& arguments, Console& console);

}  // namespace lparsim::app

#pragma once

namespace lparsim::app {

/// What scripts go by.
enum class ExitCode : int {
  all_hold = 0,
  expectation_failed = 1,
  wrong_input = 2,       ///< scenario, command line, run file
  simulator_failed = 3,  ///< a broken promise, a full disk, an interruption
};

}  // namespace lparsim::app

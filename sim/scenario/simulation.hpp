#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "sim/scenario/control_rules.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/run_control.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::scenario {

struct RunOptions {
  std::filesystem::path output;
  trace::Level level = trace::Level::summary;
  /// Called a few times a wall second with the simulated time reached; may be empty.
  std::function<void(SimTime now)> progress;
  /// When it becomes true the run ends early and its file says `interrupted`; may be null.
  const std::atomic<bool>* stop = nullptr;
  /// Others may control it; may be null.
  const LiveControl* control = nullptr;
  /// Those of another run, to be made again; in order of time. Not together with `control`.
  std::vector<ControlledChange> changes = {};
};

enum class Outcome : std::uint8_t { finished, stopped };

/// Simulates a scenario that was read without errors, and writes its run file. Once a process, since SystemC elaborates only once.
/// Throws trace::WriteError when the file cannot be written, CheckFailure when the simulator broke a promise of its own.
Outcome simulate(const ScenarioConfig& scenario, const RunOptions& options);

}  // namespace lparsim::scenario

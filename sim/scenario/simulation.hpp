#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "sim/scenario/document.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::scenario {

struct RunOptions {
  std::filesystem::path output;
  trace::Level level = trace::Level::summary;
  /// Called a few times a wall second with the simulated time reached; may be empty.
  std::function<void(SimTime now)> progress;
  /// When it becomes true the run ends early and its file says `interrupted`; may be null.
  const std::atomic<bool>* stop = nullptr;
};

enum class Outcome : std::uint8_t { finished, stopped };

/// Simulates a scenario that was read without errors, and writes its run file. Once a process, since SystemC elaborates only once.
/// Throws trace::WriteError when the file cannot be written, CheckFailure when the simulator broke a promise of its own.
Outcome simulate(const ScenarioConfig& scenario, const RunOptions& options);

}  // namespace lparsim::scenario

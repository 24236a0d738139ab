#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/vsp/config.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "vsp/behaviour/fault_plan.hpp"

namespace lparsim::scenario {

// Virtual Service Partitions in a scenario as read: what they may hook, what they run, how they fail. docs/scenario.md describes the keys.

/// What a Virtual Service Partition may hook; `clients` by their names, not yet by their numbers.
struct VspHookConfig : vsp::HookPermit {
  std::vector<std::string> client_names;  ///< empty: all but itself

  /// Whether a call waits for its answer.
  bool decides() const { return role != vsp::Role::observer; }
};

/// What a call is answered with.
enum class VspVerdict : std::uint8_t { pass, deny, complete, native, defer };
inline constexpr std::size_t kVspVerdicts = 5;

struct VspVerdictShare {
  VspVerdict verdict{};
  double share = 1;
};

/// A behaviour without code.
struct VspBehaviourConfig {
  Distribution time = Distribution::constant(SimTime::from_us(10));  ///< of processor, for each call
  SimTime per_byte;                                                  ///< and for each byte that goes with it
  std::vector<VspVerdictShare> verdicts;                             ///< empty: filters let pass, providers leave it to the native function
  std::optional<std::int32_t> status;                                ///< of deny (else IO_ERROR) and complete (else 0)
  SimTime defer = SimTime::from_ms(1);
  bool reconnects = true;  ///< after its channel was closed
};

/// `until` is not said here, but `length`.
struct VspFaultConfig : vsp::Fault {
  std::optional<SimTime> length;  ///< absent: it does not end; of a crash: nobody starts the partition again
};

/// Faults of these kinds, one after the other with such gaps.
struct VspRandomFaults {
  Distribution every;
  std::vector<vsp::FaultKind> kinds;
  VspFaultConfig each;  ///< but for kind and time
};

/// How long a Virtual Service Partition is away that restarts.
inline constexpr SimTime kVspRestart = SimTime::from_s(1);

struct VspPartitionConfig {
  std::string plugin;         ///< a bare name or a path; empty: `behaviour`
  std::string configuration;  ///< text for the plugin
  VspBehaviourConfig behaviour;
  std::uint32_t threads = 1;
  vsp::VspConfig channel;  ///< without name, partition and permits
  std::vector<VspHookConfig> hooks;
  std::vector<VspFaultConfig> faults;
  std::vector<VspRandomFaults> random_faults;
};

/// How long a partition stands still while it moves to another server. Assumed; LoPAR ("Partition Migration") has it that a partition does
/// not respond for no more than a few seconds.
inline constexpr SimTime kVspBlackout = SimTime::from_s(2);

/// What an event does to a Virtual Service Partition: one of the three.
struct VspEvent {
  std::string partition;  ///< empty: the event is about something else
  std::optional<VspFaultConfig> fault;
  std::optional<bool> suspend;      ///< false: it is resumed
  std::optional<SimTime> migrates;  ///< and stands still so long

  explicit operator bool() const { return !partition.empty(); }
};

}  // namespace lparsim::scenario

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/config/document.hpp"
#include "sim/control/protocol.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/places.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::scenario {

/// What somebody changes while the run is simulated: as it is logged, and as the event that it is.
struct ControlledChange {
  trace::ControlChange logged;
  EventConfig event;
};

/// Judges changes of a live run (docs/control-protocol.md) as `lparsim check` would judge the scenario with them in it, events that are
/// still to come included. Every error is one sentence: what is wrong; what is allowed.
class ControlRules {
 public:
  /// Of a scenario that was read from this document without errors.
  ControlRules(const config::Document& document, const ScenarioConfig& scenario);

  /// What a client asks for at `at`, which is not before that of the last change. What is accepted counts for all that follow.
  Result<ControlledChange> ask(const control::SetPartition& wish, SimTime at);
  /// The same for a change of another run.
  Result<ControlledChange> repeat(const trace::ControlChange& logged);

  /// By the scenario, its events up to then and the changes, in the order of the scenario.
  std::vector<control::PartitionState> partitions(SimTime now) const;

 private:
  Result<EventConfig> event_of(const std::string& text) const;
  std::optional<std::string> problem_of(const EventConfig& event) const;
  std::optional<std::string> problem_among_events(std::size_t place) const;
  Result<ControlledChange> accept(EventConfig event, std::string text);

  ScenarioConfig scenario_;  ///< `events` with the accepted changes
  Places places_;
  std::vector<std::string> types_;  ///< of partitions, in the order of the scenario
  std::uint32_t changes_ = 0;
};

}  // namespace lparsim::scenario

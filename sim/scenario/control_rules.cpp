#include "sim/scenario/control_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "models/core/generation.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/resolve_io.hpp"
#include "sim/scenario/schema.hpp"

namespace lparsim::scenario {
namespace {

constexpr std::array kKeys = {"at", "partition", "entitlement", "weight", "capped", "virtual"};

/// The first one, with the key it is about.
std::string sentence_of(const config::Diagnostics& diagnostics) {
  for (const config::Diagnostic& d : diagnostics.sorted())
    if (d.severity == config::Severity::error) return d.path.empty() ? d.message : fmt::format("`{}`: {}", d.path, d.message);
  return {};
}

/// So that it stands for itself in a line of YAML.
bool is_plain(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-' || c == ' ';
  };
  return !text.empty() && std::ranges::all_of(text, plain) && trimmed(text) == text && text.front() != '-';
}

std::string text_of(const control::SetPartition& wish, SimTime at) {
  std::string text = fmt::format("{{at: {}, partition: {}", format(at), wish.partition);
  for (const control::SetPartition::Value& value : wish.values) text += fmt::format(", {}: {}", value.key, value.text);
  return text + "}";
}

}  // namespace

ControlRules::ControlRules(const config::Document& document, const ScenarioConfig& scenario) : scenario_{scenario}, places_{document} {
  // A run that goes on for precision has events after its duration.
  if (!scenario.precision.empty()) scenario_.duration = std::max(scenario.duration, scenario.precision_limit);
  for (const trace::PartitionFacts& facts : run_info(scenario).partitions) types_.push_back(facts.type);
}

Result<ControlledChange> ControlRules::ask(const control::SetPartition& wish, SimTime at) {
  std::vector<std::string> shared;
  bool dedicated = false;
  for (const ServerConfig& server : scenario_.servers) {
    for (const PartitionConfig& partition : server.partitions) {
      if (partition.processors.mode == ProcessorMode::shared) shared.push_back(partition.name);
      dedicated = dedicated || (partition.processors.mode == ProcessorMode::dedicated && partition.name == wish.partition);
    }
  }
  if (dedicated) return unexpected(fmt::format("`{}` has dedicated processors; allowed: a shared partition", wish.partition));
  if (std::ranges::find(shared, wish.partition) == shared.end())
    return unexpected(fmt::format("there is no partition {}; {}", shown(wish.partition),
                                  shared.empty() ? "allowed: none, since no partition is shared" : hint(wish.partition, shared)));
  for (const control::SetPartition::Value& value : wish.values)
    if (!is_plain(value.text))
      return unexpected(fmt::format("`{}`: {} does not fit; allowed: a value as a scenario has it", value.key, shown(value.text)));
  std::string text = text_of(wish, at);
  const Result<EventConfig> event = event_of(text);
  if (!event) return unexpected(event.error());
  return accept(*event, std::move(text));
}

Result<ControlledChange> ControlRules::repeat(const trace::ControlChange& logged) {
  const Result<EventConfig> event = event_of(logged.text);
  if (!event) return unexpected(event.error());
  if (event->at != logged.at || logged.number != changes_ + 1)
    return unexpected(fmt::format("number {} at {} is no change {} at {}; allowed: changes as they were logged", logged.number,
                                  format(logged.at), changes_ + 1, format(event->at)));
  return accept(*event, logged.text);
}

Result<EventConfig> ControlRules::event_of(const std::string& text) const {
  config::Diagnostics diagnostics;
  const auto document = config::Document::parse("change", text, {}, diagnostics);
  if (!document) return unexpected(sentence_of(diagnostics));
  for (const config::Node& node : document->root().children) {
    if (std::ranges::find(kKeys, node.key) == kKeys.end())
      return unexpected(fmt::format("unknown key {}; allowed: {}", shown(node.key), fmt::join(kKeys, ", ")));
    // The schema takes it for absent.
    if (node.is_null()) return unexpected(fmt::format("`{}` has no value; allowed: one", node.key));
  }
  const EventKeys keys = event_schema().read(*document, diagnostics);
  if (diagnostics.has_errors()) return unexpected(sentence_of(diagnostics));
  return resolve(keys);
}

Result<ControlledChange> ControlRules::accept(EventConfig event, std::string text) {
  if (const auto problem = problem_of(event)) return unexpected(*problem);
  // After all events of the instant: so they are made.
  const auto place = std::ranges::upper_bound(scenario_.events, event.at, {}, &EventConfig::at);
  const auto inserted = scenario_.events.insert(place, event);
  if (const auto problem = problem_among_events(static_cast<std::size_t>(inserted - scenario_.events.begin()))) {
    scenario_.events.erase(inserted);
    return unexpected(*problem);
  }
  return ControlledChange{{++changes_, event.at, std::move(text)}, std::move(event)};
}

std::optional<std::string> ControlRules::problem_of(const EventConfig& event) const {
  for (const ServerConfig& server : scenario_.servers) {
    for (const PartitionConfig& partition : server.partitions) {
      if (partition.name != event.partition) continue;
      // Its tracks and virtual processors were made when the simulation began.
      const std::uint32_t most = most_virtual_processors(partition, scenario_);
      if (event.virtual_processors.value_or(0) > most)
        return fmt::format(
            "{} virtual processors are more than `{}` can have in this run; allowed: at most {}, as many as the scenario ever "
            "gives it",
            *event.virtual_processors, partition.name, most);
    }
  }
  return std::nullopt;
}

std::optional<std::string> ControlRules::problem_among_events(std::size_t place) const {
  std::vector<std::size_t> places(scenario_.events.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  config::Diagnostics diagnostics;
  Checking checking(scenario_, places_, places, diagnostics);
  check_capacity(checking);
  if (!diagnostics.has_errors()) return std::nullopt;
  const std::string own = Places::event(place) + ".";
  std::string of_another;
  for (const config::Diagnostic& d : diagnostics.sorted()) {
    if (d.severity != config::Severity::error) continue;
    if (d.path.starts_with(own)) return d.message;
    if (of_another.empty()) of_another = fmt::format("with this change the scenario's events do not fit: {}", d.message);
  }
  return of_another;
}

std::vector<control::PartitionState> ControlRules::partitions(SimTime now) const {
  std::vector<control::PartitionState> states;
  auto type = types_.begin();
  for (const ServerConfig& server : scenario_.servers) {
    const ProcessingUnits least = core::generation_facts(server.processor.generation).minimum_per_virtual_processor;
    for (const PartitionConfig& partition : server.partitions) {
      const PartitionProcessors& p = partition.processors;
      control::PartitionState state{server.name, partition.name, *type++, partition.running, p.virtual_processors, std::nullopt};
      if (p.mode == ProcessorMode::shared)
        state.shared = {p.pool, p.entitlement, {}, {}, p.weight, p.capped, most_virtual_processors(partition, scenario_)};
      else
        state.virtual_processors = p.cores;
      for (const EventConfig& event : scenario_.events) {
        if (event.at > now) break;
        if (event.partition != partition.name) continue;
        state.running = event.running.value_or(state.running);
        state.virtual_processors = event.virtual_processors.value_or(state.virtual_processors);
        if (!state.shared) continue;
        state.shared->entitlement = event.entitlement.value_or(state.shared->entitlement);
        state.shared->weight = event.weight.value_or(state.shared->weight);
        state.shared->capped = event.capped.value_or(state.shared->capped);
      }
      if (state.shared) {
        state.shared->least = least * state.virtual_processors;
        state.shared->most = core::kMaximumPerVirtualProcessor * state.virtual_processors;
      }
      states.push_back(std::move(state));
    }
  }
  return states;
}

}  // namespace lparsim::scenario

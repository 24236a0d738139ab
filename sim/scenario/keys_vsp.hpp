#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/document_vsp.hpp"

namespace lparsim::scenario {

// Virtual Service Partitions as written (keys.hpp).

/// A function of a hook: a number, or a name, which only hypervisor calls have.
struct FunctionKey {
  std::uint32_t number = 0;
  std::string name;
  bool known = false;  ///< the name is one
};

struct VspHookKeys : VspHookConfig {
  std::vector<FunctionKey> functions;  ///< none: all; one; or the first and the last of a range
};

/// Shares of calls by verdict.
struct VspVerdictsKeys {
  std::optional<double> pass, deny, complete, native, defer;
};

struct VspBehaviourKeys : VspBehaviourConfig {
  std::optional<VspVerdict> verdict;
  std::optional<VspVerdictsKeys> shares;
};

/// At a time, or `every` so often one of `kinds`.
struct VspFaultKeys : VspFaultConfig {
  std::optional<vsp::FaultKind> given_kind;
  std::optional<SimTime> given_at;
  std::optional<Distribution> every;
  std::vector<vsp::FaultKind> kinds;
};

struct VspKeys : vsp::VspConfig {
  std::string plugin;
  std::string configuration;
  std::optional<VspBehaviourKeys> behaviour;
  std::uint32_t threads = 1;
  std::vector<VspHookKeys> hooks;
  std::vector<VspFaultKeys> faults;
};

}  // namespace lparsim::scenario

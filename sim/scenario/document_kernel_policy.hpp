#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lpars/services/kernel_policy.hpp"

namespace lparsim::scenario {

// Kernel policies in a scenario as read: which services there are, who answers which type, what changes. docs/scenario.md describes the
// keys.

/// Entries of a table in the order of their types; one that is absent removes what stands there.
using KernelPolicyChanges = std::vector<std::pair<services::ServiceType, std::optional<services::PolicyEntry>>>;

/// Of a server: its services and nodes, and the table of partitions that do not say otherwise.
struct KernelPolicyConfig {
  services::KernelConfig kernel;  ///< without its policy and defaults: they may name what is not there until that has been checked
  KernelPolicyChanges policy;
  KernelPolicyChanges defaults;
};

/// Of a partition: what its table has instead of its server's entries.
struct PartitionKernelPolicy {
  KernelPolicyChanges policy;
  std::string disk;  ///< for files and pages; empty: its first one

  bool names(services::ServiceType type) const {
    for (const auto& [named, entry] : policy)
      if (named == type) return true;
    return false;
  }
};

/// What an event does to kernel policies: changes a table (of a partition, or of a server) or a node's link.
struct KernelPolicyEvent {
  KernelPolicyChanges changes;
  std::string node;  ///< empty: it is about a table
  bool up = true;    ///< of the node's link

  explicit operator bool() const { return !changes.empty() || !node.empty(); }
};

}  // namespace lparsim::scenario

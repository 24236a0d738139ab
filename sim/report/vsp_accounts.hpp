#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What one client's calls of one hook came to.
struct VspAccount {
  std::string client;
  trace::VspLedgerRow row;

  /// Calls whose caller waited.
  std::uint64_t held_up() const;
};

/// What a run file says of a Virtual Service Partition.
struct VspHistory {
  ServerId server{};
  PartitionId partition{};
  std::string name;
  std::vector<trace::VspHookFacts> hooks;
  std::vector<VspAccount> accounts;
  std::vector<trace::VspEvent> events;

  /// Of its channel, last of all; empty where that was not recorded.
  std::string_view state() const;
};

/// Those of the run, in the order of the scenario.
Result<std::vector<VspHistory>> read_vsps(const trace::Reader& reader, const trace::RunInfo& run);

/// `timed out`, of events of kind timed_out.
std::string kind_text(const trace::VspEvent& event);

/// `sea.forward` with its functions, where it has not all of them.
std::string hook_text(const trace::VspHookFacts& hook);

}  // namespace lparsim::report

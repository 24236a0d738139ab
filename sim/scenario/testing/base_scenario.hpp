#pragma once
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario::testing {

inline constexpr const char* kBase = R"(lparsim: 1
name: base
duration: 10 s
server:
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  memory: 64 GiB
  pools: [{name: small, maximum: 1, reserved: 0.2}]
  hypervisor: {dispatch_cost: 1 us}
  partitions:
    - name: web
      processors: {entitlement: 0.5, virtual: 2, pool: small}
      workloads: [{name: orders, type: open, arrivals: poisson(10 /s), transaction: [{compute: 1 ms}]}]
    - name: db
      processors: {mode: dedicated, cores: 1}
    - name: batch
      processors: {entitlement: 1, virtual: 2}
      state: stopped
events:
  - {at: 5 s, partition: web, entitlement: 0.8}
  - {at: 2 s, partition: batch, state: running}
expect:
  - web.physc < 1
)";

/// A small change to the base, and every diagnostic that it brings, after the file's name.
struct Case {
  std::string from;
  std::string to;
  std::vector<std::string> expected;
};

inline std::string changed(const std::string& from, const std::string& to) {
  std::string text = kBase;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

inline std::vector<std::string> diagnostics_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream printed{read_scenario_text("s", text).diagnostics.text()};
  for (std::string line; std::getline(printed, line);) lines.push_back(line.starts_with("s:") ? line.substr(2) : line);
  return lines;
}

}  // namespace lparsim::scenario::testing

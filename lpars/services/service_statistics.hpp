#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lpars/services/kernel_proxy.hpp"
#include "sim/base/histogram.hpp"
#include "sim/base/time.hpp"

namespace lparsim::services {

/// What is known of a partition's calls to services of one type. Measured since the last reset, but for `choices`.
struct ServiceStatistics {
  std::uint64_t calls = 0;                  ///< ended; of an I/O scheduler: disk operations that had their turn
  std::uint64_t failed = 0;                 ///< of these
  std::array<std::uint64_t, kWays> ways{};  ///< by services::Way
  std::uint64_t elsewhere = 0;              ///< by a Virtual Service Partition
  std::uint64_t fetches = 0;                ///< calls that waited for instructions
  std::uint64_t silences = 0;               ///< calls that a node left without an answer
  std::uint64_t unheard = 0;                ///< of these, that the node did all the same: twice, where somebody has done them over
  std::uint64_t references = 0;             ///< memory: to pages
  std::uint64_t faults = 0;                 ///< of these, to pages that were not there
  Histogram latency;                        ///< from asking to the answer; of an I/O scheduler: until it is its turn

  /// Who answered from when on, and why: one for each change, the last ones only.
  struct Choice {
    SimTime since;
    std::string why;
    std::uint64_t calls = 0;
  };
  std::vector<Choice> choices;
  static constexpr std::size_t kMostChoices = 8;
  std::uint64_t forgotten = 0;  ///< choices before these

  void reset() {
    calls = failed = elsewhere = fetches = silences = unheard = references = faults = 0;
    ways = {};
    latency.clear();
  }
};

}  // namespace lparsim::services

#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/format.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What commands print above their rows, as it was at one time; DLPAR and SMT switching change it.
struct Configuration {
  std::uint32_t virtual_processors = 0;
  std::uint32_t logical_processors = 0;
  bool capped = false;
  std::uint32_t weight = 0;
  double entitlement = 0;  ///< PU, to the hundredth; dedicated: cores
  bool operator==(const Configuration&) const = default;

  /// Hardware threads of each virtual processor: `Off` for one, `Mixed` where they differ.
  std::string smt() const;
};
Configuration configuration_of(const trace::PartitionFacts& facts);
Configuration configuration_of(const trace::IntervalSample& sample);

/// A partition with its recorded intervals, and what it can know of its surroundings.
struct PartitionHistory {
  trace::PartitionFacts facts;
  trace::ServerFacts server;
  trace::PoolFacts pool;             ///< its shared processor pool; dedicated: empty
  ProcessingUnits pool_entitlement;  ///< of the pool's partitions at the start, with what is reserved beyond
  std::uint32_t shared_cores = 0;    ///< cores of the server that no dedicated partition holds
  std::vector<trace::IntervalSample> intervals;

  bool dedicated() const { return facts.mode == "dedicated"; }
  /// Its commands are those of Linux; all other types show AIX's.
  bool linux() const { return facts.type == "linux"; }
  const char* type() const { return dedicated() ? "Dedicated" : "Shared"; }
  /// Capped, Uncapped, or with AIX Donating: powerpc-utils knows the first two only.
  const char* mode(const Configuration& c) const;
  /// The number that the operating system gives a hardware thread: by the threads that the server's cores have, whatever the SMT mode.
  std::uint32_t logical_number(std::uint32_t vp, std::uint32_t thread) const;
  /// As AIX's lparstat has it: the processors of its pool.
  std::uint32_t pool_size() const;
  /// As it was at the end of what is recorded.
  Configuration latest() const;
};

/// Why the run's trace level is too low for a report, in one sentence; nothing when it is not.
std::optional<std::string> what_lacks(const trace::Reader& reader, trace::Level needed);

/// The partition of the options, else all. Without interval samples (--trace off) an error.
Result<std::vector<PartitionHistory>> read_histories(const trace::Reader& reader, const Options& options);
/// The partition of the options, or the only one there is. A virtual processor that it never has is an error, and so is a trace level
/// below `needed`.
Result<PartitionHistory> read_history(const trace::Reader& reader, const Options& options, trace::Level needed = trace::Level::summary);

/// The line by which a report on several partitions says which one follows.
std::string partition_line(const PartitionHistory& partition);

}  // namespace lparsim::report

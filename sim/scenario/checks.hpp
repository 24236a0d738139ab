#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/diagnostics.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/places.hpp"

namespace lparsim::scenario {

/// What the checks across keys share. They judge what could be read and leave out the rest, so that one mistake gives one message.
class Checking {
 public:
  Checking(const ScenarioConfig& scenario, const Places& places, const std::vector<std::size_t>& event_places,
           config::Diagnostics& diagnostics);

  const ScenarioConfig& scenario;
  const Places& places;
  const std::vector<std::size_t>& event_places;
  config::Diagnostics& diagnostics;

  bool processor_read(std::size_t server) const { return processor_read_[server]; }
  /// The `processors` of the partition.
  bool partition_read(std::size_t server, std::size_t partition) const { return partition_read_[server][partition]; }

  // Once many have been asked for they know nothing any more, since each costs a comparison with every candidate.
  std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
  /// A did-you-mean or a list.
  std::string hint(std::string_view word, std::span<const std::string> candidates);

 private:
  std::vector<bool> processor_read_;
  std::vector<std::vector<bool>> partition_read_;
  int hints_left_ = 100;
};

/// The warmup is shorter than the duration.
void check_times(Checking& checking);
/// The duration is not so long that sums of times do not fit.
void check_duration(Checking& checking);
/// How many of everything there may be. False: so many that further checks would take too long.
bool check_counts(Checking& checking);
/// Names that are unique beyond one list, or reserved.
void check_names(Checking& checking);
/// Each partition by itself: limits of its generation, references, threads per core; and the hypervisor's times.
void check_partitions(Checking& checking);
/// What the partitions of a server take together, at the start and after every event; and the events themselves.
void check_capacity(Checking& checking);
/// Virtual I/O: that every name leads somewhere, what fits together, which VLANs are bridged and by whom (checks_io.hpp).
void check_io(Checking& checking);
/// Virtual Service Partitions: what they hook and for whom, that nobody waits for himself (checks_vsp.hpp).
void check_vsps(Checking& checking);

/// Kernel policies: that tables name services that are there and fit, and that steps are answered.
void check_kernel_policies(Checking& checking);

/// One line of `expect` and its index there.
struct ExpectationLine {
  std::size_t index = 0;
  std::string text;
};
/// Grammar, names, units.
void check_expectations(Checking& checking, const std::vector<ExpectationLine>& lines);

/// What is wrong with these virtual processors on this server: the key to blame and a sentence.
struct LimitProblem {
  std::string_view key;
  std::string message;
};
std::optional<LimitProblem> shared_processor_problem(const ServerConfig& server, PartitionType type, ProcessingUnits entitlement,
                                                     std::uint32_t virtual_processors);

}  // namespace lparsim::scenario

#pragma once
#include <array>
#include <vector>

#include "sim/explain/occupancy.hpp"

namespace lparsim::explain {

/// How a moment of a wait is divided, by what the waiter lacks and who is on the cores.
enum class Split : std::uint8_t { withheld_excess, withheld_entitled, withheld_own, queued_entitled, queued_excess, queued_own };
inline constexpr std::size_t kSplits = 6;

/// The parts that a partition would have in one everlasting wait: for each Split a clock that runs, while its cause holds, at the
/// partition's part of the cores. A wait's part is the difference of two readings, so that waits of any number and length cost two
/// readings each, and a change on the cores costs the clocks of one partition. Readings are only weights: whole times are kept elsewhere.
class ShareClocks {
 public:
  ShareClocks(std::size_t partitions, std::uint32_t shared_cores) : occupancy_{partitions, shared_cores}, clocks_(partitions) {}

  const Occupancy& occupancy() const { return occupancy_; }
  /// Time passes without any change on the cores.
  void pass(SimTime length) {
    const auto run = [&](Split split, std::int64_t cores) {
      rates_[static_cast<std::size_t>(split)] += static_cast<double>(length.ps()) / static_cast<double>(cores);
    };
    const std::int64_t entitled = occupancy_.total(Right::entitled), excess = occupancy_.total(Right::excess),
                       own = occupancy_.total(Right::own);
    switch (occupancy_.of_withheld()) {
      case Cause::lost_excess:
        run(Split::withheld_excess, excess);
        break;
      case Cause::no_excess_left:
        run(Split::withheld_entitled, entitled);
        break;
      case Cause::dedicated_taken:
        run(Split::withheld_own, own);
        break;
      default:
        break;
    }
    switch (occupancy_.of_queued()) {
      case Cause::core_on_entitlement:
        run(Split::queued_entitled, entitled + excess);
        run(Split::queued_excess, entitled + excess);
        break;
      case Cause::core_taken_back:
        run(Split::queued_own, own);
        break;
      default:
        break;
    }
  }
  void add(PartitionId partition, Right right, bool shared_core) {
    settle(partition);
    occupancy_.add(partition, right, shared_core);
  }
  void remove(PartitionId partition, Right right, bool shared_core) {
    settle(partition);
    occupancy_.remove(partition, right, shared_core);
  }
  /// Picoseconds.
  double reading(PartitionId partition, Split split) {
    settle(partition);
    return clocks_[index(partition)].value[static_cast<std::size_t>(split)];
  }

 private:
  static Right right_of(std::size_t split) {
    static constexpr std::array kRights = {Right::excess, Right::entitled, Right::own, Right::entitled, Right::excess, Right::own};
    return kRights[split];
  }
  void settle(PartitionId partition) {
    Clock& clock = clocks_[index(partition)];
    for (std::size_t s = 0; s < kSplits; ++s) {
      clock.value[s] += (rates_[s] - clock.seen[s]) * static_cast<double>(occupancy_.cores(partition, right_of(s)));
      clock.seen[s] = rates_[s];
    }
  }

  struct Clock {
    std::array<double, kSplits> value{}, seen{};
  };
  Occupancy occupancy_;
  std::array<double, kSplits> rates_{};
  std::vector<Clock> clocks_;
};

}  // namespace lparsim::explain

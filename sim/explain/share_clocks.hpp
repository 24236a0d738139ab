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
/// readings each, and a change on the cores costs the clocks of one partition. These readings are only weights: the times of causes, whole
/// picoseconds, are clocks of their own.
class ShareClocks {
 public:
  using Causes = std::array<SimTime, kCauses>;

  ShareClocks(std::size_t partitions, std::uint32_t shared_cores);

  std::size_t partitions() const { return occupancy_.partitions(); }
  /// Time passes without any change on the cores.
  void pass(SimTime length);
  void add(PartitionId partition, Right right, bool shared_core);
  void remove(PartitionId partition, Right right, bool shared_core);

  /// How long each cause has kept waiting those without entitlement, those with it.
  const Causes& withheld() const { return withheld_; }
  const Causes& queued() const { return queued_; }

  /// Adds to `sums` what the split's clocks of all partitions have gone on since `seen` times `waits`, and brings `seen` up to date.
  void read(Split split, double waits, std::vector<double>& seen, std::vector<double>& sums) const;

 private:
  void settle(PartitionId partition, Right right);

  /// By partition; a clock shows value + (rate - set) x cores.
  struct Clocks {
    double rate = 0;  ///< what a partition with one core has by now
    std::vector<double> value, set, cores;
  };
  Clocks& clocks(Split split) { return clocks_[static_cast<std::size_t>(split)]; }

  Occupancy occupancy_;
  std::array<Clocks, kSplits> clocks_;
  Causes withheld_{}, queued_{};
};

}  // namespace lparsim::explain

#pragma once
#include <array>
#include <vector>

#include "sim/explain/share_clocks.hpp"

namespace lparsim::explain {

/// The waits of one partition, counted together: whole picoseconds by cause, and as weights by whom the causes are about.
class WaitBook {
 public:
  /// What withheld waits since the last closing were for, as only the end of a window tells.
  enum class Verdict : std::uint8_t { as_seen, out_of_entitlement, pool_maximum };

  /// `limited`: its pool has a maximum that can be felt.
  explicit WaitBook(bool limited) : limited_{limited} {}

  void withheld(ShareClocks& clocks, std::int64_t more) {
    settle_others(clocks);
    withheld_ += more;
  }
  void queued(ShareClocks& clocks, std::int64_t more) {
    settle_others(clocks);
    queued_ += more;
  }
  /// Time passes without any change on the cores.
  void pass(const Occupancy& occupancy, SimTime length) {
    if (withheld_ > 0) open_[static_cast<std::size_t>(occupancy.of_withheld())] += length * withheld_;
    if (queued_ > 0) closed_[static_cast<std::size_t>(occupancy.of_queued())] += length * queued_;
  }
  bool waits() const { return withheld_ + queued_ > 0; }
  /// Judges what was withheld since the last time.
  void close(ShareClocks& clocks, Verdict verdict);
  /// After the last closing: by cause and partition, the longest first; the times add up to the waits exactly.
  std::vector<Reason> reasons() const;

 private:
  void settle_others(ShareClocks& clocks);

  using Weights = std::array<double, kSplits>;
  bool limited_;
  std::int64_t withheld_ = 0, queued_ = 0;
  std::array<SimTime, kCauses> open_{}, closed_{};
  std::vector<Weights> seen_, open_weights_, closed_weights_;  ///< by partition; empty before the first wait
};

}  // namespace lparsim::explain

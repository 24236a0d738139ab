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

  /// That many more wait without entitlement, or with it, from now on.
  void withheld(const ShareClocks& clocks, std::int64_t more);
  void queued(const ShareClocks& clocks, std::int64_t more);
  /// Judges what was withheld since the last time.
  void close(const ShareClocks& clocks, Verdict verdict);
  /// After the last closing: by cause and partition, the longest first; the times add up to the waits exactly.
  std::vector<Reason> reasons() const;

 private:
  void make_room(const ShareClocks& clocks);

  bool limited_;
  std::int64_t withheld_ = 0, queued_ = 0;
  ShareClocks::Causes withheld_seen_{}, queued_seen_{};                            ///< the clocks then
  ShareClocks::Causes open_{}, closed_{};                                          ///< what is not judged yet, what is
  std::array<std::vector<double>, kSplits> seen_, open_weights_, closed_weights_;  ///< by partition; empty before the first wait
};

}  // namespace lparsim::explain

#pragma once
#include <cstdint>
#include <vector>

#include "models/vsp/config.hpp"
#include "sim/base/time.hpp"

namespace lparsim::vsp {

/// How often a partition has failed lately, and how long it must stay away for it: always bounded, so that one that is well again is taken
/// again.
class Failures {
 public:
  explicit Failures(const VspConfig& config) : config_{config} {}

  struct Verdict {
    SimTime until;  ///< it may come back then
    bool quarantined = false;
  };
  Verdict ejected(SimTime now);
  /// A first crash has cost it its start-up already; one that crashes again and again is held back as one that is ejected.
  Verdict crashed(SimTime now);
  /// It may not come back before.
  SimTime until() const { return until_; }

  /// Something that it should not have done. True: too many of them within the window.
  bool violation(SimTime now);

 private:
  std::size_t within_window(SimTime now);
  Verdict hold(std::size_t doublings, SimTime now);

  const VspConfig& config_;
  std::vector<SimTime> failures_;
  std::vector<SimTime> violations_;  ///< a ring of the last most_violations
  std::size_t next_violation_ = 0;
  SimTime until_;
};

}  // namespace lparsim::vsp

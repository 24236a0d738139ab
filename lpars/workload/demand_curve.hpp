#pragma once
#include <vector>

#include "lpars/workload/config.hpp"

namespace lparsim::workload {

/// The usual distance between two points of a recording (the median), or 1 s for a single one.
SimTime usual_step(const std::vector<DemandPoint>& demand);
/// A recording as a function of the time since its beginning.
class DemandCurve {
 public:
  explicit DemandCurve(const Recording& recording);

  /// Processing units, scaled.
  double peak() const;
  /// Processor time wanted from `begin` to `end`, in picoseconds.
  double work(SimTime begin, SimTime end) const;
  /// The first time from `from` on at which something is wanted; SimTime::never() if nothing is any more.
  SimTime next_demand(SimTime from) const;

 private:
  struct Piece {
    SimTime begin, end;
    double pu;
  };
  std::size_t locate(SimTime within) const;

  std::vector<Piece> pieces_;  // without holes from 0 to length_
  SimTime length_;
  bool repeat_;
};

}  // namespace lparsim::workload
